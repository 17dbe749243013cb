import FocalLossReference
import TestSupport
import Testing

@Suite struct SmoothL1ReferenceTests {
  @Test func `it is a parabola up to beta and a line from there`() {
    let loss = SmoothL1Reference(beta: 1)
    #expect(loss.value(difference: 0) == 0)
    #expect(loss.value(difference: 0.5) == 0.125)
    #expect(loss.value(difference: 1) == 0.5)
    #expect(loss.value(difference: -3) == 2.5)
    #expect(loss.gradient(difference: 0.5) == 0.5)
    #expect(loss.gradient(difference: 1) == 1)
    #expect(loss.gradient(difference: -3) == -1)
    let sharp = SmoothL1Reference(beta: 0.5)
    #expect(sharp.value(difference: 0.25) == 0.0625)
    #expect(sharp.value(difference: 2) == 1.75)
  }

  @Test func `its second derivative is 1 / beta inside and 0 from beta on`() {
    let loss = SmoothL1Reference(beta: 0.5)
    #expect(loss.secondDerivative(difference: 0) == 2)
    #expect(loss.secondDerivative(difference: -0.499) == 2)
    #expect(loss.secondDerivative(difference: 0.5) == 0)
    #expect(loss.secondDerivative(difference: -3) == 0)
    #expect(SmoothL1Reference(beta: 0).secondDerivative(difference: 0) == 0)
    for difference in stride(from: -2, through: 2, by: 0.173)
    where abs(abs(difference) - 0.5) > 0.01 {
      expectClose(
        loss.secondDerivative(difference: difference),
        slope(at: difference) { loss.gradient(difference: $0) },
        absolute: 1e-12
      )
    }
  }

  @Test func `the Huber loss, d² / 2, then δ (|d| − δ / 2), is beta times it`() {
    let (huber, smooth) = (HuberReference(delta: 3), SmoothL1Reference(beta: 3))
    #expect(huber.value(difference: 2) == 2)
    #expect(huber.gradient(difference: 2) == 2)
    #expect(huber.secondDerivative(difference: 2) == 1)
    #expect(huber.value(difference: -5) == 3 * (5 - 1.5))
    #expect(huber.gradient(difference: -5) == -3)
    #expect(huber.secondDerivative(difference: 3) == 0)
    for difference in [-9, -2.5, -1, 0, 0.3, 4] as [Double] {
      expectClose(
        [huber.value(difference: difference), huber.gradient(difference: difference)],
        [3 * smooth.value(difference: difference), 3 * smooth.gradient(difference: difference)],
        absolute: 1e-15
      )
    }
    #expect(huber.value(difference: -.infinity) == .infinity)
    #expect(huber.gradient(difference: -.infinity) == -3)
    #expect(huber.gradient(difference: .nan).isNaN && huber.value(difference: .nan).isNaN)
  }

  @Test func `NaN gives NaN, and infinities the limits`() {
    for beta in [0, 1] as [Double] {
      let loss = SmoothL1Reference(beta: beta)
      #expect(loss.value(difference: .nan).isNaN)
      #expect(loss.gradient(difference: .nan).isNaN)
      #expect(loss.secondDerivative(difference: .nan).isNaN)
      #expect(loss.value(difference: -.infinity) == .infinity)
      #expect(loss.gradient(difference: -.infinity) == -1)
      #expect(loss.secondDerivative(difference: .infinity) == 0)
    }
  }

  @Test func `beta 0 is L1`() {
    let loss = SmoothL1Reference(beta: 0)
    for difference in [-2, -1e-300, 0, 1e-300, 3] as [Double] {
      #expect(loss.value(difference: difference) == abs(difference))
      #expect(
        loss.gradient(difference: difference) == (difference == 0 ? 0 : difference < 0 ? -1 : 1)
      )
    }
  }

  @Test(arguments: [0.11, 1, 5] as [Double])
  func `the gradient is the slope of the value`(beta: Double) {
    let loss = SmoothL1Reference(beta: beta)
    // Away from the corners of the second derivative, which no difference may straddle.
    for difference in stride(from: -6, through: 6, by: 0.173)
    where abs(abs(difference) - beta) > 0.01 {
      expectClose(
        loss.gradient(difference: difference),
        slope(at: difference) { loss.value(difference: $0) },
        absolute: 1e-11
      )
    }
  }

  @Test func `value and gradient are continuous at beta, and extremes stay finite`() {
    for beta in [.leastNonzeroMagnitude, 1e-12, 0.11, 1e12] as [Double] {
      let loss = SmoothL1Reference(beta: beta)
      expectClose(
        loss.value(difference: beta.nextDown),
        loss.value(difference: beta),
        absolute: .leastNonzeroMagnitude,
        relative: 1e-15
      )
      #expect(loss.value(difference: 1e300).isFinite)
      #expect(loss.value(difference: .leastNonzeroMagnitude).isFinite)
      #expect(loss.gradient(difference: .leastNonzeroMagnitude).isFinite)
    }
  }
}
