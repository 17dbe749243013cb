import BoxGeometry
import FocalLoss
import Foundation
import TestSupport
import Testing
import Torch

@testable import DetectionModels

/// Two pictures of three anchors and one category: the first has two foreground anchors, the second none.
struct LossNormalizerTests {
  private let targets = [
    AnchorTargets(
      classIndices: [0, 0, -1],
      foregroundAnchors: [0, 1],
      foregroundDeltas: [SIMD4(1, 0, 0, 0), SIMD4(0, -2, 0, 0)]
    ),
    AnchorTargets(classIndices: [-1, -2, -1], foregroundAnchors: [], foregroundDeltas: []),
  ]

  private func configuration(
    _ normalizer: DetectionLossConfiguration.Normalizer
  ) -> RetinaNetConfiguration {
    var configuration = RetinaNetConfiguration(categories: ["a"])
    configuration.loss.kind = .crossEntropy
    configuration.loss.alpha = -1
    configuration.loss.boxKind = .l1
    configuration.loss.normalizer = normalizer
    return configuration
  }

  private func outputs() throws -> HeadOutputs {
    HeadOutputs(
      logits: try Tensor.zeros(shape: [2, 3, 1]),
      deltas: try Tensor.zeros(shape: [2, 3, 4])
    )
  }

  static let handWorked: [(DetectionLossConfiguration.Normalizer, Double, Double)] = [
    (.batchForeground, 2.5, 1.5),
    (.batchForegroundAndImages, 1.25, 0.75),
    // (3 / 2 + 2 / 1) / 2 and (3 / 2 + 0) / 2.
    (.perImage, 1.75, 0.75),
    // 0.9 · 100 + 0.1 · 2.
    (.movingAverage, 5 / 90.2, 3 / 90.2),
  ]

  /// Every logit of 0 costs log 2: three in the first picture, two in the second; the boxes are 1 and 2 off.
  @Test(arguments: handWorked)
  func `two pictures are worked by hand`(
    normalizer: DetectionLossConfiguration.Normalizer,
    classification: Double,
    box: Double
  ) throws {
    let losses = try configuration(normalizer).losses(of: outputs(), targets: targets)
    #expect(abs(try losses.classification.item() - classification * log(2)) < 1e-6)
    #expect(abs(try losses.box.item() - box) < 1e-6)
    #expect(losses.foregroundCount == 2)
  }

  @Test(arguments: DetectionLossConfiguration.Normalizer.allCases)
  func `a batch without objects has a finite loss with a gradient`(
    normalizer: DetectionLossConfiguration.Normalizer
  ) throws {
    let outputs = try outputs()
    try outputs.logits.setRequiresGradient(true)
    try outputs.deltas.setRequiresGradient(true)
    let losses = try configuration(normalizer)
      .losses(of: outputs, targets: [targets[1], targets[1]])
    try losses.total.backward()
    #expect(try losses.classification.item() > 0 && losses.box.item() == 0)
    #expect(try #require(try outputs.logits.gradient()).abs().sum().item() > 0)
    #expect(try #require(try outputs.deltas.gradient()).abs().sum().item() == 0)
  }

  @Test func `a moving average keeps nine tenths of itself and counts one at least`() throws {
    var average = ForegroundAverage()
    #expect(average.value == 100)
    let configuration = configuration(.movingAverage)
    _ = try configuration.losses(of: outputs(), targets: targets, average: &average)
    #expect(average.value == 0.9 * 100 + (1 - 0.9) * 2)
    let before = average.value
    _ = try configuration.losses(
      of: outputs(),
      targets: [targets[1], targets[1]],
      average: &average
    )
    #expect(average.value == 0.9 * before + (1 - 0.9))
    let saved = try JSONEncoder().encode(average)
    #expect(try JSONDecoder().decode(ForegroundAverage.self, from: saved) == average)
  }

