import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct CrossEntropyReferenceTests {
  @Test func `an undecided logit costs log 2 and pulls with one half`() {
    let loss = CrossEntropyReference()
    for isObject in [true, false] {
      expectClose(loss.value(logit: 0, isObject: isObject), log(2.0), absolute: 1e-16)
    }
    #expect(loss.gradient(logit: 0, isObject: true) == -0.5)
    #expect(loss.gradient(logit: 0, isObject: false) == 0.5)
  }

  @Test func `its curvature is p q: one quarter undecided, 0.09 at 0.9, e⁻ˣ far out`() {
    let loss = CrossEntropyReference()
    for isObject in [true, false] {
      #expect(loss.secondDerivative(logit: 0, isObject: isObject) == 0.25)
      expectClose(
        loss.secondDerivative(logit: log(9), isObject: isObject),
        0.09,
        absolute: 1e-16
      )
      for logit in [-700, -60, 60, 700] as [Double] {
        expectClose(
          loss.secondDerivative(logit: logit, isObject: isObject),
          exp(-abs(logit)),
          absolute: 0,
          relative: 1e-15
        )
      }
    }
  }

  @Test func `a probability of 0.9 costs −log 0.9 or −log 0.1`() {
    let loss = CrossEntropyReference()
    let logit = log(0.9 / 0.1)
    expectClose(loss.value(logit: logit, isObject: true), -log(0.9), absolute: 1e-15)
    expectClose(loss.value(logit: logit, isObject: false), -log(0.1), absolute: 1e-15)
    expectClose(loss.gradient(logit: logit, isObject: true), -0.1, absolute: 1e-15)
    expectClose(loss.gradient(logit: logit, isObject: false), 0.9, absolute: 1e-15)
  }

  @Test func `alpha weighs objects and its complement the background`() {
    let plain = CrossEntropyReference()
    let loss = CrossEntropyReference(alpha: 0.75)
    for logit in [-3, 0, 0.5, 20] as [Double] {
      #expect(
        loss.value(logit: logit, isObject: true)
          == 0.75 * plain.value(logit: logit, isObject: true)
      )
      #expect(
        loss.gradient(logit: logit, isObject: false)
          == 0.25 * plain.gradient(logit: logit, isObject: false)
      )
    }
  }

  @Test func `logits of ±10,000 neither overflow nor vanish on the wrong side`() {
    let loss = CrossEntropyReference()
    #expect(loss.value(logit: 1e4, isObject: false) == 1e4)
    #expect(loss.value(logit: -1e4, isObject: true) == 1e4)
    #expect(loss.value(logit: 1e4, isObject: true) == 0)
    #expect(loss.gradient(logit: 1e4, isObject: false) == 1)
    #expect(loss.gradient(logit: -1e4, isObject: true) == -1)
    #expect(loss.gradient(logit: 1e4, isObject: true) == 0)
    // Far beyond where 1 − p rounds to 0.
    expectClose(loss.value(logit: 700, isObject: true), exp(-700.0), absolute: 0, relative: 1e-15)
  }

  @Test(arguments: [nil, 0, 0.25, 0.999, 1] as [Double?])
  func `the gradient is the slope of the value`(alpha: Double?) {
    let loss = CrossEntropyReference(alpha: alpha)
    for logit in stride(from: -15, through: 15, by: 0.37) {
      for isObject in [true, false] {
        expectClose(
          loss.gradient(logit: logit, isObject: isObject),
          slope(at: logit) { loss.value(logit: $0, isObject: isObject) },
          absolute: 1e-9
        )
      }
    }
  }
}
