import Testing

@testable import DetectionReport

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.4613, "0.461"), (1, "1.000"), (0, "0.000"), (-1, "n/a"), (.nan, "n/a"), (0.00049, "0.000"),
  ])
  func `AP has three decimals, as on the console, and -1 is not available`(
    value: Double,
    expected: String
  ) {
    #expect(NumberText.figure(value) == expected)
  }

  @Test(arguments: [(0.4613, "46.1"), (1, "100.0"), (0, "0.0"), (-1, "n/a"), (.nan, "n/a")])
  func `A part of a whole is in percent`(value: Double, expected: String) {
    #expect(NumberText.percentage(value) == expected)
  }

  @Test(arguments: [
    (0.28741, "0.287"), (12.345, "12.3"), (123.45, "123"), (4570.4, "4570"),
    (45_700, "45\u{2009}700"),
    (1_234_567, "1\u{2009}234\u{2009}567"), (-0.5, "−0.500"), (0, "0"), (1e-6, "10⁻⁶"),
    (2.5e-6, "2.5·10⁻⁶"),
    (-3e12, "−3·10¹²"), (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "−∞"), (0.001, "0.00100"),
  ])
  func `Three significant digits, no exponent where it can be helped`(
    value: Double,
    expected: String
  ) {
    #expect(NumberText.significant(value) == expected)
  }

  @Test func `A missing number is not available, and nothing is below zero by rounding`() {
    #expect(NumberText.significant(nil) == "n/a")
    #expect(NumberText.fixed(nil, decimals: 1) == "n/a")
    #expect(NumberText.fixed(-0.001, decimals: 1) == "0.0")
  }
}
