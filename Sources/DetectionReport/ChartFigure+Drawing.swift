package import Drawing

extension ChartFigure {
  /// Draws the figure.
  ///
  /// - Parameters:
  ///   - width: In canvas units; words keep their size.
  ///   - height: In canvas units.
  /// - Returns: The drawing, on white.
  package func canvas(width: Double = 760, height: Double = 500) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    canvas.fill(
      .rectangle(Rectangle(x: 0, y: 0, width: width, height: height)),
      color: .white
    )
    let top = drawCaption(on: &canvas)
    guard let layout = ChartLayout(chart) else {
      canvas.text(
        "No values to draw.",
        at: SIMD2(width / 2, (top + height) / 2),
        font: ChartPainter.label,
        color: ChartPainter.soft,
        anchor: .middle
      )
      return canvas
    }
    var painter = ChartPainter(figure: self, layout: layout, top: top, canvas: canvas)
    painter.drawZones()
    painter.drawAxes()
    painter.drawLines()
    painter.drawLegend()
    return painter.canvas
  }

  /// Draws title and note; returns where they end.
  private func drawCaption(on canvas: inout Canvas) -> Double {
    let margin = ChartPainter.margin
    canvas.text(
      ChartPainter.title.truncated(chart.title, toWidth: canvas.width - 2 * margin),
      at: SIMD2(margin, 38),
      font: ChartPainter.title,
      color: ChartPainter.ink
    )
    var baseline = 38.0
    let lines = Self.lines(
      of: chart.note,
      font: ChartPainter.label,
      width: canvas.width - 2 * margin
    )
    for line in lines {
      baseline += baseline == 38 ? 23 : 18
      canvas.text(
        line,
        at: SIMD2(margin, baseline),
        font: ChartPainter.label,
        color: ChartPainter.soft
      )
    }
    return baseline + 8
  }

  /// Breaks a text between words into lines that fit; a word that is too wide alone is shortened.
  static func lines(of text: String, font: Font, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, font.extents(of: "\(last) \(word)").width <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(font.truncated(String(word), toWidth: width))
      }
    }
    return lines
  }
}

/// Draws the parts of one figure inside its plot.
struct ChartPainter {
  static let margin = 24.0
  static let title = Font(size: 19, weight: .bold)
  static let label = Font(size: 13)
  static let tick = Font(size: 12.5)
  static let ink = Color(hex: 0x14171C)
  static let soft = Color(hex: 0x59616E)
  static let rule = Color(hex: 0xE2E5EA)
  static let tint = Color(hex: 0xEFF3F9)

  let figure: ChartFigure
  let layout: ChartLayout
  let plot: Rectangle
  private(set) var canvas: Canvas

  init(figure: ChartFigure, layout: ChartLayout, top: Double, canvas: Canvas) {
    self.figure = figure
    self.layout = layout
    self.canvas = canvas
    let gutter = layout.yTicks.map { Self.tick.extents(of: $0.label).width }.max() ?? 0
    let left = Self.margin + gutter + 10
    // Above the plot: the vertical axis' name. Below: ticks, the horizontal axis' name, warnings.
    let (y, warnings) = (top + 34, Double(layout.notes.count(where: \.isWarning)))
    plot = Rectangle(
      x: left,
      y: y,
      width: max(canvas.width - left - Self.margin, 1),
      height: max(canvas.height - y - 62 - 18 * warnings, 1)
    )
  }

  private func place(_ fraction: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(plot.x + fraction.x * plot.width, plot.y + fraction.y * plot.height)
  }

  // MARK: Behind the lines

  mutating func drawZones() {
    for zone in figure.zones {
      let start = min(max(layout.position(x: zone.range.lowerBound), 0), 1)
      let end = min(max(layout.position(x: zone.range.upperBound), 0), 1)
      guard end > start else { continue }
      let box = Rectangle(
        x: plot.x + start * plot.width,
        y: plot.y,
        width: (end - start) * plot.width,
        height: plot.height
      )
      canvas.fill(.rectangle(box), color: Self.tint)
      canvas.text(
        Self.label.truncated(zone.label, toWidth: box.width - 12),
        at: SIMD2(box.center.x, figure.legend.isTop ? plot.y + 22 : plot.maxY - 13),
        font: Self.label,
        color: Self.soft,
        anchor: .middle
      )
    }
  }

