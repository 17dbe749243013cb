import BoxGeometry
import DetectionModels
import Testing
import Torch
import TorchNN

struct LayerDescriptionTests {
  private func backbone(_ depth: ResNetDepth, norm: BackboneNorm = .batch) throws -> RetinaNet {
    var configuration = RetinaNetConfiguration(categories: ["a"])
    configuration.backbone = ResNetConfiguration(depth: depth, norm: norm)
    configuration.pyramidChannels = 8
    return try RetinaNet(configuration)
  }

  /// 3 → 8 channels, 7×7 at stride 2, of 64 × 64 pixels: 32 · 32 · 8 · 3 · 49.
  @Test func `a convolution costs its output times the taps behind each element`() throws {
    let layers = try RetinaNet(.tiny()).layers(width: 64, height: 64)
    let stem = try #require(layers.first)
    #expect(stem.part == "backbone.body" && stem.name == "conv1")
    #expect(stem.kind == .convolution(kernel: 7, stride: 2, groups: 1))
    #expect(stem.outputs == [[8, 32, 32]])
    #expect(stem.multiplyAdds == 32 * 32 * 8 * 3 * 49)
    #expect(stem.trainable == 8 * 3 * 49 && stem.frozen == 0 && stem.buffers == 0)
    let norm = layers[1]
    #expect(norm.name == "bn1" && norm.kind == .batchNorm && norm.multiplyAdds == 0)
    #expect(norm.trainable == 16 && norm.buffers == 16 && norm.outputs == [[8, 32, 32]])
  }

  @Test func `a head runs on each level, and the sizes round up`() throws {
    let layers = try RetinaNet(.tiny()).layers(width: 70, height: 33)
    let last = try #require(layers.first { $0.name == "cls_logits" })
    #expect(last.part == "head.classification_head")
    // Two categories, nine anchors; ⌈33 / 8⌉ by ⌈70 / 8⌉, and so on.
    #expect(last.outputs == [[18, 5, 9], [18, 3, 5], [18, 2, 3], [18, 1, 2], [18, 1, 1]])
    #expect(last.multiplyAdds == (45 + 15 + 6 + 2 + 1) * 18 * 16 * 9)
    let p6 = try #require(layers.first { $0.name == "extra_blocks.p6" })
    #expect(p6.kind == .convolution(kernel: 3, stride: 2, groups: 1))
  }

  @Test func `every tensor of the model file is in one layer, and every layer runs`() throws {
    for dialect in RetinaNetDialect.allCases {
      var configuration = RetinaNetConfiguration(dialect, categories: ["a", "b"])
      configuration.backbone.depth = .resnet18
      configuration.backbone.width = 16
      configuration.pyramidChannels = 16
      let model = try RetinaNet(configuration)
      let layers = try model.layers(width: 64, height: 64)
      let total = layers.reduce(0) { $0 + $1.trainable + $1.frozen + $1.buffers }
      #expect(total == model.state.reduce(0) { $0 + $1.tensor.count })
      let trained = model.parameters.filter(\.tensor.requiresGradient)
      #expect(layers.reduce(0) { $0 + $1.trainable } == trained.reduce(0) { $0 + $1.tensor.count })
      for layer in layers where layer.kind != .foldedNorm {
        #expect(!layer.outputs.isEmpty, "\(dialect): \(layer.part).\(layer.name)")
      }
      let isFrozen = configuration.backbone.norm == .frozen
      #expect(layers.contains { $0.kind == .foldedNorm } == isFrozen)
    }
  }

