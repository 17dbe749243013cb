/// Turns a chart into a figure: lines as SVG that stretches to any width, words as text that does not.
///
/// The drawing fills its box without keeping its proportions and its strokes do not scale; marks on
/// the axes are placed by percentages. So a chart is as legible on a phone as on a wide screen.
enum ChartMarkup {
  private static let width = 1000.0
  private static let height = 500.0

  static func figure(_ chart: LineChart) -> Markup {
    guard let layout = ChartLayout(chart) else {
      return """
        <figure class="chart">\(caption(chart))<p class="empty">No values to draw.</p>
        \(notes(chart.series.flatMap { PreparedSeries($0, scale: chart.scale).notes }))</figure>

        """
    }
    let labels = layout.yTicks.map(\.label.count).max() ?? 1
    return """
      <figure class="chart">\(caption(chart))
      \(legend(layout))
      <div class="plot" style="--gutter:\(labels + 1)ch"><p class="axis">\(yTitle(layout))</p>
      <div class="area">\(drawing(layout))
      \(layout.yTicks.map { yLabel($0, layout) })
      \(layout.xTicks.map { xLabel($0, layout) })
      \(layout.lines.flatMap(breakMarks))
      \(layout.readouts().map { readout($0, layout) })</div>
      <p class="axis x">\(chart.xLabel)</p></div>
      \(notes(layout.notes))</figure>

      """
  }

  /// A colour of the report's own series, as a CSS value.
  static func color(_ index: Int) -> String {
    "var(--s\(((index % ReportStyle.seriesCount) + ReportStyle.seriesCount) % ReportStyle.seriesCount))"
  }

  private static func caption(_ chart: LineChart) -> Markup {
    let note: Markup = chart.note.isEmpty ? "" : "<p>\(chart.note)</p>"
    return "<figcaption><h3>\(chart.title)</h3>\(note)</figcaption>"
  }

  private static func yTitle(_ layout: ChartLayout) -> String {
    var title = layout.chart.yLabel
    if layout.chart.scale == .logarithmic { title += " (logarithmic)" }
    if let window = layout.smoothedOver { title += "; line: mean of \(window) values" }
    return title
  }

  private static func legend(_ layout: ChartLayout) -> Markup {
    let entries = layout.lines.map { line -> Markup in
      let last: Markup =
        layout.chart.showsLastValues
        ? " <b title=\"last value\">\(NumberText.significant(line.last))</b>" : ""
      return """
        <li><i class="key \(line.series.stroke.rawValue)" style="--c:\(color(line.series.color))"></i>\
        <bdi>\(line.series.name)</bdi>\(last)</li>
        """
    }
    return "<ul class=\"legend\">\(entries)</ul>"
  }

  private static func notes(_ notes: [ChartNote]) -> Markup {
    guard !notes.isEmpty else { return "" }
    return "<ul class=\"notes\">\(notes.map(item))</ul>"
  }

  private static func item(_ note: ChartNote) -> Markup {
    note.isWarning ? "<li class=\"warning\">\(note.text)</li>" : "<li>\(note.text)</li>"
  }

  // MARK: The drawing

  private static func drawing(_ layout: ChartLayout) -> Markup {
    let label = description(layout)
    return """
      <svg viewBox="0 0 1000 500" preserveAspectRatio="none" role="img" aria-label="\(label)">
      \(grid(layout))\(layout.lines.map(faintPath))\(layout.lines.map(linePath))</svg>
      """
  }

  private static func description(_ layout: ChartLayout) -> String {
    let lines = layout.lines.map { line in
      "\(line.series.name) ends at \(NumberText.significant(line.last))"
    }
    return "\(layout.chart.title): \(lines.joined(separator: "; "))."
  }