  @Test func `the background's logit is never asked for, and the rest move up by one`() throws {
    var configuration = configuration(.batchForeground)
    configuration.categories = ["a", "b"]
    configuration.categoryIDs = [1, 2]
    configuration.classLayout = .backgroundFirst
    #expect(configuration.logitsPerAnchor == 3)
    let logits = try Tensor.zeros(shape: [1, 2, 3])
    try logits.setRequiresGradient(true)
    let losses = try configuration.losses(
      of: HeadOutputs(logits: logits, deltas: Tensor.zeros(shape: [1, 2, 4])),
      targets: [
        AnchorTargets(
          classIndices: [1, -1],
          foregroundAnchors: [0],
          foregroundDeltas: [SIMD4(repeating: 0)]
        )
      ]
    )
    try losses.classification.backward()
    // σ(0) − 1 for the object's category, σ(0) for the rest.
    #expect(
      try #require(try logits.gradient()).floats() == [0.5, 0.5, -0.5, 0.5, 0.5, 0.5]
    )
  }

  /// As of the boxes in pixels: stretching an axis changes no ratio of areas, and stretching both alike none of lengths.
  @Test(
    arguments: [
      (DetectionLossConfiguration.BoxKind.giou, BoxIoULoss.Kind.giou), (.diou, .diou),
      (.ciou, .ciou),
    ]
  )
  func `the IoU losses of deltas are those of their boxes`(
    boxKind: DetectionLossConfiguration.BoxKind,
    kind: BoxIoULoss.Kind
  ) throws {
    var generator = SplitMix64(state: 4)
    let coder = BoxCoder(weights: SIMD4(2, 3, 0.5, 4))
    let anchors = [BoundingBox].random(count: 40, using: &generator)
      .filter { $0.width > 8 && $0.height > 8 }
    func deltas() -> [SIMD4<Float>] {
      anchors.map { _ in
        SIMD4(
          Float(generator.gaussian()),
          Float(generator.gaussian()),
          Float(generator.gaussian() * 0.3),
          Float(generator.gaussian())
        )
      }
    }
    let (found, wanted) = (deltas(), deltas())
    func table(_ rows: [SIMD4<Float>]) throws -> Tensor {
      try Tensor(rows.flatMap { row in (0..<4).map { row[$0] } }, shape: [1, rows.count, 4])
    }
    func boxes(_ rows: [SIMD4<Float>]) throws -> Tensor {
      try table(zip(rows, anchors).map { coder.decode($0, anchor: $1).corners })
    }
    var configuration = configuration(.batchForeground)
    configuration.boxCoder = coder
    configuration.loss.boxKind = boxKind
    let losses = try configuration.losses(
      of: HeadOutputs(
        logits: Tensor.zeros(shape: [1, anchors.count, 1]),
        deltas: table(found)
      ),
      targets: [
        AnchorTargets(
          classIndices: anchors.map { _ in 0 },
          foregroundAnchors: anchors.indices.map { Int32($0) },
          foregroundDeltas: wanted,
          foregroundAspects: anchors.map { $0.width / $0.height }
        )
      ]
    )
    let expected = try BoxIoULoss(kind: kind).sum(
      predictions: boxes(found),
      targets: boxes(wanted)
    ).item()
    #expect(anchors.count > 10)
    #expect(abs(try losses.box.item() * Double(anchors.count) - expected) < 1e-4 * expected)
  }

  struct Worked: Sendable {
    let boxKind: DetectionLossConfiguration.BoxKind
    /// What the network says of an anchor that is its object.
    let delta: [Float]
    let aspect: Float
    let loss: Double
  }

  static let worked: [Worked] = {
    // Aside by a width: two boxes that touch, under an enclosing one of 2 by 1, or 4 by 1.
    let aside: [Float] = [1, 0, 0, 0]
    // Twice as wide about the same centre: IoU ½; v of angles 45° and atan 2, which is of a square.
    let wide: [Float] = [0, 0, log(2), 0]
    let v = 4 / (Double.pi * Double.pi) * pow(atan(2.0) - Double.pi / 4, 2)
    return [
      Worked(boxKind: .diou, delta: aside, aspect: 1, loss: 1 + 1.0 / 5),
      Worked(boxKind: .diou, delta: aside, aspect: 2, loss: 1 + 4.0 / 17),
      Worked(boxKind: .diou, delta: wide, aspect: 2, loss: 0.5),
      Worked(boxKind: .ciou, delta: aside, aspect: 2, loss: 1 + 4.0 / 17),
      Worked(boxKind: .ciou, delta: wide, aspect: 1, loss: 0.5 + v * v / (0.5 + v)),
    ]
  }()

  @Test(arguments: worked)
  func `DIoU and CIoU know the shape of the anchor`(worked: Worked) throws {
    for normalizer in [DetectionLossConfiguration.Normalizer.batchForeground, .perImage] {
      var configuration = configuration(normalizer)
      configuration.loss.boxKind = worked.boxKind
      let losses = try configuration.losses(
        of: HeadOutputs(
          logits: Tensor.zeros(shape: [2, 1, 1]),
          deltas: Tensor([0, 0, 0, 0] + worked.delta, shape: [2, 1, 4])
        ),
        targets: [
          AnchorTargets(classIndices: [-1], foregroundAnchors: [], foregroundDeltas: []),
          AnchorTargets(
            classIndices: [0],
            foregroundAnchors: [0],
            foregroundDeltas: [SIMD4(repeating: 0)],
            foregroundAspects: [worked.aspect]
          ),
        ]
      )
      // Per image, the mean over two pictures.
      let expected = normalizer == .perImage ? worked.loss / 2 : worked.loss
      #expect(abs(try losses.box.item() - expected) < 2e-6)
    }
  }

  @Test func `a prediction that grows without bound is held as when it is decoded`() throws {
    var configuration = configuration(.batchForeground)
    configuration.loss.boxKind = .giou
    let deltas = try Tensor([0, 0, 50, 0], shape: [1, 1, 4])
    try deltas.setRequiresGradient(true)
    let losses = try configuration.losses(
      of: HeadOutputs(logits: Tensor.zeros(shape: [1, 1, 1]), deltas: deltas),
      targets: [
        AnchorTargets(
          classIndices: [0],
          foregroundAnchors: [0],
          foregroundDeltas: [SIMD4(repeating: 0)]
        )
      ]
    )
    try losses.total.backward()
    // 1 − IoU with a side of 62.5 against one of 1.
    #expect(abs(try losses.box.item() - (1 - 1 / 62.5)) < 1e-5)
    #expect(try #require(try deltas.gradient()).floats()[2] == 0)
  }
}
