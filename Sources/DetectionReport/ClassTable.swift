import Drawing

/// AP of each category as numbers and bars, the runs below one another.
enum ClassTable {
  static func markup(_ classes: [ClassSummary], runs: [RunSummary]) -> Markup {
    let rows = classes.map { row($0) }
    return """
      \(runKey(runs))<table class="classes"><thead><tr><th scope="col">Class</th>\
      <th scope="col">Objects</th><th scope="col" class="wide">AP</th><th scope="col">AP50</th></tr></thead>
      <tbody>\(rows)</tbody></table>

      """
  }

  /// Which colour is which run; needless for one.
  static func runKey(_ runs: [RunSummary]) -> Markup {
    guard runs.count > 1 else { return "" }
    let entries = runs.enumerated().map { index, run -> Markup in
      "<li><i class=\"dot\" style=\"--c:\(ChartMarkup.color(index))\"></i><bdi>\(run.name)</bdi></li>"
    }
    return "<ul class=\"legend\">\(entries)</ul>\n"
  }

  private static func row(_ summary: ClassSummary) -> Markup {
    let bars = summary.scores.enumerated().map { run, score -> Markup in
      let length = score.ap.isFinite ? min(max(score.ap, 0), 1) * 100 : 0
      return """
        <div class="bar" style="--c:\(ChartMarkup.color(run))"><b>\(NumberText.figure(score.ap))</b>\
        <span><i style="width:\(ChartMarkup.number(length))%"></i></span></div>
        """
    }
    let ap50 = summary.scores.map { score -> Markup in
      "<div>\(NumberText.figure(score.ap50))</div>"
    }
    return """
      <tr><th scope="row">\(swatch(summary.index))<bdi>\(summary.name)</bdi></th>\
      <td>\(NumberText.grouped(Double(summary.objects)))</td><td class="wide">\(bars)</td>\
      <td>\(ap50)</td></tr>

      """
  }

  /// A square of the colour that a category's boxes have in the pictures.
  static func swatch(_ category: Int) -> Markup {
    let color = Color.palette(category)
    let parts = [color.red, color.green, color.blue].map { "\(Int(($0 * 255).rounded()))" }
    return "<i class=\"swatch\" style=\"--c:rgb(\(parts.joined(separator: " ")))\"></i>"
  }
}
