import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import WeightImport

extension RetinaNetConfiguration {
  /// An eighth of ResNet-18's width in the form of one of torchvision's RetinaNets, with a background.
  static func tiny(
    _ dialect: RetinaNetDialect = .torchvisionV1,
    categories: [String] = ["class1", "class2", "class3"],
    depth: ResNetDepth = .resnet18,
    width: Int = 8
  ) -> RetinaNetConfiguration {
    var configuration = RetinaNetConfiguration(dialect, categories: categories)
    configuration.backbone.depth = depth
    configuration.backbone.width = width
    configuration.backbone.normEpsilon = 1e-5
    configuration.pyramidChannels = dialect == .torchvisionV2 ? 128 : 16
    return configuration
  }
}

extension RetinaNet {
  /// A network of a seed, whose vectors are not all alike.
  convenience init(_ configuration: RetinaNetConfiguration, seed: UInt64 = 1) throws {
    var generator = SplitMix64(state: seed)
    try self.init(configuration: configuration, using: &generator)
    try withoutGradient {
      for entry in state where entry.tensor.rank == 1 {
        let values = (0..<entry.tensor.count).map { _ in Float(0.5 + generator.uniform()) }
        try entry.tensor.copy_(Tensor(values))
      }
    }
  }

  func outputs(_ images: Tensor) throws -> [[Float]] {
    try withInferenceMode {
      let outputs = try self(images, mode: .inference)
      return [try outputs.logits.floats(), try outputs.deltas.floats()]
    }
  }

  func tensor(_ name: String) throws -> Tensor {
    try #require(state.first { $0.name == name }?.tensor)
  }
}

/// A picture of noise.
func noise(seed: UInt64 = 7) throws -> Tensor {
  var generator = SplitMix64(state: seed)
  let values = (0..<(64 * 64 * 3)).map { _ in Float(generator.gaussian()) }
  return try Tensor.channelsLast(nhwc: values, images: 1, height: 64, width: 64, channels: 3)
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

  func file(_ name: String, _ bytes: [UInt8]) throws -> URL {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file
  }

  /// Tensors without a word about them.
  func file(_ name: String, _ tensors: [NamedTensor]) throws -> URL {
    let file = url.appendingPathComponent(name)
    try SafetensorsFile.write(tensors, to: file)
    return file
  }
}
