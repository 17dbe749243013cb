import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct HingeReferenceTests {
  @Test func `on the logit it is a line to 0 at the margin`() {
    let loss = HingeReference()
    #expect(loss.margin == 1)
    #expect(loss.value(margin: -2) == 3)
    #expect(loss.value(margin: 0.75) == 0.25)
    #expect(loss.value(margin: 1) == 0)
    #expect(loss.value(margin: 5) == 0)
    #expect(loss.slope(margin: -2) == -1)
    #expect(loss.slope(margin: 0.75) == -1)
    #expect(loss.slope(margin: 5) == 0)
    #expect(loss.curvature(margin: -2) == 0)
    #expect(loss.gradient(logit: -5, isObject: false) == 0)
    #expect(loss.gradient(logit: 5, isObject: false) == 1)
  }

  @Test func `on the probability a pₜ of ¼ lacks ¼ and is pulled with 3 / 16`() {
    let loss = HingeReference(score: .probability)
    #expect(loss.margin == 0.5)
    let margin = -log(3.0)
    expectClose(loss.value(margin: margin), 0.25, absolute: 1e-16)
    expectClose(loss.slope(margin: margin), -3.0 / 16, absolute: 1e-16)
    expectClose(loss.curvature(margin: margin), -3.0 / 32, absolute: 1e-16)
    #expect(loss.value(margin: 0.01) == 0)
    #expect(loss.slope(margin: 0.01) == 0)
    #expect(loss.curvature(margin: 0.01) == 0)
  }

  @Test func `the corner belongs to the flat side`() {
    let logit = HingeReference(margin: 0.25)
    #expect(logit.slope(margin: 0.25) == 0)
    #expect(logit.slope(margin: 0.25.nextDown) == -1)
    let probability = HingeReference(margin: 0.5, score: .probability)
    #expect(probability.value(margin: 0) == 0)
    #expect(probability.slope(margin: 0) == 0)
    #expect(probability.curvature(margin: 0) == 0)
  }

  @Test func `what is most wrong is hardly pulled on the probability: why training fails`() {
    let loss = HingeReference(score: .probability)
    #expect(loss.value(margin: -20) > 0.499)
    #expect(abs(loss.slope(margin: -20)) < 1e-8)
    #expect(CrossEntropyReference().slope(margin: -20) < -0.999)
  }

  @Test func `a margin of 1 on the probability never ends and keeps its digits`() {
    let loss = HingeReference(margin: 1, score: .probability)
    for margin in [40, 300, 700] as [Double] {
      expectClose(loss.value(margin: margin), exp(-margin), absolute: 0, relative: 1e-15)
      expectClose(loss.slope(margin: margin), -exp(-margin), absolute: 0, relative: 1e-15)
      expectClose(loss.curvature(margin: margin), exp(-margin), absolute: 0, relative: 1e-15)
    }
  }

  /// 60 digits of m − σ(x), at one, a thousand and a million ulps from the corner and further.
  @Test(arguments: [
    (0.9, 0x1.193ea7aad030ap+1, 4.584415435600602e-17),
    (0.9, 0x1.193ea7aacff23p+1, 3.997390501198223e-14),
    (0.9, 0x1.193ea7a9dc0cbp+1, 3.9968034769730846e-11),
    (0.9, 0x1.193e826a11f0bp+1, 3.996809988463514e-07),
    (0.3, -0x1.b1d10670aae9bp-1, 2.4412565075029777e-17),
    (0.3, -0x1.b1d10670ab282p-1, 2.331578139868567e-14),
    (0.3, -0x1.b1d12bb16929ap-1, 2.3314678340337138e-07),
    (0.1, -0x1.193ea7aad06f2p+1, 3.994994030775817e-14),
    (0.1, -0x1.193ecceb8e70ap+1, 3.996795788727575e-07),
    (0.7, 0x1.b1d10670aaab0p-1, 2.3304703851373905e-14),
    (0.7, 0x1.b1d0e12feca98p-1, 2.3314688693028768e-07),
  ])
  func `near its corner it is the loss of a margin within 2⁻⁵⁴`(
    margin: Double,
    logit: Double,
    exact: Double
  ) {
    let loss = HingeReference(margin: margin, score: .probability)
    expectClose(loss.value(margin: logit), exact, absolute: 0x1p-54, relative: 1e-15)
    #expect(exact < 0x1p-54 || loss.slope(margin: logit) < 0)
  }

  @Test func `the corner of ½ is at 0, where all digits are kept`() {
    let loss = HingeReference(margin: 0.5, score: .probability)
    for logit in [-1e-300, -1e-30, -1e-9] {
      expectClose(loss.value(margin: logit), -0.25 * logit, absolute: 0, relative: 1e-9)
    }
    expectClose(loss.value(margin: -0x1.4484bfeebc2a0p-100), 2.5e-31, absolute: 0, relative: 1e-15)
    #expect(loss.value(margin: .infinity) == 0 && loss.value(margin: -.infinity) == 0.5)
    #expect(loss.value(margin: .nan).isNaN)
  }

  @Test func `a margin of 0 on the probability is no loss`() {
    let loss = HingeReference(margin: 0, score: .probability)
    for margin in [-1e4, -3, 0, 3, 1e4] as [Double] {
      #expect(loss.value(margin: margin) == 0)
      #expect(loss.slope(margin: margin) == 0)
    }
  }
}
