import Foundation

/// The ranges and marks of a chart's axes.
struct ChartDomain {
  private(set) var xRange: ClosedRange<Double>
  private(set) var yRange: ClosedRange<Double>
  let xTicks: [AxisTick]
  let yTicks: [AxisTick]
  /// What to say of values above the plot; `nil` if all are inside.
  private(set) var cutNote: String?

  /// - Parameters:
  ///   - chart: The chart; its own ranges come first.
  ///   - series: The values that can be drawn, at least one in all.
  init(chart: LineChart, series: [[LineChart.Point]]) {
    let points = series.flatMap { $0 }
    let isCounted = points.allSatisfy { $0.x == $0.x.rounded() }
    xRange =
      Self.usable(chart.xRange) ?? Self.xRange(series.map { $0.map(\.x) }, isCounted: isCounted)
    xTicks = AxisTicks.linear(xRange, count: 6, smallestStep: isCounted ? 1 : 0)
    switch chart.scale {
    case .linear:
      yRange = Self.usable(chart.yRange) ?? Self.linearRange(series.map { $0.map(\.y) })
      yTicks = AxisTicks.linear(yRange)
    case .logarithmic:
      let given = Self.usable(chart.yRange).flatMap { $0.lowerBound > 0 ? $0 : nil }
      yRange = given ?? Self.logarithmicRange(points.map(\.y))
      yTicks = AxisTicks.logarithmic(yRange)
    }
    let above = points.filter { $0.y > yRange.upperBound }
    let below = points.filter { $0.y < yRange.lowerBound }
    if let highest = above.map(\.y).max() {
      let top = NumberText.significant(yRange.upperBound)
      cutNote =
        "↑ \(above.count) \(above.count == 1 ? "value lies" : "values lie") above the plot's end "
        + "at \(top), the highest at \(NumberText.significant(highest))."
    }
    if let lowest = below.map(\.y).min() {
      cutNote =
        (cutNote.map { $0 + " " } ?? "")
        + "↓ \(below.count) below it, the lowest at \(NumberText.significant(lowest))."
    }
  }

  private static func usable(_ range: ClosedRange<Double>?) -> ClosedRange<Double>? {
    guard let range, range.lowerBound < range.upperBound,
      (range.upperBound - range.lowerBound).isFinite
    else { return nil }
    return range
  }

  /// From the first to the last; where values are marked by dots, a little more.
  ///
  /// A single place stands in the middle, a counted one half a step from both ends: an axis of step 1 ends at 1.5.
  private static func xRange(_ series: [[Double]], isCounted: Bool) -> ClosedRange<Double> {
    let places = series.flatMap { $0 }
    guard let all = span(places) else {
      let place = held(places.first ?? 0)
      let room = max(isCounted ? 0.5 : abs(place) / 2, abs(place) * 1e-9, .leastNormalMagnitude)
      return (place - room)...(place + room)
    }
    guard series.allSatisfy({ $0.count <= ChartLayout.mostDots }) else { return all }
    let room = 0.025 * (all.upperBound - all.lowerBound)
    return (all.lowerBound - room)...(all.upperBound + room)
  }

  /// From the lowest to the highest; `nil` where all are one value.
  private static func span(_ values: [Double]) -> ClosedRange<Double>? {
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    guard high - low > 1e-12 * max(abs(low), abs(high)) else { return nil }
    return held(low)...held(high)
  }

  /// Beyond half of what a Double holds, a difference would be infinite.
  private static func held(_ value: Double) -> Double {
    let limit = Double.greatestFiniteMagnitude / 4
    return min(max(value, -limit), limit)
  }

  /// Half a value to both sides of it, so that it may stand over zero; zero itself has 1 above it.
  private static func aroundOne(_ value: Double) -> ClosedRange<Double> {
    let value = held(value)
    let room = abs(value) / 2
    guard room >= .leastNormalMagnitude else { return 0...1 }
    return (value - room)...(value + room)
  }

  /// From zero, unless the values are all far from it, to the round number above.
  private static func linearRange(_ series: [[Double]]) -> ClosedRange<Double> {
    let values = series.flatMap { $0 }
    let all = span(values) ?? aroundOne(values.first ?? 0)
    var low = all.lowerBound
    if low > 0, low < 0.5 * all.upperBound { low = 0 }
    // A few early values would press the rest to the ground: a series' top is then what 98 % of it
    // stay below, if that is less than a third of the height.
    let usual = series.compactMap { values -> Double? in
      guard values.count >= 20 else { return values.max() }
      return values.sorted()[Int((Double(values.count - 1) * 0.98).rounded(.down))]
    }
    var high = all.upperBound
    if let top = usual.max(), top > low, high - low > 3 * (top - low) {
      high = top + 0.15 * (top - low)
    }
    let step = AxisTicks.roundStep(atLeast: (high - low) / 5)
    let (first, last) = ((low / step + 1e-9).rounded(.down), (high / step - 1e-9).rounded(.up))
    guard last > first, last - first < 100 else { return low...max(high, low.nextUp) }
    return (first * step)...(last * step)
  }

  /// A little more than from the lowest to the highest; to the powers of ten where these are near.
  private static func logarithmicRange(_ values: [Double]) -> ClosedRange<Double> {
    let positive = values.filter { $0 > 0 }
    let low = log10(positive.min() ?? 1)
    let high = log10(positive.max() ?? 10)
    let room = max(0.04 * (high - low), high - low < 0.02 ? 0.15 : 0.02)
    // Inside what a Double holds with all its digits.
    let bottom = min(max(low - room, -300), 299)
    return pow(10, bottom)...pow(10, max(min(high + room, 300), bottom + 0.1))
  }
}
