import Foundation

/// Where everything of a chart lies, in fractions of the plot: x from the left, y from the top.
///
/// The drawing only turns this into markup, so what a chart says can be tested without one.
struct ChartLayout {
  /// One line as it is drawn.
  struct Line {
    var series: LineChart.Series
    /// Unbroken stretches of the line, in fractions.
    var stretches: [[SIMD2<Double>]]
    /// The values behind a smoothed line; empty where the line is the values.
    var faint: [[SIMD2<Double>]]
    /// Few enough values to mark each.
    var hasDots: Bool
    /// Where values that are not finite begin, one place for each stretch of them.
    var breaks: [Double]
    /// The last value, finite or not.
    var last: Double?
  }

  /// What hangs over one place of the horizontal axis.
  struct Readout {
    /// Left and right end of the place.
    var range: ClosedRange<Double>
    /// Where the values stand.
    var position: Double
    var x: Double
    var values: [(series: LineChart.Series, value: Double)]
  }

  /// Columns that a wide plot can show apart.
  static let columns = 500
  /// Values of a series that are marked one by one; of more, only the line is drawn.
  static let mostDots = 40

  let chart: LineChart
  let xRange: ClosedRange<Double>
  let yRange: ClosedRange<Double>
  let xTicks: [AxisTick]
  let yTicks: [AxisTick]
  private(set) var lines: [Line] = []
  /// What the picture cannot say: values cut off, not finite, not above 0.
  private(set) var notes: [ChartNote] = []
  /// Values in a smoothed line's mean, where any line is smoothed.
  private(set) var smoothedOver: Int?

  /// Lays a chart out; `nil` if it has no value that can be drawn.
  init?(_ chart: LineChart) {
    let prepared = chart.series.map { PreparedSeries($0, scale: chart.scale) }
    let drawable = prepared.flatMap { $0.segments.joined() }
    guard !drawable.isEmpty else { return nil }
    self.chart = chart
    let domain = ChartDomain(chart: chart, series: prepared.map { Array($0.segments.joined()) })
    (xRange, yRange) = (domain.xRange, domain.yRange)
    (xTicks, yTicks) = (domain.xTicks, domain.yTicks)
    for series in prepared {
      lines.append(line(series))
      if let window = window(for: series) { smoothedOver = max(smoothedOver ?? 0, window) }
    }
    notes = prepared.flatMap(\.notes)
    if let text = domain.cutNote { notes.append(ChartNote(text: text)) }
  }

  /// Fractions of the plot for a point of the chart.
  func position(_ point: LineChart.Point) -> SIMD2<Double> {
    SIMD2(position(x: point.x), position(y: point.y))
  }

