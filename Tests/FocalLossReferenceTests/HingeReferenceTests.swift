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

  @Test func `a margin of 0 on the probability is no loss`() {
    let loss = HingeReference(margin: 0, score: .probability)
    for margin in [-1e4, -3, 0, 3, 1e4] as [Double] {
      #expect(loss.value(margin: margin) == 0)
      #expect(loss.slope(margin: margin) == 0)
    }
  }
}
