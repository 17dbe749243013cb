/// The confusion matrix as a heat map, and the largest confusions.
struct ConfusionMarkup {
  let confusion: ConfusionFigures

  var note: String {
    var text =
      "Detections of a score of at least \(NumberText.significant(confusion.score))"
      + "\(confusion.isBestScore ? " (the best F1)" : ""), each with the object that it overlaps most, whatever the classes, from an IoU of "
      + "\(PrecisionCurvesMarkup.iouText(confusion.iou)) on."
    if confusion.table.isEmpty {
      text += " Of \(confusion.classes.count) classes only the largest confusions are listed."
    }
    return text
  }

  func markup() -> Markup { "\(matrix())\(list())" }

  // MARK: Matrix

  private func matrix() -> Markup {
    guard !confusion.table.isEmpty else { return "" }
    let isWide = confusion.classes.count > 6
    let columns = confusion.classes + ["missed"]
    let headings = columns.map { name -> Markup in
      "<th scope=\"col\"><span><bdi>\(name)</bdi></span></th>"
    }
    let names = confusion.classes + ["background"]
    let rows = zip(names, confusion.table).enumerated().map { index, row -> Markup in
      let total = row.1.reduce(0, +)
      let cells = row.1.enumerated().map { cell(index, $0, count: $1, of: total, names: columns) }
      let kind: Markup = index == confusion.classes.count ? " class=\"apart\"" : ""
      return """
        <tr\(kind)><th scope="row"><bdi>\(row.0)</bdi></th>\(cells)\
        <td class="sum">\(NumberText.grouped(Double(total)))</td></tr>

        """
    }
    return """
      <div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0">\
      <table class="confusion\(isWide ? " many" : "")"><thead><tr><td class="corner">annotated ↓<br/>\
      detected →</td>\(headings)<th scope="col" class="sum"><span>sum</span></th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      <p class="note">Percent of each row. Blue: the right class. Orange: another class, missed, or \
      nothing annotated there.</p>

      """
  }

  private func cell(
    _ row: Int,
    _ column: Int,
    count: Int,
    of total: Int,
    names: [String]
  ) -> Markup {
    let isCorner = row == confusion.classes.count && column == confusion.classes.count
    guard !isCorner else { return "<td class=\"void\"></td>" }
    guard count > 0, total > 0 else { return "<td class=\"nil\"></td>" }
    let share = Double(count) / Double(total)
    let kind = row == column ? "right" : "heat"
    // A little colour even for one of many, or it would look like none.
    let depth = Int((4 + 56 * share).rounded())
    let percent = NumberText.fixed(share * 100, decimals: 0)
    return """
      <td class="\(kind)" style="--h:\(depth)%" title="\(count) as \(names[column])">\
      \(percent == "0" ? "<1" : percent)</td>
      """
  }

  // MARK: List

  private func list() -> Markup {
    guard confusion.classes.count > 2 else { return "" }
    guard !confusion.mistakes.isEmpty else {
      return "<p class=\"empty\">No class was taken for another.</p>\n"
    }
    let most = Double(confusion.mistakes.map(\.count).max() ?? 1)
    let rows = confusion.mistakes.map { mistake -> Markup in
      let share = NumberText.fixed(mistake.share * 100, decimals: 0)
      return """
        <tr><th scope="row"><bdi>\(mistake.truth)</bdi> <small>taken for</small> \
        <bdi>\(mistake.prediction)</bdi></th><td class="wide">\
        <div class="bar" style="--c:var(--s1)"><b>\(FigureMarkup.count(mistake.count))</b>\
        <span><i style="width:\(FigureMarkup.length(Double(mistake.count) / most))"></i></span></div></td>\
        <td>\(share == "0" ? "<1" : share) %</td></tr>

        """
    }
    return """
      <h3>Largest confusions</h3>
      <table class="mistakes"><thead><tr><th scope="col">Annotated and detected class</th>\
      <th scope="col" class="wide">Objects</th><th scope="col">Of its class</th></tr></thead>
      <tbody>\(rows)</tbody></table>

      """
  }
}
