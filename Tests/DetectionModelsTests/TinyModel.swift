import BoxGeometry
import DetectionModels
import Foundation
import Torch

extension RetinaNetConfiguration {
  /// The smallest network that has every part: an eighth of ResNet-18's width, one-convolution heads.
  static func tiny(categories: [String] = ["cat", "dog"]) -> RetinaNetConfiguration {
    var configuration = RetinaNetConfiguration(categories: categories)
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 128)
    return configuration
  }
}

extension RetinaNet {
  /// A network of a seed.
  convenience init(_ configuration: RetinaNetConfiguration, seed: UInt64 = 1) throws {
    var generator = SplitMix64(state: seed)
    try self.init(configuration: configuration, using: &generator)
  }

  /// What the anchors of a picture are to find.
  func targets(_ boxes: [LabeledBox], width: Int, height: Int) -> AnchorTargets {
    AnchorTargets(
      anchors: anchors(imageWidth: width, imageHeight: height),
      boxes: boxes,
      matcher: configuration.matcher,
      coder: configuration.boxCoder
    )
  }
}

extension RetinaNetConfiguration {
  /// The losses of a first batch.
  func losses(of outputs: HeadOutputs, targets: [AnchorTargets]) throws -> DetectionLosses {
    var average = ForegroundAverage()
    return try losses(of: outputs, targets: targets, average: &average)
  }
}

extension RetinaNet {
  /// The losses of a first batch.
  func losses(images: Tensor, targets: [AnchorTargets]) throws -> DetectionLosses {
    var average = ForegroundAverage()
    return try losses(images: images, targets: targets, average: &average)
  }
}

/// Pictures of noise, normalised, channels-last.
func noise(images: Int = 1, width: Int, height: Int, seed: UInt64 = 7) throws -> Tensor {
  var generator = SplitMix64(state: seed)
  let values = (0..<(images * width * height * 3)).map { _ in Float(generator.gaussian()) }
  return try Tensor.channelsLast(
    nhwc: values,
    images: images,
    height: height,
    width: width,
    channels: 3
  )
}

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}