  private static func grid(_ layout: ChartLayout) -> Markup {
    func path(_ ticks: [AxisTick], _ kind: String) -> Markup {
      let rules = ticks.map { "M0 \(number(layout.position(y: $0.value) * height))H1000" }
      return rules.isEmpty ? "" : "<path class=\"\(kind)\" d=\"\(rules.joined())\"/>"
    }
    let ends = layout.xTicks.map { "M\(number(layout.position(x: $0.value) * width)) 500v-6" }
    return """
      \(path(layout.yTicks.filter(\.label.isEmpty), "grid minor"))\
      \(path(layout.yTicks.filter { !$0.label.isEmpty }, "grid"))\
      <path class="base" d="M0 500H1000\(ends.joined())"/>
      """
  }

  private static func faintPath(_ line: ChartLayout.Line) -> Markup {
    guard !line.faint.isEmpty else { return "" }
    let path = line.faint.map(pathText).joined()
    return "<path class=\"faint\" style=\"--c:\(color(line.series.color))\" d=\"\(path)\"/>\n"
  }

  private static func linePath(_ line: ChartLayout.Line) -> Markup {
    let style: Markup = "style=\"--c:\(color(line.series.color))\""
    let path = line.stretches.map(pathText).joined()
    // A stretch of one value has no line: it is a dot, whatever the length of the series.
    let marked = line.hasDots ? line.stretches : line.stretches.filter { $0.count == 1 }
    let dots = marked.joined().map { "M\(place($0))h.01" }.joined()
    return """
      <path class="line \(line.series.stroke.rawValue)" \(style) d="\(path)"/>\
      \(dots.isEmpty ? "" : "<path class=\"dots\" \(style) d=\"\(dots)\"/>" as Markup)

      """
  }

  private static func pathText(_ points: [SIMD2<Double>]) -> String {
    guard let first = points.first else { return "" }
    return "M\(place(first))" + (points.count > 1 ? "L" : "")
      + points.dropFirst().map(place).joined(separator: " ")
  }

  private static func place(_ point: SIMD2<Double>) -> String {
    "\(number(point.x * width)) \(number(point.y * height))"
  }

  /// A coordinate with one decimal at most, far values held where renderers are still exact.
  static func number(_ value: Double) -> String {
    let tenths = Int((min(max(value, -100_000), 100_000) * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }

  // MARK: Words

  private static func percent(_ fraction: Double) -> String { number(fraction * 100) + "%" }

  private static func yLabel(_ tick: AxisTick, _ layout: ChartLayout) -> Markup {
    guard !tick.label.isEmpty else { return "" }
    return """
      <span class="tick y" style="top:\(percent(layout.position(y: tick.value)))">\(tick.label)</span>
      """
  }

  private static func xLabel(_ tick: AxisTick, _ layout: ChartLayout) -> Markup {
    """
    <span class="tick x" style="left:\(percent(layout.position(x: tick.value)))">\(tick.label)</span>
    """
  }

  private static func breakMarks(_ line: ChartLayout.Line) -> [Markup] {
    // A run that fails at every other value would cover the plot with marks; the note counts them.
    line.breaks.prefix(24).map { place in
      """
      <span class="break" style="--c:\(color(line.series.color));left:\(percent(place))">✕</span>
      """
    }
  }

  /// What a pointer finds over a place; all of it is also in the lines, so nothing is lost on paper.
  private static func readout(_ readout: ChartLayout.Readout, _ layout: ChartLayout) -> Markup {
    let width = readout.range.upperBound - readout.range.lowerBound
    let inner = width > 0 ? (readout.position - readout.range.lowerBound) / width : 0.5
    let values = readout.values.map { value -> Markup in
      """
      <span><i class="key \(value.series.stroke.rawValue)" style="--c:\(color(value.series.color))"></i>\
      <bdi>\(value.series.name)</bdi> <b>\(NumberText.significant(value.value))</b></span>
      """
    }
    let side = readout.position > 0.5 ? "left" : "right"
    let x = NumberText.position(readout.x)
    return """
      <div class="at \(side)" aria-hidden="true" style="left:\(percent(readout.range.lowerBound));\
      width:\(percent(width));--at:\(percent(inner))"><div>\(layout.chart.xLabel) \(x)\(values)</div></div>
      """
  }
}