  @Test func `what is listed are the shapes of a pass over a picture`() throws {
    let model = try RetinaNet(.tiny())
    let (width, height) = (90, 41)
    let real = try LayerTrace.recording {
      try withInferenceMode {
        _ = try model(noise(width: width, height: height), mode: .inference)
      }
    }
    let layers = try model.layers(width: width, height: height)
    #expect(real.reduce(0) { $0 + $1.multiplyAdds } == layers.reduce(0) { $0 + $1.multiplyAdds })
    #expect(
      real.map { Array($0.outputShape.dropFirst()) }.sorted { $0.lexicographicallyPrecedes($1) }
        == layers.flatMap(\.outputs).sorted { $0.lexicographicallyPrecedes($1) }
    )
  }

  // MARK: Published counts

  struct Published: Sendable, CustomTestStringConvertible {
    let depth: ResNetDepth
    /// GFLOPS of torchvision 0.28's classification weights (`_ops`), to its last digit.
    let torchvision: Double
    /// FLOPs in 10⁹ of table 1 of *Deep Residual Learning* (He 2016); `nil` for what is not there.
    var paper: Double?
    /// Inputs of the classifier, which a detector does not have.
    var classifierInputs = 2048
    var testDescription: String { depth.rawValue }
  }

  static let published = [
    Published(depth: .resnet18, torchvision: 1.814, paper: 1.8, classifierInputs: 512),
    Published(depth: .resnet34, torchvision: 3.664, paper: 3.6, classifierInputs: 512),
    Published(depth: .resnet50, torchvision: 4.089, paper: 3.8),
    Published(depth: .resnet101, torchvision: 7.801, paper: 7.6),
    Published(depth: .resnet152, torchvision: 11.514, paper: 11.3),
    Published(depth: .resnext101x32x8d, torchvision: 16.414),
    Published(depth: .resnext101x64x4d, torchvision: 15.46),
  ]

  /// Both count a multiply-add as one operation, of one picture of 224 × 224, with the classifier of 1000 classes.
  @Test(.serialized, arguments: published)
  func `the backbones cost what is published`(published: Published) throws {
    let layers = try backbone(published.depth, norm: .frozen).layers(width: 224, height: 224)
      .filter { $0.part == "backbone.body" }
    let classifier = 1000 * published.classifierInputs
    let found = Double(layers.reduce(classifier) { $0 + $1.multiplyAdds }) / 1e9
    // Half a unit of torchvision's third decimal.
    #expect(abs(found - published.torchvision) <= 0.0005, "\(found)")
    guard let paper = published.paper else { return }
    // The paper's bottlenecks stride in their first 1×1 convolution, which then makes a quarter as much in the first
    // block of three stages. Its digits are cut off or rounded: one unit of the last.
    let moved = layers.filter {
      published.depth.isBottleneck && $0.name.hasSuffix(".0.conv1") && $0.name != "layer1.0.conv1"
    }
    #expect(moved.count == (published.depth.isBottleneck ? 3 : 0))
    let asInPaper = found - 0.75 * Double(moved.reduce(0) { $0 + $1.multiplyAdds }) / 1e9
    #expect(abs(asInPaper - paper) < 0.1, "\(asInPaper)")
  }

  /// torchvision 0.28's `_ops` and `num_params` of `retinanet_resnet50_fpn` and `_v2`: its picture of 512 × 512
  /// becomes 800 × 800, the short side that its weights are for.
  @Test(
    .serialized,
    arguments: [
      (RetinaNetDialect.torchvisionV1, 151.54, 0.005, 34_014_999),
      (.torchvisionV2, 152.238, 0.0005, 38_198_935),
    ]
  )
  func `torchvision's detectors cost what it publishes`(
    dialect: RetinaNetDialect,
    operations: Double,
    halfDigit: Double,
    parameters: Int
  ) throws {
    let model = try RetinaNet(dialect == .torchvisionV1 ? .torchvisionV1 : .torchvisionV2)
    let layers = try model.layers(width: 800, height: 800)
    #expect(layers.reduce(0) { $0 + $1.trainable + $1.frozen } == parameters)
    let found = Double(layers.reduce(0) { $0 + $1.multiplyAdds }) / 1e9
    #expect(abs(found - operations) <= halfDigit, "\(found)")
  }
}
