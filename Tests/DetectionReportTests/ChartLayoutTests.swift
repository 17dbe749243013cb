import Testing

@testable import DetectionReport

@Suite struct ChartLayoutTests {
  private func chart(
    _ values: [Double],
    scale: LineChart.Scale = .linear,
    smoothing: LineChart.Smoothing = .off,
    yRange: ClosedRange<Double>? = nil
  ) -> LineChart {
    let points = values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
    return LineChart(
      title: "t",
      xLabel: "Step",
      yLabel: "Loss",
      scale: scale,
      smoothing: smoothing,
      xRange: values.count > 1 ? 0...Double(values.count - 1) : nil,
      yRange: yRange,
      series: [LineChart.Series(name: "run", points: points, color: 0)]
    )
  }

  @Test func `Places of three values, by hand`() throws {
    let layout = try #require(ChartLayout(chart([0, 10, 5])))
    #expect(layout.yRange == 0...10)
    #expect(layout.lines[0].stretches == [[SIMD2(0, 1), SIMD2(0.5, 0), SIMD2(1, 0.5)]])
    #expect(layout.notes.isEmpty)
  }

  @Test func `Powers of ten are equally far apart on a logarithmic scale`() throws {
    let layout = try #require(ChartLayout(chart([1, 10, 100], scale: .logarithmic)))
    let heights = layout.lines[0].stretches.joined().map(\.y)
    #expect(abs((heights[0] - heights[1]) - (heights[1] - heights[2])) < 1e-12)
    #expect(heights[2] > 0 && heights[0] < 1)
  }

  @Test func `A chart without a value that can be drawn has no layout`() {
    #expect(ChartLayout(chart([])) == nil)
    #expect(ChartLayout(chart([.nan, .infinity])) == nil)
    #expect(ChartLayout(chart([0, -1], scale: .logarithmic)) == nil)
    #expect(ChartLayout(LineChart(title: "", xLabel: "", yLabel: "", series: [])) == nil)
  }

  @Test(arguments: [LineChart.Scale.linear, .logarithmic], [5.0, 0.001, 1e200, 1e-200])
  func `A single value is one dot inside the plot`(scale: LineChart.Scale, value: Double) throws {
    let layout = try #require(ChartLayout(chart([value], scale: scale)))
    let place = try #require(layout.lines[0].stretches.first?.first)
    #expect(layout.lines[0].stretches.count == 1 && layout.lines[0].hasDots)
    #expect(place.x == 0.5 && place.y > 0 && place.y < 1)
  }

  // A learning rate, a loss, a memory: what a run of one step has of each.
  @Test(arguments: [
    (0.001, 0.0...0.0015, ["0.0000", "0.0005", "0.0010", "0.0015"]),
    (1.0, 0.0...1.5, ["0.0", "0.5", "1.0", "1.5"]),
    (1147.0, 0.0...2000.0, ["0", "500", "1000", "1500", "2000"]),
    (0.0, 0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
  ])
  func `An axis of one value begins at zero, by hand`(
    value: Double,
    range: ClosedRange<Double>,
    labels: [String]
  ) throws {
    for count in [1, 50] {
      let values = Array(repeating: value, count: count)
      let layout = try #require(ChartLayout(chart(values)))
      #expect(abs(layout.yRange.lowerBound - range.lowerBound) < 1e-12)
      #expect(abs(layout.yRange.upperBound - range.upperBound) < 1e-9)
      #expect(layout.yTicks.map(\.label) == labels)
      #expect(layout.notes.isEmpty)
    }
  }

  @Test(arguments: [1.0, 20.0, 1_000_000.0])
  func `A single step is marked alone, in the middle`(step: Double) throws {
    var chart = chart([5])
    chart.series[0].points[0].x = step
    let layout = try #require(ChartLayout(chart))
    #expect(layout.xTicks.map(\.value) == [step])
    #expect(abs(layout.position(x: step) - 0.5) < 1e-6)
    #expect(layout.xRange.lowerBound > 0)
  }

  @Test(arguments: [0.0, -3])
  func `A single value of zero or less is a dot too`(value: Double) throws {
    let layout = try #require(ChartLayout(chart([value])))
    let place = try #require(layout.lines[0].stretches.first?.first)
    #expect(place.y >= 0 && place.y <= 1)
  }

  @Test func `The line is interrupted where a value is not finite, and the note counts`() throws {
    let layout = try #require(ChartLayout(chart([1, 2, .nan, .infinity, 3, 4, .nan, 5])))
    #expect(layout.lines[0].stretches.map(\.count) == [2, 2, 1])
    #expect(layout.lines[0].breaks == [2.0 / 7, 6.0 / 7])
    #expect(
      layout.notes == [
        ChartNote(text: "✕ run: 3 of 8 values are not finite, first at 2.", isWarning: true)
      ]
    )
  }

