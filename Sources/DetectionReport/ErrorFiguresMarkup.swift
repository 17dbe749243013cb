/// What each kind of error costs: bars of all, tables by size and by class.
struct ErrorFiguresMarkup {
  let errors: ErrorFigures

  func markup() -> Markup {
    "\(bars())\(bySize())\(byClass())"
  }

  var note: String {
    let (foreground, background) = (
      PrecisionCurvesMarkup.iouText(errors.foreground),
      PrecisionCurvesMarkup.iouText(errors.background)
    )
    return
      "AP at IoU \(foreground) is \(NumberText.figure(errors.AP)). Each bar is what it would "
      + "gain, were that kind of error alone mended; the gains do not add up. A detection "
      + "finds an object from an IoU of \(foreground) on; up to \(background) it is one of background."
  }

  /// A gain of AP with its sign.
  static func gained(_ gain: Double?) -> String {
    guard let gain, gain.isFinite else { return NumberText.notAvailable }
    let text = NumberText.fixed(gain, decimals: 3)
    return text.hasPrefix("−") || text == "0.000" ? text : "+" + text
  }

  // MARK: All

  private func bars() -> Markup {
    let gains = (errors.kinds + errors.totals).compactMap(\.cost.gain)
    // Never so short a scale that rounding errors look like gains.
    let scale = max(gains.max() ?? 0, 0.001)
    let kinds = errors.kinds.enumerated().map { row($1, color: $0, scale: scale) }
    let totals = errors.totals.map { row($0, color: 7, scale: scale) }
    return """
      <table class="costs"><thead><tr><th scope="col">Kind of error</th>\
      <th scope="col" class="wide">AP gained if mended</th><th scope="col">Errors</th></tr></thead>
      <tbody>\(kinds)</tbody><tbody class="totals">\(totals)</tbody></table>

      """
  }

  private func row(_ kind: ErrorFigures.Kind, color: Int, scale: Double) -> Markup {
    """
    <tr><th scope="row">\(kind.name)<small>\(kind.meaning)</small></th>\
    <td class="wide"><div class="bar" style="--c:\(ChartMarkup.color(color))">\
    <b>\(value(kind.cost.gain))</b>\
    <span><i style="width:\(FigureMarkup.length((kind.cost.gain ?? 0) / scale))"></i></span></div></td>\
    <td>\(FigureMarkup.count(kind.cost.count))</td></tr>

    """
  }

  private func value(_ gain: Double?) -> Markup {
    guard let gain, gain.isFinite else { return "<span class=\"absent\">n/a</span>" }
    return "<data value=\"\("\(gain)")\">\(Self.gained(gain))</data>"
  }

  // MARK: Parts

  private func bySize() -> Markup {
    guard !errors.sizes.isEmpty else { return "" }
    let headings = errors.kinds.map { kind -> Markup in
      "<th scope=\"col\" title=\"\(kind.meaning)\">\(kind.name)</th>"
    }
    let scale = scale(errors.sizes)
    let rows = errors.sizes.map { size -> Markup in
      let cells = size.costs.map { "<td\(tint($0, scale))>\(cell($0))</td>" as Markup }
      return "<tr><th scope=\"row\">\(size.name)</th>\(cells)</tr>\n"
    }
    return """
      <h3>By size</h3>
      <p class="note">AP of all sizes gained, and the number of errors, by the size of the object or, \
      for false alarms without one, of the detection.</p>
      <div class="scroll" role="region" aria-label="Errors by size" tabindex="0">\
      <table class="gains"><thead><tr><th scope="col">Size</th>\(headings)</tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }

  private func byClass() -> Markup {
    guard errors.classes.count > 1 else { return "" }
    let scale = scale(errors.classes)
    let table = SortableTable(
      kind: "gains",
      label: "Errors by class",
      columns: [.init("Class"), .init("AP", "at IoU \(errors.foreground)")]
        + errors.kinds.map { .init($0.name, $0.meaning) },
      rows: errors.classes.map { group in
        .init(
          name: group.name,
          cells: [FigureMarkup.figure(group.AP ?? -1)] + group.costs.map(cell),
          attributes: [""] + group.costs.map { tint($0, scale) }
        )
      }
    )
    return """
      <h3>By class</h3>
      <p class="note">AP of the class gained were the kind of error mended in all classes.</p>
      \(table.markup())
      """
  }

  private func scale(_ groups: [ErrorFigures.Group]) -> Double {
    max(groups.flatMap(\.costs).compactMap(\.gain).filter(\.isFinite).max() ?? 0, 0.01)
  }

  private func cell(_ cost: ErrorFigures.Cost) -> Markup {
    "\(value(cost.gain))<small>\(NumberText.grouped(Double(cost.count)))</small>"
  }

  /// The deeper, the more is gained.
  private func tint(_ cost: ErrorFigures.Cost, _ scale: Double) -> Markup {
    guard let gain = cost.gain, gain.isFinite, gain > 0 else { return "" }
    return " class=\"heat\" style=\"--h:\(Int((min(gain / scale, 1) * 50).rounded()))%\""
  }
}
