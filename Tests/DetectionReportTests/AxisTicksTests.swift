import Foundation
import Testing

@testable import DetectionReport

@Suite struct AxisTicksTests {
  @Test(arguments: [
    (0.156, 0.2), (0.2, 0.2), (0.21, 0.5), (0.6, 1), (1, 1), (3, 5), (7, 10), (1234, 2000),
    (0.1 + 0.2, 0.5),
    (3.0 * 0.1 - 0.1, 0.2),
  ])
  func `A round step is 1, 2 or 5 times a power of ten`(value: Double, expected: Double) {
    #expect(abs(AxisTicks.roundStep(atLeast: value) - expected) < 1e-12 * expected)
  }

  // The ticks one would write oneself.
  @Test(arguments: [
    (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (0.0...0.78, ["0.0", "0.2", "0.4", "0.6"]),
    (3.0...27.0, ["5", "10", "15", "20", "25"]),
    (-2.0...2.0, ["−2", "−1", "0", "1", "2"]),
    (0.0...90_000.0, ["0", "20k", "40k", "60k", "80k"]),
    (0.0...2_500_000.0, ["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M"]),
    (0.0...0.003, ["0.000", "0.001", "0.002", "0.003"]),
    (0.0...0.00003, ["0", "10⁻⁵", "2·10⁻⁵", "3·10⁻⁵"]),
    (4000.0...8000.0, ["4000", "5000", "6000", "7000", "8000"]),
  ])
  func `Linear ticks, by hand`(range: ClosedRange<Double>, expected: [String]) {
    #expect(AxisTicks.linear(range).map(\.label) == expected)
  }

  @Test func `Epochs are counted in whole numbers`() {
    #expect(AxisTicks.linear(0.95...3.05, count: 6).map(\.label).contains("1.5"))
    let ticks = AxisTicks.linear(0.95...3.05, count: 6, smallestStep: 1)
    #expect(ticks.map(\.label) == ["1", "2", "3"])
  }

  @Test(arguments: [
    (0.1...1000.0, ["0.1", "0.3", "1", "3", "10", "30", "100", "300", "1000"]),
    (0.3...4.0, ["0.3", "0.5", "0.7", "1", "2", "3"]),
    (0.045...2.2, ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
    (1.2...2.9, ["1.5", "2.0", "2.5"]),
    (0.19...0.91, ["0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
    (1e-9...1e5, ["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1", "100", "10k"]),
    (5000.0...200_000.0, ["5000", "10k", "20k", "50k", "100k", "200k"]),
    (2.0...3.0, ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]),
  ])
  func `Logarithmic ticks, by hand`(range: ClosedRange<Double>, expected: [String]) {
    #expect(AxisTicks.logarithmic(range).map(\.label).filter { !$0.isEmpty } == expected)
  }

  @Test(arguments: 1...140)
  func `A logarithmic axis of any length is written at three places and more, none on another`(
    tenths: Int
  ) {
    let decades = Double(tenths) / 10
    for start in stride(from: -6.0, to: 5, by: 0.13) {
      let (low, high) = (pow(10, start), pow(10, start + decades))
      let written = AxisTicks.logarithmic(low...high).filter { !$0.label.isEmpty }
      #expect((3...11).contains(written.count), "\(low) to \(high): \(written.map(\.label))")
      #expect(Set(written.map(\.label)).count == written.count, "\(written.map(\.label))")
      let places = written.map { log10($0.value / low) / decades }
      // Of a plot of 210 pixels 12, which digits of 12 pixels' type need.
      #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 > 12.0 / 210 })
    }
  }

  @Test func `Values that differ in the sixth digit are told apart`() {
    let labels = AxisTicks.linear(0.5...0.50001).map(\.label)
    #expect(labels == ["0.500000", "0.500002", "0.500004", "0.500006", "0.500008", "0.500010"])
  }

  @Test(arguments: 0..<200)
  func `Ticks lie inside, ascend, are few and differ in what is written`(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let size = 10 * (next() - 0.5)
    let low = (next() - 0.5) * pow10(size)
    let high = low + (next() + 0.001) * pow10(size)
    let ticks = AxisTicks.linear(low...high)
    #expect(ticks.count >= 2 && ticks.count <= 7)
    #expect(
      ticks.allSatisfy {
        $0.value >= low - 1e-6 * (high - low) && $0.value <= high + 1e-6 * (high - low)
      }
    )
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
    #expect(Set(ticks.map(\.label)).count == ticks.count)
  }

  private func pow10(_ value: Double) -> Double {
    (0..<100).reduce(1.0) { product, _ in product * (1 + value * 0.023) }
  }

  @Test(arguments: [
    0.0...0.0, 1e300...1.7e308, -1.7e308...1.7e308, 1e16...(1e16 + 4),
    0.0...Double.leastNonzeroMagnitude,
  ])
  func `Ranges at the edge of numbers give a few ticks and no crash`(range: ClosedRange<Double>) {
    #expect(AxisTicks.linear(range).count <= 101)
    #expect(AxisTicks.logarithmic(range).count <= 101)
  }
}
