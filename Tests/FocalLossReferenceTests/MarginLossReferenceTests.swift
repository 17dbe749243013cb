import BoxGeometry
import FocalLossReference
import Foundation
import TestSupport
import Testing

/// What holds of every loss of a margin.
struct MarginLossReferenceTests {
  static let gammas: [Double] = [0, 1e-3, 0.5, 1, 2, 5]

  /// Every loss, with the ways of its parameters.
  static let losses: [any MarginLossReference] =
    [CrossEntropyReference(), CrossEntropyReference(alpha: 0.75)]
    + gammas.map { SigmoidFocalReference(alpha: nil, gamma: $0) }
    + [SigmoidFocalReference()]
    + [(1, 0), (2, 1), (4, 0), (0.5, -1), (5, 3)].map {
      FocalStarReference(alpha: nil, gamma: $0.0, beta: $0.1)
    }
    + [HingeReference(), HingeReference(alpha: 0.25, margin: 0)]
    + [0.5, 0.9, 1].map { HingeReference(margin: $0, score: .probability) }

  /// Where the derivatives of a hinge jump; nil for the other losses.
  private static func corner(_ loss: any MarginLossReference) -> Double? {
    guard let hinge = loss as? HingeReference else { return nil }
    return hinge.score == .logit ? hinge.margin : log(hinge.margin / (1 - hinge.margin))
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `slope and curvature are the slopes of value and slope`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    for loss in Self.losses {
      let margin = random.uniform(in: -15...15)
      if let corner = Self.corner(loss), abs(margin - corner) < 0.01 { continue }
      expectClose(
        loss.slope(margin: margin),
        slope(at: margin) { loss.value(margin: $0) },
        absolute: 2e-11,
        "slope of \(loss) at \(margin)"
      )
      // FL* of gamma 5 has a fifth derivative of some 10³, which h⁴ makes 10⁻¹⁰.
      expectClose(
        loss.curvature(margin: margin),
        slope(at: margin) { loss.slope(margin: $0) },
        absolute: 1e-9,
        "curvature of \(loss) at \(margin)"
      )
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `a logit is its margin, mirrored for the background and weighted by alpha`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    for loss in Self.losses {
      let logit = random.uniform(in: -30...30)
      let (object, background) = (loss.alpha ?? 1, 1 - (loss.alpha ?? 0))
      #expect(loss.weight(isObject: true) == object)
      #expect(loss.weight(isObject: false) == background)
      let value = { loss.value(logit: logit, isObject: $0) }
      #expect(value(true) == object * loss.value(margin: logit))
      #expect(value(false) == background * loss.value(margin: -logit))
      let gradient = { loss.gradient(logit: logit, isObject: $0) }
      #expect(gradient(true) == object * loss.slope(margin: logit))
      #expect(gradient(false) == -background * loss.slope(margin: -logit))
      let second = { loss.secondDerivative(logit: logit, isObject: $0) }
      #expect(second(true) == object * loss.curvature(margin: logit))
      #expect(second(false) == background * loss.curvature(margin: -logit))
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `a loss never grows with the margin and is never negative`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let reach = [1, 30, 800, 1e4][Int(seed) % 4] as Double
    for loss in Self.losses {
      let margins = (0..<20).map { _ in random.uniform(in: -reach...reach) }.sorted()
      let values = margins.map { loss.value(margin: $0) }
      #expect(values.allSatisfy { $0 >= 0 && $0.isFinite })
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }, "\(loss): \(values)")
      #expect(margins.allSatisfy { loss.slope(margin: $0) <= 0 })
    }
  }

  @Test func `logits of ±10,000 give the limits, with finite derivatives`() {
    for loss in Self.losses {
      for margin in [-1e4, -800, -745, -709, -40, 40, 709, 745, 800, 1e4] as [Double] {
        #expect(loss.value(margin: margin).isFinite, "\(loss) at \(margin)")
        // The focal loss may pull a bit harder than cross entropy, by up to γ p L.
        #expect((-1.001...0).contains(loss.slope(margin: margin)), "\(loss) at \(margin)")
        #expect(abs(loss.curvature(margin: margin)) <= 0.1, "\(loss) at \(margin)")
      }
      // The slope of the loss at a certainly wrong logit is 1, but for the hinge on probabilities.
      let isOnProbability = (loss as? HingeReference)?.score == .probability
      #expect(loss.slope(margin: -1e4) == (isOnProbability ? 0 : -1), "\(loss)")
      #expect(loss.value(margin: 1e4) == 0)
      #expect(loss.slope(margin: 1e4) == 0)
      #expect(loss.curvature(margin: 1e4) == 0)
      #expect(loss.curvature(margin: -1e4) == 0)
    }
  }

  @Test func `infinite margins give the limits, and NaN gives NaN`() {
    for loss in Self.losses {
      let isOnProbability = (loss as? HingeReference)?.score == .probability
      if isOnProbability {
        #expect(loss.value(margin: -.infinity) == (loss as? HingeReference)?.margin)
      } else {
        #expect(loss.value(margin: -.infinity) == .infinity, "\(loss)")
      }
      #expect(loss.slope(margin: -.infinity) == (isOnProbability ? 0 : -1), "\(loss)")
      #expect(loss.curvature(margin: -.infinity) == 0, "\(loss)")
      #expect(loss.value(margin: .infinity) == 0, "\(loss)")
      #expect(loss.slope(margin: .infinity) == 0, "\(loss)")
      #expect(loss.curvature(margin: .infinity) == 0, "\(loss)")
      #expect(loss.value(margin: .nan).isNaN, "\(loss)")
      #expect(loss.slope(margin: .nan).isNaN, "\(loss)")
      #expect(loss.curvature(margin: .nan).isNaN, "\(loss)")
      for isObject in [true, false] {
        #expect(loss.value(logit: .nan, isObject: isObject).isNaN, "\(loss)")
        #expect(loss.gradient(logit: .nan, isObject: isObject).isNaN, "\(loss)")
        #expect(loss.secondDerivative(logit: .nan, isObject: isObject).isNaN, "\(loss)")
      }
    }
  }

  @Test func `an example of weight 0 costs 0 even where the loss is infinite`() {
    let loss = SigmoidFocalReference(alpha: 0)
    #expect(loss.value(logit: -.infinity, isObject: true) == 0)
    #expect(loss.value(logit: .infinity, isObject: false) == .infinity)
    #expect(CrossEntropyReference(alpha: 1).value(logit: .infinity, isObject: false) == 0)
    #expect(CrossEntropyReference(alpha: 1).value(logit: .nan, isObject: false).isNaN)
  }
}