  @Test func `A run that diverges says from where`() throws {
    let layout = try #require(ChartLayout(chart([1, 2, 3, .nan, .nan])))
    #expect(
      layout.notes.map(\.text) == ["✕ run: no finite value from 3 to the end (2 of 5)."]
    )
    #expect(layout.lines[0].last?.isNaN == true)
  }

  @Test func `Values of zero have no place on a logarithmic scale, and are counted`() throws {
    let layout = try #require(ChartLayout(chart([1, 0, 10], scale: .logarithmic)))
    #expect(layout.lines[0].stretches.map(\.count) == [1, 1])
    #expect(
      layout.notes.map(\.text) == [
        "run: 1 of 3 values are 0 or less and have no place on this scale."
      ]
    )
    #expect(layout.lines[0].breaks.isEmpty)
  }

  @Test func `A few huge values do not press the rest to the ground, and are told of`() throws {
    let values = (0..<200).map { $0 < 2 ? 5000.0 : 1 + 0.001 * Double($0) }
    let layout = try #require(ChartLayout(chart(values)))
    #expect(layout.yRange.upperBound < 3)
    #expect(
      layout.notes.map(\.text).contains {
        $0.hasPrefix("↑ 2 values lie above") && $0.contains("5000")
      }
    )
  }

  @Test func `A series that is high throughout is not cut off`() throws {
    var chart = chart((0..<100).map { _ in 1.0 })
    chart.series.append(
      LineChart.Series(
        name: "high",
        points: (0..<100).map { .init(x: Double($0), y: 50) },
        color: 1
      )
    )
    let layout = try #require(ChartLayout(chart))
    #expect(layout.yRange.upperBound >= 50)
    #expect(layout.notes.isEmpty)
  }

  @Test func `A thousand noisy values are smoothed, the values faint behind`() throws {
    let values = (0..<1000).map { 1 + ($0.isMultiple(of: 2) ? 0.5 : -0.5) }
    let layout = try #require(ChartLayout(chart(values, smoothing: .automatic)))
    #expect(layout.smoothedOver == 25)
    #expect(layout.lines[0].faint.joined().count == 1000)
    let spread = layout.lines[0].stretches.joined().map(\.y)
    #expect((spread.max() ?? 1) - (spread.min() ?? 0) < 0.2)
    #expect(try #require(ChartLayout(chart(values))).lines[0].faint.isEmpty)
    #expect(try #require(ChartLayout(chart([1, 2, 3], smoothing: .automatic))).smoothedOver == nil)
  }

  @Test func `A mean is never of one value`() throws {
    for count in [61, 79, 80] {
      let layout = try #require(
        ChartLayout(chart((0..<count).map { Double($0 % 7) }, smoothing: .automatic))
      )
      #expect(layout.smoothedOver == 3)
    }
    let few = (0..<60).map { Double($0 % 7) }
    #expect(try #require(ChartLayout(chart(few, smoothing: .automatic))).smoothedOver == nil)
  }

  @Test func `Points out of order and without a position are put in order and counted`() throws {
    let points = [(3, 1), (1, 2), (.nan, 7), (2, 3)].map { LineChart.Point(x: $0.0, y: $0.1) }
    let series = PreparedSeries(.init(name: "run", points: points, color: 0), scale: .linear)
    #expect(series.segments.map { $0.map(\.x) } == [[1, 2, 3]])
    #expect(series.notes.map(\.text) == ["run: 1 of 4 values have no position and are left out."])
  }

  @Test func `Readouts give each value over its place, few or many`() throws {
    let few = try #require(ChartLayout(chart([4, .nan, 6]))).readouts()
    #expect(few.map(\.x) == [0, 1, 2])
    #expect(few.map { $0.values.map(\.value.description) } == [["4.0"], ["nan"], ["6.0"]])
    #expect(few.map(\.range) == [0...0.25, 0.25...0.75, 0.75...1])
    let many = try #require(ChartLayout(chart((0..<1000).map(Double.init)))).readouts(limit: 48)
    #expect(many.count == 48)
    #expect(many.first?.x == 0 && many.last?.x == 999)
    #expect(many.allSatisfy { $0.values.first?.value == $0.x })
  }

  private static let extremes: [[Double]] = [
    [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [.leastNonzeroMagnitude, 0],
    [1e308, 1e308],
    [.leastNormalMagnitude / 4, 1e300],
  ]

  @Test(arguments: extremes, [LineChart.Scale.linear, .logarithmic])
  func `Numbers at the edge are drawn somewhere and nothing crashes`(
    values: [Double],
    scale: LineChart.Scale
  ) {
    let chart = chart(values, scale: scale)
    #expect(!ChartMarkup.figure(chart).text.lowercased().contains("nan "))
  }

  @Test func `Precision over recall leaves out what the protocol does not define`() {
    let chart = LineChart.precisionRecall(title: "t", curves: [("a", [1, 0.5, -1]), ("b", [])])
    #expect(chart.series[0].points == [.init(x: 0, y: 1), .init(x: 0.5, y: 0.5)])
    #expect(chart.series[1].points.isEmpty)
    #expect(chart.xRange == 0...1 && chart.yRange == 0...1)
  }
}
