import FocalLossReference
import TestSupport
import Testing

struct SigmoidSettings: Decodable, Sendable, CustomStringConvertible {
  var loss: String
  var margins: [Double]
  var gamma: Double?
  var beta: Double?
  var hingeMargin: Double?
  var score: String?

  var description: String { reference.map { "\($0)" } ?? "no loss \(loss)" }

  /// The loss meant, without weights.
  var reference: (any MarginLossReference)? {
    switch (loss, gamma, beta, hingeMargin, score.flatMap(HingeReference.Score.init)) {
    case ("ce", nil, nil, nil, nil): CrossEntropyReference()
    case ("focal", let gamma?, nil, nil, nil): SigmoidFocalReference(alpha: nil, gamma: gamma)
    case ("flstar", let gamma?, let beta?, nil, nil):
      FocalStarReference(alpha: nil, gamma: gamma, beta: beta)
    case ("hinge", nil, nil, let margin?, let score?): HingeReference(margin: margin, score: score)
    default: nil
    }
  }
}

struct SoftmaxSettings: Decodable, Sendable, CustomStringConvertible {
  var logits: [Double]
  var target: Int
  var gamma: Double
  var weights: [Double]?

  var description: String { "\(logits), target \(target), gamma \(gamma)" }
}

struct SmoothSettings: Decodable, Sendable, CustomStringConvertible {
  var loss: String
  var beta: Double
  var differences: [Double]

  var description: String { "\(loss), beta \(beta)" }
}

struct BoxSettings: Decodable, Sendable, CustomStringConvertible {
  var kind: String
  var epsilon: Double
  var prediction: [Double]
  var target: [Double]

  var description: String { "\(kind) of \(prediction) and \(target)" }

  /// Whether two edges coincide.
  var hasCorner: Bool { zip(prediction, target).contains { $0 == $1 } }
}

struct LossGoldenTests {
  static let sigmoid = LossGolden<SigmoidSettings>.cases("sigmoid_losses.json")
  static let softmax = LossGolden<SoftmaxSettings>.cases("softmax_focal.json")
  static let smooth = LossGolden<SmoothSettings>.cases("smooth_l1.json")
  static let boxes = LossGolden<BoxSettings>.cases("box_iou_losses.json")

  @Test func `the golden files are there, and PyTorch is good in most of them`() {
    #expect(Self.sigmoid.count == 17)
    #expect(Self.softmax.count == 52)
    #expect(Self.smooth.count == 7)
    #expect(Self.boxes.count == 120)
    for golden in Self.sigmoid {
      let off = golden.torchOff
      let count = golden.settings.margins.count
      #expect(off.value.count + off.first.count < count / 4, "\(golden.settings)")
      #expect(off.second.count < count / 2, "\(golden.settings)")
    }
    // All gammas, the extremes and both hinges.
    #expect(Self.sigmoid.filter { $0.settings.loss == "focal" }.count == 6)
    #expect(Self.sigmoid.allSatisfy { $0.settings.margins.contains(1e4) })
    #expect(Set(Self.boxes.map(\.settings.kind)).count == 4)
  }

  @Test(arguments: sigmoid)
  func `losses of a margin are those of PyTorch and of the formula with 50 digits`(
    golden: LossGolden<SigmoidSettings>.Case
  ) throws {
    let loss = try #require(golden.settings.reference)
    let margins = golden.settings.margins
    golden.expectAll(
      value: margins.map { loss.value(margin: $0) },
      first: margins.map { loss.slope(margin: $0) },
      second: margins.map { loss.curvature(margin: $0) }
    )
  }

  @Test(arguments: softmax)
  func `the softmax focal loss is that of PyTorch and of the formula with 50 digits`(
    golden: LossGolden<SoftmaxSettings>.Case
  ) {
    let settings = golden.settings
    let loss = SoftmaxFocalReference(gamma: settings.gamma, classWeights: settings.weights)
    golden.expectAll(
      value: [loss.value(logits: settings.logits, target: settings.target)],
      first: loss.gradient(logits: settings.logits, target: settings.target),
      second: loss.hessian(logits: settings.logits, target: settings.target).flatMap { $0 }
    )
  }

  @Test(arguments: smooth)
  func `smooth L1 and Huber are those of PyTorch`(
    golden: LossGolden<SmoothSettings>.Case
  ) {
    let settings = golden.settings
    guard settings.loss == "huber" else {
      let loss = SmoothL1Reference(beta: settings.beta)
      golden.expectAll(
        value: settings.differences.map { loss.value(difference: $0) },
        first: settings.differences.map { loss.gradient(difference: $0) },
        second: settings.differences.map { loss.secondDerivative(difference: $0) }
      )
      return
    }
    let loss = HuberReference(delta: settings.beta)
    golden.expectAll(
      value: settings.differences.map { loss.value(difference: $0) },
      first: settings.differences.map { loss.gradient(difference: $0) },
      second: settings.differences.map { loss.secondDerivative(difference: $0) }
    )
  }

  @Test(arguments: boxes)
  func `losses of boxes are those of torchvision and of the formula with 50 digits`(
    golden: LossGolden<BoxSettings>.Case
  ) throws {
    let settings = golden.settings
    let kind = try #require(BoxIoULossReference.Kind(rawValue: settings.kind))
    let loss = BoxIoULossReference(kind: kind, epsilon: settings.epsilon)
    let (prediction, target) = (SIMD4(settings.prediction), SIMD4(settings.target))
    let gradient = loss.gradient(prediction: prediction, target: target)
    golden.expectAll(
      value: [loss.value(prediction: prediction, target: target)],
      first: (0..<4).map { gradient[$0] },
      second: [],
      // A lane may be the difference of two pulls, and 0: exact to the rounding of the greatest
      // lane, and where two edges coincide, to that of the pulls on both sides.
      absolute: 1e-15 * gradient.max(by: abs) + (settings.hasCorner ? 1e-16 : 0)
    )
  }
}

extension SIMD4<Double> {
  /// The greatest lane after a function.
  fileprivate func max(by size: (Double) -> Double) -> Double {
    Swift.max(size(x), size(y), size(z), size(w))
  }
}