  mutating func drawAxes() {
    for tick in layout.yTicks {
      let y = place(SIMD2(0, layout.position(y: tick.value))).y
      let line = Path(points: [SIMD2(plot.x, y), SIMD2(plot.maxX, y)])
      canvas.stroke(line, Self.rule.opacity(tick.label.isEmpty ? 0.45 : 1))
      canvas.text(
        tick.label,
        at: SIMD2(plot.x - 10, y + 4.5),
        font: Self.tick,
        color: Self.soft,
        anchor: .end
      )
    }
    let floor = Path(points: [SIMD2(plot.x, plot.maxY), SIMD2(plot.maxX, plot.maxY)])
    canvas.stroke(floor, Self.soft.opacity(0.6))
    for tick in layout.xTicks {
      let x = place(SIMD2(layout.position(x: tick.value), 0)).x
      let mark = Path(points: [SIMD2(x, plot.maxY), SIMD2(x, plot.maxY + 5)])
      canvas.stroke(mark, Self.soft.opacity(0.6))
      canvas.text(
        tick.label,
        at: SIMD2(x, plot.maxY + 20),
        font: Self.tick,
        color: Self.soft,
        anchor: .middle
      )
    }
    canvas.text(yTitle, at: SIMD2(Self.margin, plot.y - 14), font: Self.label, color: Self.ink)
    let below = SIMD2(plot.center.x, plot.maxY + 44)
    canvas.text(
      layout.chart.xLabel,
      at: below,
      font: Self.label,
      color: Self.ink,
      anchor: .middle
    )
    for (index, note) in layout.notes.filter(\.isWarning).enumerated() {
      let point = SIMD2(Self.margin, below.y + 20 + 18 * Double(index))
      canvas.text(note.text, at: point, font: Self.tick, color: Color(hex: 0xB3261E))
    }
  }

  private var yTitle: String {
    var title = layout.chart.yLabel
    if layout.chart.scale == .logarithmic { title += " (logarithmic)" }
    if let window = layout.smoothedOver { title += "; line: mean of \(window) values" }
    return title
  }

  // MARK: The lines

  private func color(_ series: LineChart.Series) -> Color {
    let last = layout.chart.series.map(\.color).max() ?? 0
    return figure.palette.color(series.color, of: last + 1)
  }

  private func stroke(_ series: LineChart.Series) -> Stroke {
    let dash: [Double] =
      switch series.stroke {
      case .solid: []
      case .dashed: [10, 7]
      case .dotted: [0.5, 6]
      }
    return Stroke(color: color(series), lineWidth: series.stroke == .dotted ? 3 : 2.5, dash: dash)
  }

  mutating func drawLines() {
    var drawing = canvas
    // A line on the plot's edge keeps its full width.
    drawing.withClip(.rectangle(plot.inset(by: -2))) { inner in
      for line in layout.lines {
        for points in line.faint {
          inner.stroke(Path(points: points.map(place)), color(line.series).opacity(0.22))
        }
      }
      for line in layout.lines {
        for points in line.stretches {
          inner.stroke(Path(points: points.map(place)), stroke(line.series))
        }
        guard line.hasDots else { continue }
        for point in line.stretches.joined() {
          inner.fill(.circle(center: place(point), radius: 3.5), color: color(line.series))
        }
      }
    }
    canvas = drawing
    for line in layout.lines {
      for x in line.breaks {
        canvas.text(
          "✕",
          at: SIMD2(place(SIMD2(x, 0)).x, plot.y + 14),
          font: Self.label,
          color: color(line.series),
          anchor: .middle
        )
      }
    }
  }

  // MARK: The legend

  mutating func drawLegend() {
    guard layout.lines.count > 1 || layout.chart.showsLastValues else { return }
    let names = layout.lines.map { line in
      line.series.name
        + (layout.chart.showsLastValues ? "  \(NumberText.significant(line.last))" : "")
    }
    let (sample, row, edge) = (30.0, 22.0, 12.0)
    let words = names.map { Self.label.extents(of: $0).width }.max() ?? 0
    let size = SIMD2(words + sample + 3 * edge, Double(names.count) * row + 10)
    // Below the names of zones, or above them.
    let gap = figure.zones.isEmpty ? 10.0 : 34
    let box = Rectangle(
      x: figure.legend.isLeading ? plot.x + 12 : plot.maxX - 12 - size.x,
      y: figure.legend.isTop ? plot.y + gap : plot.maxY - gap - size.y,
      width: size.x,
      height: size.y
    )
    canvas.fill(.roundedRectangle(box, radius: 6), color: .white.opacity(0.88))
    for (index, line) in layout.lines.enumerated() {
      let y = box.y + 5 + (Double(index) + 0.5) * row
      let from = SIMD2(box.x + edge, y)
      canvas.stroke(Path(points: [from, from + SIMD2(sample, 0)]), stroke(line.series))
      canvas.text(
        names[index],
        at: SIMD2(box.x + 2 * edge + sample, y + 4.5),
        font: Self.label,
        color: Self.ink
      )
    }
  }
}
