import BoxGeometry
import DetectionModels
import Foundation
import ModelExport
import Testing
import Torch
import TorchNN
import TorchTestSupport

/// One way to be a RetinaNet, as small as it gets.
struct ExportCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let configuration: RetinaNetConfiguration

  init(_ name: String, _ change: (inout RetinaNetConfiguration) -> Void = { _ in }) {
    testDescription = name
    var configuration = RetinaNetConfiguration(categories: ["cat", "dog", "owl"])
    configuration.makeTiny()
    change(&configuration)
    self.configuration = configuration
  }

  private init(dialect: RetinaNetDialect) {
    testDescription = dialect.rawValue
    var configuration = RetinaNetConfiguration(dialect, categories: ["cat", "dog", "owl"])
    configuration.makeTiny()
    configuration.backbone.norm = Self.norm(of: dialect)
    self.configuration = configuration
  }

  private static func norm(of dialect: RetinaNetDialect) -> BackboneNorm {
    RetinaNetConfiguration(dialect, categories: ["any"]).backbone.norm
  }

  /// The dialects, then each field that changes what is predicted.
  static let all: [ExportCase] =
    RetinaNetDialect.allCases.map { ExportCase(dialect: $0) } + [
      ExportCase("bottlenecks") { $0.backbone.depth = .resnet50 },
      ExportCase("32 groups") {
        $0.backbone.depth = .resnext101x32x8d
        $0.backbone.norm = .frozen
      },
      ExportCase("group norms everywhere") {
        $0.backbone.norm = .group
        $0.head.norm = .group
      },
      ExportCase("batch norms, epsilon 0.1") { $0.backbone.normEpsilon = 0.1 },
      ExportCase("P6 from P5") { $0.extraLevelInput = .p5 },
      ExportCase("no tower") { $0.head.depth = 0 },
      ExportCase("blue, green, red, bytes") {
        $0.input.channelOrder = .bgr
        $0.input.pixelRange = .bytes
        $0.input.mean = [103, 116, 123]
        $0.input.standardDeviation = [57, 58, 59]
      },
      ExportCase("centres in the middle, spaced by the picture, rounded") {
        $0.anchors.centerOffset = 0.5
        $0.anchors.spacing = .imageOverCells
        $0.anchors.rounding = .torchvision
        $0.anchors.scales = [1, 1.3]
        $0.anchors.aspectRatios = [0.4, 1]
      },
      ExportCase("weighted deltas, sides bounded") {
        $0.boxCoder = BoxCoder(weights: SIMD4(10, 8, 5, 4), maximumLogScale: 0.1)
      },
      ExportCase("background first, few candidates, few detections") {
        $0.classLayout = .backgroundFirst
        $0.detection.candidatesPerLevel = 7
        $0.detection.detectionsPerImage = 5
      },
      ExportCase("one category for all, a strict threshold of overlap") {
        $0.detection.classAgnostic = true
        $0.detection.iouThreshold = 0.1
      },
      ExportCase("at least a threshold of 0") {
        $0.detection.scoreThreshold = 0
        $0.detection.scoreComparison = .atLeast
        $0.detection.candidatesPerLevel = 20
      },
      ExportCase("one category") {
        $0.categories = ["cat"]
        $0.categoryIDs = [7]
      },
    ]
}

extension RetinaNetConfiguration {
  fileprivate mutating func makeTiny() {
    backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    pyramidChannels = 16
    head.depth = 1
    // About one logit in twenty passes.
    detection.scoreThreshold = 0.8
    head.priorProbability = 0.5
  }
}

extension RetinaNet {
  /// A network whose norms do something, and whose heads say different things of different anchors.
  convenience init(talkative configuration: RetinaNetConfiguration, seed: UInt64 = 1) throws {
    var generator = SeededGenerator(seed: seed)
    try self.init(configuration: configuration, using: &generator)
    try withoutGradient {
      for entry in state {
        let tensor = entry.tensor
        let isNorm =
          entry.name.contains(".bn") || entry.name.contains("downsample.1")
          || entry.name.hasSuffix(".1.weight") || entry.name.hasSuffix(".1.bias")
        if entry.name.hasSuffix("running_var") {
          try tensor.copy_(Self.noise(tensor.shape, 0.8, 1.2, &generator))
        } else if entry.name.hasSuffix("running_mean") || (isNorm && entry.name.hasSuffix("bias")) {
          try tensor.copy_(Self.noise(tensor.shape, -0.2, 0.2, &generator))
        } else if isNorm && entry.name.hasSuffix("weight") {
          try tensor.copy_(Self.noise(tensor.shape, 0.7, 1.1, &generator))
        } else if entry.name.hasSuffix("cls_logits.weight") {
          try tensor.copy_(Self.noise(tensor.shape, -0.4, 0.4, &generator))
        } else if entry.name.hasSuffix("bbox_reg.weight") {
          try tensor.copy_(Self.noise(tensor.shape, -0.05, 0.05, &generator))
        } else if entry.name.contains("head") && entry.name.contains("conv.") {
          try tensor.copy_(Self.noise(tensor.shape, -0.15, 0.15, &generator))
        }
      }
    }
  }

  private static func noise(
    _ shape: [Int],
    _ low: Float,
    _ high: Float,
    _ generator: inout SeededGenerator
  ) throws -> Tensor {
    let count = shape.reduce(1, *)
    let values = (0..<count).map { _ in Float.random(in: low..<high, using: &generator) }
    return try Tensor(values, shape: shape)
  }
}

/// Pictures of noise, normalised, channels-last.
func noise(images: Int = 1, width: Int, height: Int, seed: UInt64 = 7) throws -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let values = (0..<(images * width * height * 3)).map { _ in
    Float.random(in: -2..<2, using: &generator)
  }
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

  /// The names in it.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