  func position(x: Double) -> Double {
    (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
  }

  func position(y: Double) -> Double {
    let (low, high) = (yRange.lowerBound, yRange.upperBound)
    switch chart.scale {
    case .linear: return 1 - (y - low) / (high - low)
    case .logarithmic: return 1 - (log10(y) - log10(low)) / (log10(high) - log10(low))
    }
  }

  private func window(for series: PreparedSeries) -> Int? {
    let count = series.segments.reduce(0) { $0 + $1.count }
    switch chart.smoothing {
    case .off: return nil
    case .automatic: return count > 60 ? max(3, (count / 40) | 1) : nil
    case .window(let window): return window > 1 && count > 2 ? window | 1 : nil
    }
  }

  private func line(_ series: PreparedSeries) -> Line {
    func placed(_ segments: [[LineChart.Point]]) -> [[SIMD2<Double>]] {
      segments.map {
        SeriesReduction.downsampled($0, over: xRange, columns: Self.columns).map(position)
      }
    }
    let count = series.segments.reduce(0) { $0 + $1.count }
    var smooth = series.segments
    let window = window(for: series)
    if let window { smooth = smooth.map { SeriesReduction.smoothed($0, window: window) } }
    return Line(
      series: series.source,
      stretches: placed(smooth),
      faint: window == nil ? [] : placed(series.segments),
      hasDots: count <= Self.mostDots,
      breaks: series.breaks.map(position(x:)),
      last: series.last
    )
  }

  /// What to say over each place: at every x where few differ, else at so many evenly spread.
  func readouts(limit: Int = 48) -> [Readout] {
    let shown = chart.series.map { source in
      source.points.filter { $0.x.isFinite && xRange.contains($0.x) }.sorted { $0.x < $1.x }
    }
    var places = Set(shown.joined().map(\.x)).sorted()
    if places.count > limit {
      let step = Double(places.count - 1) / Double(limit - 1)
      places = (0..<limit).map { places[Int((Double($0) * step).rounded())] }
    }
    return places.enumerated().map { index, x in
      let left = index == 0 ? xRange.lowerBound : (places[index - 1] + x) / 2
      let right = index == places.count - 1 ? xRange.upperBound : (x + places[index + 1]) / 2
      let values = zip(chart.series, shown).compactMap { series, points in
        Self.value(of: points, near: x, within: left...right).map { (series, $0) }
      }
      let (start, end) = (position(x: left), position(x: right))
      return Readout(range: start...max(start, end), position: position(x: x), x: x, values: values)
    }
  }

  /// The value nearest to a place, of points in the order of x.
  private static func value(
    of points: [LineChart.Point],
    near x: Double,
    within range: ClosedRange<Double>
  ) -> Double? {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].x < x { low = middle + 1 } else { high = middle }
    }
    let candidates = [low - 1, low].filter { points.indices.contains($0) }.map { points[$0] }
    let nearest = candidates.min { abs($0.x - x) < abs($1.x - x) }
    return nearest.flatMap { range.contains($0.x) ? $0.y : nil }
  }
}

/// A series in the order of x, cut where a value cannot be drawn, with what has to be said of that.
struct PreparedSeries {
  let source: LineChart.Series
  private(set) var segments: [[LineChart.Point]] = []
  private(set) var breaks: [Double] = []
  private(set) var notes: [ChartNote] = []
  private(set) var last: Double?

  init(_ source: LineChart.Series, scale: LineChart.Scale) {
    self.source = source
    var points = source.points.filter(\.x.isFinite)
    // Mostly in order already; the sort keeps the order of points with the same x.
    if zip(points, points.dropFirst()).contains(where: { $0.x > $1.x }) {
      points = points.enumerated().sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }
        .map(\.element)
    }
    last = points.last?.y
    var (nonfinite, notPositive) = (0, 0)
    var segment: [LineChart.Point] = []
    var wasFinite = true
    for point in points {
      let isDrawable = point.y.isFinite && (scale == .linear || point.y > 0)
      if isDrawable {
        segment.append(point)
      } else if !segment.isEmpty {
        segments.append(segment)
        segment = []
      }
      if !point.y.isFinite {
        nonfinite += 1
        if wasFinite { breaks.append(point.x) }
      } else if !isDrawable {
        notPositive += 1
      }
      wasFinite = point.y.isFinite
    }
    if !segment.isEmpty { segments.append(segment) }
    if nonfinite > 0 {
      notes.append(ChartNote(text: nonfiniteText(nonfinite, of: points), isWarning: true))
    }
    if notPositive > 0 {
      notes.append(
        ChartNote(
          text: "\(source.name): \(notPositive) of \(points.count) values are 0 or "
            + "less and have no place on this scale."
        )
      )
    }
    let lost = source.points.count - points.count
    if lost > 0 {
      notes.append(
        ChartNote(
          text: "\(source.name): \(lost) of \(source.points.count) values have no "
            + "position and are left out."
        )
      )
    }
  }

  private func nonfiniteText(_ count: Int, of points: [LineChart.Point]) -> String {
    let first = points.first { !$0.y.isFinite }.map { NumberText.position($0.x) } ?? ""
    let end = points.lastIndex { $0.y.isFinite } ?? -1
    // Not one finite value after the first that was not: the run has diverged.
    if points.count - 1 - end == count {
      return "✕ \(source.name): no finite value from \(first) to the end "
        + "(\(count) of \(points.count))."
    }
    return "✕ \(source.name): \(count) of \(points.count) values are not finite, first at \(first)."
  }
}
