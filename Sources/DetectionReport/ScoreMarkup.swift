import Foundation

/// The scores of right and wrong detections, how sure they are, and where to cut.
struct ScoreMarkup {
  let scores: ScoreFigures

  func markup() -> Markup {
    "\(tiles())<div class=\"charts\">\(histogram())\(ChartMarkup.figure(reliability()))</div>\n\(cuts())"
  }

  // MARK: Cuts

  private func tiles() -> Markup {
    var tiles: [(String, Markup, String)] = []
    if let best = scores.best {
      tiles = [
        ("Best F1", FigureMarkup.figure(best.f1), "one score for all classes"),
        ("at score", "\(NumberText.significant(best.score))", "and above"),
        ("Precision", FigureMarkup.figure(best.precision), "of what is kept"),
        ("Recall", FigureMarkup.figure(best.recall), "of the objects"),
      ]
    }
    if let error = scores.calibrationError {
      tiles.append(("Calibration error", FigureMarkup.figure(error), "score against precision"))
    }
    guard !tiles.isEmpty else { return "" }
    let list = tiles.map { tile -> Markup in
      "<div><dt>\(tile.0)</dt><dd>\(tile.1)</dd><dd class=\"about\">\(tile.2)</dd></div>\n"
    }
    return "<dl class=\"tiles few\">\(list)</dl>\n"
  }

  private func cuts() -> Markup {
    guard scores.classes.count > 1 else { return "" }
    let table = SortableTable(
      kind: "figures cuts",
      label: "Best F1 of each class",
      columns: [
        .init("Class"), .init("F1", "harmonic mean of precision and recall", isWide: true),
        .init("Score", "detections from it on are kept"), .init("Precision"), .init("Recall"),
      ],
      rows: scores.classes.map { cut in
        .init(
          name: cut.name,
          cells: [
            EvaluationClassTable.bar(cut.f1),
            "<data value=\"\("\(cut.score)")\">\(NumberText.significant(cut.score))</data>",
            FigureMarkup.figure(cut.precision), FigureMarkup.figure(cut.recall),
          ]
        )
      }
    )
    return """
      <details class="fold"><summary>Best F1 of each class</summary>
      \(table.markup())</details>

      """
  }

  // MARK: Histogram

  private static let (width, height) = (1000.0, 500.0)

  /// Columns beside each other and not on each other: the scale may be logarithmic, where heights do not add.
  private func histogram() -> Markup {
    let bins = scores.bins
    let counts = bins.flatMap { [$0.found, $0.wrong] }.filter { $0 > 0 }.sorted()
    guard let most = counts.last, let first = bins.first, let last = bins.last else {
      return """
        <figure class="chart"><figcaption><h3>Right and wrong by score</h3></figcaption>\
        <p class="empty">No detections that count.</p></figure>

        """
    }
    let isLogarithmic = most > 50 * max(counts[counts.count / 2], 1)
    let range = isLogarithmic ? 0.7...Double(most) * 1.3 : 0...niceEnd(Double(most))
    let ticks =
      isLogarithmic
      ? AxisTicks.logarithmic(range) : AxisTicks.linear(range, smallestStep: 1)
    let axis = HistogramAxis(range: range, isLogarithmic: isLogarithmic)
    let span = max(last.upper - first.lower, .leastNormalMagnitude)
    let xTicks = AxisTicks.linear(first.lower...max(last.upper, first.lower.nextUp), count: 5)
    let columns = ["found", "wrong"].enumerated().map { side, kind -> Markup in
      let path = bins.enumerated().map { index, bin in
        column(index, of: bins.count, side: side, top: axis.y(side == 0 ? bin.found : bin.wrong))
      }
      .joined()
      return "<path class=\"column \(kind)\" d=\"\(path)\"/>"
    }
    let grid = ticks.filter { !$0.label.isEmpty }
      .map { "M0 \(text(axis.y($0.value) * Self.height))H1000" }.joined()
    let gutter = ticks.map(\.label.count).max() ?? 1
    let label =
      "Detections by score, \(total(\.found)) that found an object and \(total(\.wrong)) that did not"
    let yMarks = ticks.filter { !$0.label.isEmpty }.map { tick -> Markup in
      "<span class=\"tick y\" style=\"top:\(text(axis.y(tick.value) * 100))%\">\(tick.label)</span>"
    }
    let xMarks = xTicks.map { tick -> Markup in
      let place = (tick.value - first.lower) / span * 100
      return "<span class=\"tick x\" style=\"left:\(text(place))%\">\(tick.label)</span>"
    }
    return """
      <figure class="chart"><figcaption><h3>Right and wrong by score</h3></figcaption>
      <ul class="legend"><li><i class="block found"></i>found an object</li>\
      <li><i class="block wrong"></i>error</li></ul>
      <div class="plot" style="--gutter:\(gutter + 1)ch">\
      <p class="axis">Detections\(isLogarithmic ? " (logarithmic)" : "")</p>
      <div class="area"><svg viewBox="0 0 1000 500" preserveAspectRatio="none" role="img" \
      aria-label="\(label)"><path class="grid" d="\(grid)"/>\(columns)\
      <path class="base" d="M0 500H1000"/></svg>
      \(yMarks)\(xMarks)\(cutMark(from: first.lower, span: span))
      \(bins.enumerated().map(readout))</div>
      <p class="axis x">Score</p></div></figure>

      """
  }

