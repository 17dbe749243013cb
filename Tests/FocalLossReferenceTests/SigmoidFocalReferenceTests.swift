import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct SigmoidFocalReferenceTests {
  @Test func `the paper's discounts: 100 at 0.9, 1000 at 0.968, at most 4 up to 0.5`() {
    let loss = SigmoidFocalReference(alpha: nil, gamma: 2)
    let entropy = CrossEntropyReference()
    func discount(_ probability: Double) -> Double {
      let logit = log(probability / (1 - probability))
      return entropy.value(logit: logit, isObject: true) / loss.value(logit: logit, isObject: true)
    }
    expectClose(discount(0.9), 100, absolute: 1e-10)
    expectClose(discount(0.968), 1 / (0.032 * 0.032), absolute: 1e-9)
    expectClose(discount(0.5), 4, absolute: 1e-12)
    #expect(discount(0.3) < 4)
  }

  @Test func `at the prior of 0.01 an object costs 1.1284 and a background logit 7.5e-7`() {
    let loss = SigmoidFocalReference()
    let logit = -log(0.99 / 0.01)
    expectClose(
      loss.value(logit: logit, isObject: true),
      0.25 * 0.99 * 0.99 * log(100),
      absolute: 1e-14
    )
    expectClose(loss.value(logit: logit, isObject: true), 1.1284, absolute: 5e-5)
    expectClose(
      loss.value(logit: logit, isObject: false),
      0.75 * 1e-4 * -log(0.99),
      absolute: 0,
      relative: 1e-13
    )
  }

  @Test(arguments: [nil, 0.25, 0.5] as [Double?])
  func `gamma 0 is cross entropy to the last bit`(alpha: Double?) {
    let loss = SigmoidFocalReference(alpha: alpha, gamma: 0)
    let entropy = CrossEntropyReference(alpha: alpha)
    for logit in [-1e4, -700, -30, -2, 0, 1e-9, 3, 50, 1e4] as [Double] {
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

  @Test(arguments: [0, 0.1, 0.2, 0.5, 1, 2, 5] as [Double], [nil, 0.25, 0.75] as [Double?])
  func `the gradient is the slope of the value`(gamma: Double, alpha: Double?) {
    let loss = SigmoidFocalReference(alpha: alpha, gamma: gamma)
    for logit in stride(from: -15, through: 15, by: 0.37) {
      for isObject in [true, false] {
        expectClose(
          loss.gradient(logit: logit, isObject: isObject),
          slope(at: logit) { loss.value(logit: $0, isObject: isObject) },
          absolute: 1e-9,
          relative: 0,
          "logit \(logit), \(isObject)"
        )
      }
    }
  }

  @Test(arguments: [0.001, 0.1, 0.5, 0.999, 1, 2, 5] as [Double])
  func `all is finite and of one sign however certain the logit`(gamma: Double) {
    let loss = SigmoidFocalReference(alpha: nil, gamma: gamma)
    for logit in [-1e4, -800, -745, -40, 0, 40, 745, 800, 1e4] as [Double] {
      for isObject in [true, false] {
        let value = loss.value(logit: logit, isObject: isObject)
        let gradient = loss.gradient(logit: logit, isObject: isObject)
        #expect(value.isFinite && value >= 0, "\(logit) \(isObject)")
        #expect(gradient.isFinite, "\(logit) \(isObject)")
        #expect(isObject ? gradient <= 0 : gradient >= 0, "\(logit) \(isObject)")
      }
    }
    // Certainly wrong: the factor is 1, the loss the margin, the gradient that of cross entropy.
    #expect(loss.value(logit: -1e4, isObject: true) == 1e4)
    #expect(loss.gradient(logit: -1e4, isObject: true) == -1)
  }

  @Test func `undecided at gamma 2, slope and curvature by hand`() {
    let loss = SigmoidFocalReference(alpha: nil, gamma: 2)
    // p = q = 1/2, L = log 2.
    expectClose(loss.slope(margin: 0), -0.125 - 0.25 * log(2.0), absolute: 1e-16)
    expectClose(loss.curvature(margin: 0), 0.3125 + 0.125 * log(2.0), absolute: 1e-16)
  }

  // A gamma of 0.001 turns concave beyond −1000 only, where no curvature is left in a double.
  @Test(arguments: [0.01, 0.5, 1, 2, 5] as [Double])
  func `the curvature changes its sign once: concave where wrong, convex where right`(
    gamma: Double
  ) {
    let loss = SigmoidFocalReference(alpha: nil, gamma: gamma)
    let isConcave = stride(from: -700, through: 300, by: 0.01).map {
      loss.curvature(margin: $0) < 0
    }
    #expect(isConcave.first == true)
    #expect(zip(isConcave, isConcave.dropFirst()).filter { $0 != $1 }.count == 1)
    #expect(isConcave.last == false)
  }

  @Test(arguments: [0.01, 0.5, 1, 2, 5] as [Double])
  func `near the zero of the curvature its error is the rounding of its two terms`(
    gamma: Double
  ) {
    let loss = SigmoidFocalReference(alpha: nil, gamma: gamma)
    var (low, high) = (-700.0, 1.0)
    while high.nextDown > low {
      let middle = low + 0.5 * (high - low)
      guard middle > low && middle < high else { break }
      if loss.curvature(margin: middle) > 0 { high = middle } else { low = middle }
    }
    // p q^(γ+1) (1 + 2γ), which γ p L (γ p − q) q^γ takes away there.
    let term = exp(low) / pow(1 + exp(low), gamma + 2) * (1 + 2 * gamma)
    expectClose(loss.curvature(margin: low), 0, absolute: 4e-16 * max(1, -low) * term)
  }

  @Test func `a certainly right logit follows the leading term`() {
    // pₜ → 1 with q = e⁻ˣ: FL → q^(γ+1), then −(γ + 1) and (γ + 1)² times that.
    for gamma in [0.5, 2] as [Double] {
      let loss = SigmoidFocalReference(alpha: nil, gamma: gamma)
      let power = exp(-100 * (gamma + 1))
      expectClose(loss.value(logit: 100, isObject: true), power, absolute: 0, relative: 1e-12)
      expectClose(
        loss.gradient(logit: 100, isObject: true),
        -(gamma + 1) * power,
        absolute: 0,
        relative: 1e-12
      )
      expectClose(
        loss.curvature(margin: 100),
        (gamma + 1) * (gamma + 1) * power,
        absolute: 0,
        relative: 1e-12
      )
    }
  }

  @Test func `object and background mirror each other`() {
    let loss = SigmoidFocalReference(alpha: nil, gamma: 2)
    for logit in stride(from: -20, through: 20, by: 0.7) {
      #expect(
        loss.value(logit: logit, isObject: true) == loss.value(logit: -logit, isObject: false)
      )
      #expect(
        loss.gradient(logit: logit, isObject: true)
          == -loss.gradient(logit: -logit, isObject: false)
      )
    }
  }
}
