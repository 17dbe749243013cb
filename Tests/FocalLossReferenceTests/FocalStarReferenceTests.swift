import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct FocalStarReferenceTests {
  @Test func `at the bend, x = −β / γ, it costs log 2 / γ and pulls with one half`() {
    let loss = FocalStarReference(alpha: nil)
    expectClose(loss.value(margin: -0.5), log(2.0) / 2, absolute: 1e-16)
    #expect(loss.slope(margin: -0.5) == -0.5)
    #expect(loss.curvature(margin: -0.5) == 0.5)
    // p* = 0.9 at 2x + 1 = log 9.
    let margin = (log(9.0) - 1) / 2
    expectClose(loss.value(margin: margin), -log(0.9) / 2, absolute: 1e-16)
    expectClose(loss.slope(margin: margin), -0.1, absolute: 1e-16)
    expectClose(loss.curvature(margin: margin), 0.18, absolute: 1e-15)
  }

  @Test func `the defaults are table 3's`() {
    let loss = FocalStarReference()
    #expect(loss.alpha == 0.25)
    #expect(loss.gamma == 2)
    #expect(loss.beta == 1)
  }

  @Test(arguments: [nil, 0.25] as [Double?])
  func `gamma 1 and beta 0 is cross entropy to the last bit`(alpha: Double?) {
    let loss = FocalStarReference(alpha: alpha, gamma: 1, beta: 0)
    let entropy = CrossEntropyReference(alpha: alpha)
    for logit in [-1e4, -700, -30, -2, -1e-300, 0, 1e-9, 3, 50, 1e4] as [Double] {
      for isObject in [true, false] {
        #expect(
          loss.value(logit: logit, isObject: isObject).bitPattern
            == entropy.value(logit: logit, isObject: isObject).bitPattern
        )
        #expect(
          loss.gradient(logit: logit, isObject: isObject).bitPattern
            == entropy.gradient(logit: logit, isObject: isObject).bitPattern
        )
        #expect(
          loss.secondDerivative(logit: logit, isObject: isObject).bitPattern
            == entropy.secondDerivative(logit: logit, isObject: isObject).bitPattern
        )
      }
    }
  }

  @Test(arguments: [10, 1e3, 1e6] as [Double])
  func `for a large gamma it is a hinge at 0, to within log 2 / γ`(gamma: Double) {
    let loss = FocalStarReference(alpha: nil, gamma: gamma, beta: 0)
    let hinge = HingeReference(margin: 0)
    for margin in [-1e4, -7, -1, -0.1, -1e-9, 0, 1e-9, 0.1, 1, 7, 1e4] as [Double] {
      let excess = loss.value(margin: margin) - hinge.value(margin: margin)
      // 1e-15 of the value, which is rounded on both sides.
      #expect(excess >= -1e-15 * abs(margin), "\(margin)")
      #expect(excess <= log(2) / gamma * (1 + 1e-15) + 1e-15 * abs(margin), "\(margin)")
    }
    // The bend itself: the distance is greatest there.
    expectClose(loss.value(margin: 0), log(2) / gamma, absolute: 0, relative: 1e-15)
    #expect(loss.slope(margin: -100 / gamma) < -1 + 1e-15)
    #expect(loss.slope(margin: 100 / gamma) > -1e-15)
  }

  @Test func `for a small gamma its slope is −σ(−β) everywhere`() {
    let loss = FocalStarReference(alpha: nil, gamma: 1e-9, beta: 1)
    for margin in [-100, -1, 0, 1, 100] as [Double] {
      expectClose(loss.slope(margin: margin), -1 / (1 + exp(1.0)), absolute: 1e-7)
      expectClose(
        loss.value(margin: margin) * 1e-9,
        log1p(exp(-1.0)),
        absolute: 1e-7
      )
    }
  }

  @Test func `beta moves the curve: FL*(γ, β) at x is FL*(γ, 0) at x + β / γ`() {
    let plain = FocalStarReference(alpha: nil, gamma: 4, beta: 0)
    for beta in [-2, 0.5, 3] as [Double] {
      let moved = FocalStarReference(alpha: nil, gamma: 4, beta: beta)
      for margin in [-8, -1.25, 0, 2, 9] as [Double] {
        let other = margin + beta / 4
        expectClose(
          [
            moved.value(margin: margin), moved.slope(margin: margin),
            moved.curvature(margin: margin),
          ],
          [plain.value(margin: other), plain.slope(margin: other), plain.curvature(margin: other)],
          absolute: 0,
          relative: 1e-13
        )
      }
    }
  }

  @Test func `it discounts the well classified as FL does, and pulls the wrong as CE does`() {
    // The claim of appendix A, figures 5 and 6, for FL*(2, 1) and FL*(4, 0) beside FL(2).
    let focal = SigmoidFocalReference(alpha: nil, gamma: 2)
    let entropy = CrossEntropyReference()
    for (gamma, beta) in [(2, 1), (4, 0)] as [(Double, Double)] {
      let star = FocalStarReference(alpha: nil, gamma: gamma, beta: beta)
      for margin in stride(from: 1, through: 10, by: 0.5) as StrideThrough<Double> {
        #expect(star.value(margin: margin) < 0.25 * entropy.value(margin: margin), "\(margin)")
        #expect(focal.value(margin: margin) < 0.25 * entropy.value(margin: margin), "\(margin)")
      }
      for margin in stride(from: -10, through: -4, by: 0.5) as StrideThrough<Double> {
        expectClose(star.slope(margin: margin), -1, absolute: 1e-3)
      }
    }
  }
}
