/// AP and AR over the sizes of objects.
enum SizeTable {
  static func markup(_ sizes: [SizeFigures]) -> Markup {
    let total = sizes.map(\.objects).max() ?? 0
    let rows = sizes.map { size -> Markup in
      """
      <tr><th scope="row"><bdi>\(size.name)</bdi> <small>\(size.bounds)</small></th>\
      <td class="wide">\(bar(size.AP, color: "var(--s0)"))</td>\
      <td class="wide">\(bar(size.AR, color: "var(--s2)"))</td>\
      <td>\(FigureMarkup.count(size.objects))\(part(size.objects, of: total))</td></tr>

      """
    }
    return """
      <table class="sizes"><thead><tr><th scope="col">Objects</th><th scope="col" class="wide">AP</th>\
      <th scope="col" class="wide">AR</th><th scope="col">Count</th></tr></thead>
      <tbody>\(rows)</tbody></table>

      """
  }

  private static func bar(_ value: Double, color: String) -> Markup {
    """
    <div class="bar" style="--c:\(color)"><b>\(FigureMarkup.figure(value))</b>\
    <span><i style="width:\(FigureMarkup.length(value))"></i></span></div>
    """
  }

  private static func part(_ count: Int, of total: Int) -> Markup {
    guard total > 0 else { return "" }
    let share = NumberText.fixed(Double(count) / Double(total) * 100, decimals: 0)
    return " <small>\(share) %</small>"
  }
}
