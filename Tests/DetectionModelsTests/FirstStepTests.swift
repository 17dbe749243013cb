import BoxGeometry
import Foundation
import Testing
import Torch
import TorchNN

@testable import DetectionModels

/// What a first step has to look like, whatever the data: user reports of every implementation begin with these.
struct FirstStepTests {
  @Test(arguments: RetinaNetDialect.allCases)
  func `the class bias is the logit of the prior`(dialect: RetinaNetDialect) throws {
    var configuration = RetinaNetConfiguration(dialect, categories: ["cat", "dog"])
    #expect(abs(configuration.head.classBias - -4.595_119_850) < 1e-9)
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.pyramidChannels = 16
    let model = try RetinaNet(configuration)
    let bias = try #require(
      model.parameters.first { $0.name == "head.classification_head.cls_logits.bias" }
    )
    #expect(Set(try bias.tensor.floats()) == [Float(-4.595_119_850)])
  }

  /// 0.25 · 0.99² · log 100; a negative logit costs 0.75 · 0.01² · −log 0.99.
  @Test(arguments: RetinaNetDialect.allCases)
  func `a positive costs 1.128, and a negative a millionth of it`(dialect: RetinaNetDialect) throws
  {
    var configuration = RetinaNetConfiguration(dialect, categories: ["a"])
    // One logit an anchor, divided by one anchor: the rest of a dialect does not matter here.
    configuration.classLayout = .contiguous
    configuration.loss.normalizer = .batchForeground
    let bias = Float(configuration.head.classBias)
    func loss(_ classIndex: Int32) throws -> Double {
      let foreground: [Int32] = classIndex >= 0 ? [0] : []
      return try configuration.losses(
        of: HeadOutputs(
          logits: Tensor([bias], shape: [1, 1, 1]),
          deltas: Tensor.zeros(shape: [1, 1, 4])
        ),
        targets: [
          AnchorTargets(
            classIndices: [classIndex],
            foregroundAnchors: foreground,
            foregroundDeltas: foreground.map { _ in SIMD4(repeating: 0) }
          )
        ]
      ).classification.item()
    }
    #expect(abs(try loss(0) - 1.128_382) < 1e-5)
    #expect(abs(try loss(AnchorTargets.background) / 7.537_76e-7 - 1) < 1e-4)
  }

  /// The paper's "about 100k anchors"; ⌈side / stride⌉ cells a level, nine anchors each.
  @Test(arguments: [(600, 1008, 113_868), (608, 1024, 116_712), (800, 1344, 201_600)])
  func `pictures have as many anchors as published`(height: Int, width: Int, count: Int) {
    for anchors in [AnchorConfiguration(), RetinaNetConfiguration.torchvisionV1.anchors] {
      let generator = AnchorGenerator(configuration: anchors)
      #expect(generator.anchors(imageWidth: width, imageHeight: height).count == count)
    }
  }

  /// Each dialect with a small backbone, its class loss alone; 80 categories.
  @Test(arguments: RetinaNetDialect.allCases)
  func `the first class loss is 1.13 to 1.3 a foreground anchor`(
    dialect: RetinaNetDialect
  ) throws {
    var configuration = RetinaNetConfiguration(dialect, categories: COCOCategories.names)
    configuration.backbone.depth = .resnet18
    let model = try RetinaNet(configuration)
    let boxes = [
      LabeledBox(box: BoundingBox(x1: 20, y1: 24, x2: 84, y2: 88), label: 7),
      LabeledBox(box: BoundingBox(x1: 90, y1: 10, x2: 122, y2: 42), label: 79),
    ]
    let targets = model.targets(boxes, width: 160, height: 128)
    // detectron2 divides by an average that begins at 100, so it is looked at before that.
    var plain = model.configuration
    plain.loss.normalizer = .batchForeground
    let outputs = try model(noise(width: 160, height: 128), mode: .training)
    let losses = try plain.losses(of: outputs, targets: [targets])
    #expect(losses.foregroundCount >= 4)
    let first = try losses.classification.item()
    #expect((1.13...1.3).contains((first * 100).rounded() / 100), "\(first)")
  }
}
