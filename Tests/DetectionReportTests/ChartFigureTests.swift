import Drawing
import Testing

@testable import DetectionReport

@Suite struct ChartFigureTests {
  private func figure(
    _ series: [[Double]],
    note: String = "",
    zones: [ChartFigure.Zone] = [],
    legend: ChartFigure.LegendPlace = .topTrailing,
    showsLastValues: Bool = false
  ) -> ChartFigure {
    let lines = series.enumerated().map { index, values in
      LineChart.Series(
        name: "line \(index)",
        points: values.enumerated().map { LineChart.Point(x: Double($0), y: $1) },
        color: index
      )
    }
    let chart = LineChart(
      title: "Losses",
      note: note,
      xLabel: "margin",
      yLabel: "nats",
      smoothing: .off,
      xRange: 0...10,
      yRange: 0...5,
      showsLastValues: showsLastValues,
      series: lines
    )
    return ChartFigure(chart, zones: zones, legend: legend)
  }

  private func texts(_ elements: [Canvas.Element]) -> [(text: String, at: SIMD2<Double>)] {
    elements.flatMap { element -> [(text: String, at: SIMD2<Double>)] in
      switch element {
      case .text(let text, let point, _, _, _): [(text, point)]
      case .group(let group): texts(group.elements)
      default: []
      }
    }
  }

  private func place(of text: String, in figure: ChartFigure) throws -> SIMD2<Double> {
    try #require(texts(figure.canvas().elements).first { $0.text == text }?.at)
  }

  @Test func `all words are there as text`() {
    let svg = figure(
      [[0, 1], [2, 3]],
      note: "what it means",
      zones: [ChartFigure.Zone(label: "easy", range: 6...10)]
    ).svg()
    for text in ["Losses", "what it means", "margin", "nats", "easy", "line 0", "line 1", "10"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(svg.contains("<title>Losses. what it means</title>"))
  }

  @Test func `lines are cut at the edge of the plot`() throws {
    let canvas = figure([[0, 0, 0], Array(repeating: 9, count: 11)]).canvas()
    let groups = canvas.elements.compactMap { element in
      if case .group(let group) = element { group } else { nil }
    }
    let clip = try #require(groups.first?.clip)
    // The plot with two units around it, for lines that run along its edge.
    guard case .move(let corner) = clip.elements[0], case .line(let opposite) = clip.elements[2]
    else {
      Issue.record("a rectangle: \(clip)")
      return
    }
    #expect(corner.x > 24 && corner.y > 46)
    #expect(opposite.x == 760 - 24 + 2)
    #expect(groups[0].elements.count == 2 + 3 + 11)
  }

  @Test func `the name of a zone keeps to the edge of the legend, which makes room`() throws {
    let zone = ChartFigure.Zone(label: "easy", range: 6...10)
    for legend in [ChartFigure.LegendPlace.topLeading, .topTrailing] {
      let figure = figure([[0, 1], [2, 3]], zones: [zone], legend: legend)
      let (zone, name) = try (place(of: "easy", in: figure), place(of: "line 0", in: figure))
      #expect(zone.y < name.y - 13)
      #expect((name.x < 380) == (legend == .topLeading))
    }
    for legend in [ChartFigure.LegendPlace.bottomLeading, .bottomTrailing] {
      let figure = figure([[0, 1], [2, 3]], zones: [zone], legend: legend)
      let (zone, name) = try (place(of: "easy", in: figure), place(of: "line 1", in: figure))
      #expect(zone.y > name.y + 13)
      #expect((name.x < 380) == (legend == .bottomLeading))
    }
  }

  @Test func `a zone outside the plot is left out`() {
    let zone = ChartFigure.Zone(label: "beyond", range: 11...12)
    #expect(figure([[0, 1]], zones: [zone]).canvas() == figure([[0, 1]]).canvas())
  }

  @Test func `a single line needs no legend unless its last value is shown`() {
    #expect(!figure([[0, 1]]).svg().contains("line 0"))
    #expect(figure([[0, 1]], showsLastValues: true).svg().contains(">line 0  1.00</text>"))
  }

  @Test func `values that are not finite are marked and told`() {
    let svg = figure([[0, .nan, 2], [1, 1, 1]]).svg()
    #expect(svg.contains(">✕</text>"))
    #expect(svg.contains("✕ line 0: 1 of 3 values are not finite, first at 1."))
  }

  @Test func `a chart without values says so`() throws {
    let empty = figure([])
    #expect(empty.svg().contains("No values to draw."))
    #expect(try !empty.png().isEmpty)
  }

  @Test func `a long note is broken between words and no line is wider than the figure`() {
    let words = (0..<60).map { "word\($0)" }.joined(separator: " ")
    let lines = ChartFigure.lines(of: words, font: ChartPainter.label, width: 300)
    #expect(lines.count > 5 && lines.joined(separator: " ") == words)
    for line in lines { #expect(ChartPainter.label.extents(of: line).width <= 300) }
    let single = ChartFigure.lines(
      of: String(repeating: "m", count: 200),
      font: ChartPainter.label,
      width: 300
    )
    #expect(single.count == 1 && single[0].hasSuffix("…"))
    #expect(ChartFigure.lines(of: "", font: ChartPainter.label, width: 300).isEmpty)
  }

  @Test func `the picture is twice the canvas and not blank`() throws {
    let bytes = try figure([[0, 1], [2, 3]]).png()
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // IHDR: width and height, big endian, from byte 16.
    let sizes = bytes[16..<24].reduce(0) { $0 << 8 | UInt64($1) }
    #expect(sizes >> 32 == 1520 && sizes & 0xFFFF_FFFF == 1000)
    #expect(bytes.count > 5000)
  }
}