  private func niceEnd(_ most: Double) -> Double {
    let step = AxisTicks.roundStep(atLeast: most / 5)
    return (most / step - 1e-9).rounded(.up) * step
  }

  private func total(_ part: KeyPath<ScoreFigures.Bin, Int>) -> Int {
    scores.bins.reduce(0) { $0 + $1[keyPath: part] }
  }

  private func text(_ value: Double) -> String { ChartMarkup.number(value) }

  private func column(_ index: Int, of count: Int, side: Int, top: Double) -> String {
    guard top < 1 else { return "" }
    let slot = Self.width / Double(count)
    let left = (Double(index) + (side == 0 ? 0.12 : 0.5)) * slot
    let right = left + 0.38 * slot
    return "M\(text(left)) 500V\(text(top * Self.height))H\(text(right))V500Z"
  }

  private func cutMark(from low: Double, span: Double) -> Markup {
    guard let best = scores.best else { return "" }
    let place = min(max((best.score - low) / span, 0), 1)
    return """
      <span class="cut\(place > 0.6 ? " left" : "")" style="left:\(text(place * 100))%">\
      <b>best F1: \(NumberText.significant(best.score))</b></span>
      """
  }

  private func readout(_ index: Int, _ bin: ScoreFigures.Bin) -> Markup {
    let width = 100 / Double(scores.bins.count)
    let range = "\(NumberText.significant(bin.lower)) to \(NumberText.significant(bin.upper))"
    return """
      <div class="at \(index * 2 > scores.bins.count ? "left" : "right")" aria-hidden="true" \
      style="left:\(text(Double(index) * width))%;width:\(text(width))%;--at:50%"><div>Score \(range)\
      <span><i class="block found"></i>found <b>\(NumberText.grouped(Double(bin.found)))</b></span>\
      <span><i class="block wrong"></i>error <b>\(NumberText.grouped(Double(bin.wrong)))</b></span></div></div>
      """
  }

  // MARK: Reliability

  private func reliability() -> LineChart {
    let points = scores.bins.compactMap { bin -> LineChart.Point? in
      guard let score = bin.meanScore, bin.found + bin.wrong > 0 else { return nil }
      return .init(x: score, y: Double(bin.found) / Double(bin.found + bin.wrong))
    }
    var series: [LineChart.Series] = []
    if scores.areProbabilities {
      let ends = [LineChart.Point(x: 0, y: 0), LineChart.Point(x: 1, y: 1)]
      series.append(.init(name: "as sure as right", points: ends, color: 7, stroke: .dashed))
    }
    series.append(.init(name: "these detections", points: points, color: 0))
    return LineChart(
      title: "Reliability",
      note: scores.areProbabilities
        ? "Above the dashed line a detector is right more often than it says, below it less often."
        : "The scores are not within 0 and 1, so they say nothing of probabilities.",
      xLabel: "Mean score",
      yLabel: "Precision",
      smoothing: .off,
      xRange: scores.areProbabilities ? 0...1 : nil,
      yRange: 0...1,
      showsLastValues: false,
      series: points.isEmpty ? [] : series
    )
  }
}

/// The heights of a histogram, in fractions of the plot from the top.
struct HistogramAxis {
  let range: ClosedRange<Double>
  let isLogarithmic: Bool

  func y(_ count: Int) -> Double { y(Double(count)) }

  func y(_ value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard isLogarithmic else { return 1 - (value - low) / max(high - low, 1e-9) }
    guard value > low else { return 1 }
    return 1 - (log10(value) - log10(low)) / (log10(high) - log10(low))
  }
}
