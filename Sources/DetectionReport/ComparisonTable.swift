/// The runs side by side, the best number of each measure marked.
enum ComparisonTable {
  private enum Direction { case higher, lower, neither }

  private struct Column: Sendable {
    let heading: String
    let meaning: String
    let direction: Direction
    let value: @Sendable (RunSummary) -> Double?
    let text: @Sendable (Double?) -> String
  }

  // Losses of different kinds do not compare, so no loss is called the better one.
  private static let columns: [Column] = [
    precision("AP", "mean over IoU 0.50 to 0.95", \.ap),
    precision("AP50", "IoU 0.50", \.ap50),
    precision("AP75", "IoU 0.75", \.ap75),
    precision("APs", "objects below 32² pixels", \.small),
    precision("APm", "objects of 32² to 96² pixels", \.medium),
    precision("APl", "objects above 96² pixels", \.large),
    Column(
      heading: "Loss",
      meaning: "at the end of training",
      direction: .neither,
      value: { $0.finalLoss },
      text: NumberText.significant
    ),
    Column(
      heading: "Minutes",
      meaning: "of training",
      direction: .lower,
      value: { $0.minutes },
      text: { NumberText.fixed($0, decimals: 1) }
    ),
  ]

  private static func precision(
    _ heading: String,
    _ meaning: String,
    _ path: any KeyPath<RunSummary.AveragePrecisions, Double> & Sendable
  ) -> Column {
    Column(
      heading: heading,
      meaning: meaning,
      direction: .higher,
      value: { $0.precisions[keyPath: path] },
      text: NumberText.figure
    )
  }

  /// The table; columns in which no run has a number are left out, except for AP's.
  static func markup(_ runs: [RunSummary]) -> Markup {
    let shown = columns.filter { column in
      column.direction == .higher || runs.contains { column.value($0) != nil }
    }
    let headings = shown.map { column -> Markup in
      "<th scope=\"col\" title=\"\(column.meaning)\">\(column.heading)</th>"
    }
    let best = shown.map { bestRows(of: $0, runs) }
    let rows = runs.enumerated().map { index, run -> Markup in
      let cells = zip(shown, best).map { cell($0, run, isBest: $1.contains(index)) }
      return """
        <tr><th scope="row"><i class="dot" style="--c:\(ChartMarkup.color(index))"></i>\
        <bdi>\(run.name)</bdi></th>\(cells)</tr>

        """
    }
    return """
      <table class="runs"><thead><tr><th scope="col">Run</th>\(headings)</tr></thead>
      <tbody>\(rows)</tbody></table>

      """
  }

  private static func cell(_ column: Column, _ run: RunSummary, isBest: Bool) -> Markup {
    let text = column.text(column.value(run))
    let kind = isBest ? "best" : text == NumberText.notAvailable ? "absent" : "plain"
    let spoken: Markup = isBest ? "<span class=\"spoken\"> (best)</span>" : ""
    return """
      <td class="\(kind)" data-label="\(column.heading)"><span>\(text)</span>\(spoken)</td>
      """
  }

  /// The runs with the best number as it is printed; none where all print the same or one is alone.
  private static func bestRows(of column: Column, _ runs: [RunSummary]) -> Set<Int> {
    guard column.direction != .neither else { return [] }
    let measured = runs.indices.compactMap { index -> (index: Int, value: Double, text: String)? in
      let run = runs[index]
      guard let value = column.value(run), value.isFinite, value >= 0 else { return nil }
      // To be the first to break down is no merit.
      if column.direction == .lower, let loss = run.finalLoss, !loss.isFinite { return nil }
      return (index, value, column.text(value))
    }
    let best =
      column.direction == .higher
      ? measured.max { $0.value < $1.value } : measured.min { $0.value < $1.value }
    guard let best, measured.contains(where: { $0.text != best.text }) else { return [] }
    return Set(measured.filter { $0.text == best.text }.map(\.index))
  }
}
