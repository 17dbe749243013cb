/// How many objects the anchors cover, as bars.
struct CoverageMarkup {
  let anchors: InspectionReport.Anchors

  func markup() -> Markup {
    """
    <ul class="legend"><li><i class="block high"></i>IoU \(anchors.foreground) or more: learnt</li>\
    <li><i class="block mid"></i>between: left out of the loss</li>\
    <li><i class="block low"></i>below \(anchors.background): taken for background</li></ul>
    <div class="scroll" role="region" aria-label="Anchor coverage" tabindex="0"><table class="covered"><thead><tr>\
    <th scope="col">Objects</th><th scope="col" class="wide">By their best anchor</th>\
    <th scope="col">below \(anchors.background)</th><th scope="col">below \(anchors.foreground)</th>\
    <th scope="col">Mean IoU</th><th scope="col">Count</th></tr></thead>
    <tbody>\(anchors.groups.map(group))</tbody></table></div>
    \(levels())\(facts())
    """
  }

  private func group(_ group: InspectionReport.Anchors.Group) -> Markup {
    let rows = group.rows.filter { $0.objects > 0 }.map(row)
    if rows.isEmpty { return "" }
    let heading: Markup =
      group.heading.isEmpty
      ? "" : "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"6\">\(group.heading)</th></tr>\n"
    return "\(heading)\(rows)"
  }

  private func row(_ row: InspectionReport.Coverage) -> Markup {
    let low = row.belowBackground
    let mid = max(0, row.belowForeground - low)
    func part(_ name: String, _ share: Double) -> Markup {
      "<i class=\"\(name)\" style=\"width:\(FigureMarkup.length(share))\"></i>"
    }
    return """
      <tr><th scope="row"><bdi>\(row.name)</bdi></th><td class="wide"><div class="stack">\
      \(part("high", 1 - low - mid))\(part("mid", mid))\(part("low", low))</div></td>\
      <td>\(FigureMarkup.share(low))</td><td>\(FigureMarkup.share(row.belowForeground))</td>\
      <td>\(NumberText.fixed(row.meanIoU, decimals: 3))</td><td>\(FigureMarkup.count(row.objects))</td></tr>

      """
  }

  private func levels() -> Markup {
    if anchors.levels.isEmpty { return "" }
    let items = anchors.levels.map { level -> Markup in
      "<div><b>\(NumberText.percentage(level.share)) %</b>\(level.name)</div>"
    }
    return "<div class=\"levels\">\(items)</div>\n"
  }

  private func facts() -> Markup {
    if anchors.facts.isEmpty { return "" }
    let items = anchors.facts.map { fact -> Markup in
      "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>\n"
    }
    return "<dl class=\"facts\" style=\"margin-top:20px\">\(items)</dl>\n"
  }
}
