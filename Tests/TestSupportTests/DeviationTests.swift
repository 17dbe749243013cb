import TestSupport
import Testing

@Suite struct DeviationTests {
  @Test func `the worst element is the one furthest beyond its tolerance`() {
    let worst = Deviation.worst([1, 2.5, 103, 4], [1, 2, 100, 4] as [Double], absolute: 0.1)
    #expect(worst == Deviation(index: 2, actual: 103, expected: 100, count: 2))
    #expect(worst?.magnitude == 3)
    // Relative to 100 the third is fine.
    let relative = Deviation.worst(
      [1, 2.5, 103, 4],
      [1, 2, 100, 4] as [Double],
      absolute: 0.1,
      relative: 0.03
    )
    #expect(relative?.index == 1)
  }

  @Test func `the tolerance itself is within`() {
    #expect(Deviation.worst([1.5], [1.0], absolute: 0.5) == nil)
    #expect(Deviation.worst([1.5 + 1e-15], [1.0], absolute: 0.5) != nil)
    #expect(Deviation.worst([] as [Double], [] as [Double], absolute: 0) == nil)
  }

  @Test(arguments: [
    (Double.nan, 0), (0, .nan), (.nan, .nan), (.infinity, 0), (0, .infinity),
    (.infinity, -.infinity),
  ])
  func `what is not finite is never close`(actual: Double, expected: Double) {
    #expect(Deviation.worst([actual], [expected], absolute: 1e300, relative: 1)?.index == 0)
  }

  @Test func `equal infinities are equal`() {
    #expect(Deviation.worst([Double.infinity], [Double.infinity], absolute: 0) == nil)
    #expect(Deviation.worst([-Double.infinity], [-Double.infinity], absolute: 1) == nil)
  }

  @Test func `a NaN is worse than any number`() {
    #expect(Deviation.worst([1e300, .nan, 5], [0, 0, 0] as [Double], absolute: 0)?.index == 1)
  }
}
