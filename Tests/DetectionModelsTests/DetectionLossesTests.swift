import BoxGeometry
import FocalLoss
import Testing
import Torch
import TorchNN

@testable import DetectionModels

struct DetectionLossesTests {
  private static let square = LabeledBox(
    box: BoundingBox(x1: 20, y1: 24, x2: 84, y2: 88),
    label: 1
  )

  /// Every logit is −log(99), so each foreground anchor costs 0.25 · 0.99² · log(100) for its own category
  /// and every other entry 0.75 · 0.01² · −log(0.99).
  @Test func `with untrained scores the loss is the sum of the paper's constants`() throws {
    let model = try RetinaNet(.tiny())
    let named = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor) })
    try withoutGradient {
      try named["head.classification_head.cls_logits.weight"]?.zero_()
      try named["head.regression_head.bbox_reg.weight"]?.zero_()
    }
    let targets = model.targets([Self.square], width: 128, height: 128)
    let losses = try model.losses(images: noise(width: 128, height: 128), targets: [targets])
    let foreground = Double(targets.foregroundAnchors.count)
    let counted = Double(targets.classIndices.count { $0 != AnchorTargets.ignored })
    #expect(foreground > 0 && losses.foregroundCount == Int(foreground))
    let expected =
      (1.128_382_3 * foreground + 7.537_76e-7 * (2 * counted - foreground)) / foreground
    #expect(abs(try losses.classification.item() - expected) < 1e-5)

    // Deltas are 0, so the box loss is that of the targets themselves.
    let boxes = targets.foregroundDeltas.reduce(0.0) { sum, delta in
      (0..<4).reduce(sum) { sum, lane in
        let distance = Double(abs(delta[lane]))
        return sum + (distance < 0.11 ? distance * distance / 0.22 : distance - 0.055)
      }
    }
    #expect(abs(try losses.box.item() - boxes / foreground) < 1e-4)
    let total = try losses.classification.item() + losses.box.item()
    #expect(abs(try losses.total.item() - total) < 1e-5)
  }

  @Test(arguments: [HeadConfiguration.HeadNorm.identity, .group])
  func `the first step of the paper's network costs about 1.13 a foreground anchor`(
    norm: HeadConfiguration.HeadNorm
  ) throws {
    var configuration = RetinaNetConfiguration(categories: ["a", "b"])
    configuration.backbone.depth = .resnet18
    configuration.head.norm = norm
    let model = try RetinaNet(configuration)
    let targets = model.targets([Self.square], width: 128, height: 128)
    let losses = try model.losses(images: noise(width: 128, height: 128), targets: [targets])
    #expect((1.0...1.35).contains(try losses.classification.item()))
  }

  @Test(arguments: [0, 1, 40])
  func `losses are finite and reach every parameter for any number of boxes`(count: Int) throws {
    let model = try RetinaNet(.tiny())
    var generator = SplitMix64(state: 5)
    let boxes = (0..<count).map { index in
      let (x, y) = (Float(generator.uniform() * 50), Float(generator.uniform() * 50))
      return LabeledBox(
        box: BoundingBox(x1: x, y1: y, x2: x + 30, y2: y + 40),
        label: index % 2
      )
    }
    let targets = [
      model.targets(boxes, width: 96, height: 96), model.targets([], width: 96, height: 96),
    ]
    let losses = try model.losses(
      images: noise(images: 2, width: 96, height: 96),
      targets: targets
    )
    try losses.total.backward()
    #expect(try losses.total.item().isFinite)
    #expect((losses.foregroundCount > 0) == (count > 0))
    if count == 0 { #expect(try losses.box.item() == 0) }
    for parameter in model.parameters {
      let gradient = try #require(try parameter.tensor.gradient(), "\(parameter.name)")
      #expect(try gradient.isFinite().all().bools() == [true], "\(parameter.name)")
      // Without boxes nothing can be said about deltas; everything else learns in either case.
      guard count > 0 || !parameter.name.hasPrefix("head.regression_head") else { continue }
      #expect(try gradient.abs().sum().item() > 0, "\(parameter.name)")
    }
  }

  @Test func `the box weight weighs the box loss alone, cross entropy forgets gamma`() throws {
    let outputs = HeadOutputs(
      logits: try Tensor([Float(0), 0], shape: [1, 2, 1]),
      deltas: try Tensor([Float](repeating: 0, count: 8), shape: [1, 2, 4])
    )
    let targets = AnchorTargets(
      classIndices: [0, -1],
      foregroundAnchors: [0],
      foregroundDeltas: [SIMD4(1, 0, 0, 0)]
    )
    var configuration = RetinaNetConfiguration(categories: ["a"])
    configuration.loss.kind = .crossEntropy
    configuration.loss.alpha = -1
    configuration.loss.boxBeta = 0
    configuration.loss.boxWeight = 10
    let losses = try configuration.losses(of: outputs, targets: [targets])
    // Two logits of 0 cost log 2 each; one coordinate is 1 off.
    #expect(abs(try losses.classification.item() - 1.386_294) < 1e-5)
    #expect(try losses.box.item() == 1)
    #expect(abs(try losses.total.item() - 11.386_294) < 1e-5)
  }

  @Test func `bfloat16 heads give float32 losses near the full ones`() throws {
    let model = try RetinaNet(.tiny())
    let targets = [model.targets([Self.square], width: 128, height: 128)]
    let images = try noise(width: 128, height: 128)
    let full = try model.losses(images: images, targets: targets)
    let outputs = try withAutocast(.bfloat16) { try model(images, mode: .training) }
    let half = try model.configuration.losses(of: outputs, targets: targets)
    #expect(half.total.dtype == .float32)
    let expected = try full.total.item()
    let difference = try half.total.item() - expected
    // bfloat16 keeps eight bits.
    #expect(abs(difference) < 0.03 * expected)
  }

  @Test func `targets of other pictures or anchors are refused`() throws {
    let model = try RetinaNet(.tiny())
    let images = try noise(images: 2, width: 64, height: 64)
    let targets = model.targets([], width: 64, height: 64)
    let few = #expect(throws: ModelError.self) {
      _ = try model.losses(images: images, targets: [targets])
    }
    #expect(
      few?.description
        == "targets: found 1 pictures with [774] anchors, expected 2 with 774 each"
    )
    let other = model.targets([], width: 96, height: 64)
    #expect(throws: ModelError.self) {
      _ = try model.losses(images: images, targets: [targets, other])
    }
  }

  @Test func `a label beyond the model's categories is refused`() throws {
    let model = try RetinaNet(.tiny())
    let box = LabeledBox(box: Self.square.box, label: 2)
    #expect(throws: TargetError.self) {
      _ = try model.losses(
        images: noise(width: 128, height: 128),
        targets: [model.targets([box], width: 128, height: 128)]
      )
    }
  }
}
