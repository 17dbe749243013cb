extension InspectionReport {
  func header(_ sections: [ReportSection]) -> Markup {
    let links = sections.map { section -> Markup in
      "<a href=\"#\(section.id)\">\(section.heading)</a>"
    }
    let navigation: Markup =
      links.count > 1 ? "<nav aria-label=\"Sections\">\(links)</nav>\n" : ""
    let items = findings.map { finding -> Markup in "<li>\(finding)</li>\n" }
    let findings: Markup = items.isEmpty ? "" : "<ul class=\"findings\">\(items)</ul>\n"
    let tiles = figures.map { figure -> Markup in
      """
      <div><dt>\(figure.name)</dt><dd\(figure.isWarning ? " class=\"alert\"" as Markup : "")>\(figure.value)</dd>\
      <dd class="about">\(figure.about)</dd></div>

      """
    }
    let figures: Markup = tiles.isEmpty ? "" : "<dl class=\"tiles\">\(tiles)</dl>\n"
    return """
      <header>
      <h1>\(title)</h1>
      <p class="summary"><bdi>\(subject)</bdi></p>
      \(findings)\(figures)\(navigation)</header>
      """
  }

  func sections() -> [ReportSection] {
    var drawing = PictureGalleryMarkup()
    let leaking = pairs("leaks", "Leaks", leaks, &drawing, Self.leakNote)
    let pictures = gallerySection(&drawing)
    let repeated = pairs("repeats", "Repeated pictures", repeats, &drawing, Self.repeatNote)
    return [
      problemSection(), leaking, splitSection(), classSection(), chartSection(), anchorSection(),
      pictures, repeated, detailSection(),
    ]
    .compactMap { $0 }
  }

  private static let leakNote =
    "Pictures of different splits that are nearly the same: what is tested on was trained on."
  private static let repeatNote =
    "Pictures of one split that are nearly the same, one pair of each group: less variety than their number suggests."

  private func splitSection() -> ReportSection? {
    guard splits.count > 1 else { return nil }
    let most = Double(max(1, splits.map(\.images).max() ?? 1))
    let rows = splits.map { split -> Markup in
      """
      <tr><th scope="row"><bdi>\(split.name)</bdi></th><td class="wide"><div class="bar" style="--c:var(--s0)">\
      <b>\(NumberText.grouped(Double(split.images)))</b><span><i style="width:\(FigureMarkup.length(Double(split.images) / most))">\
      </i></span></div></td><td>\(FigureMarkup.count(split.boxes))</td></tr>

      """
    }
    return ReportSection(
      id: "splits",
      heading: "Splits",
      """
      <table class="sizes"><thead><tr><th scope="col">Split</th><th scope="col" class="wide">Pictures</th>\
      <th scope="col">Boxes</th></tr></thead><tbody>\(rows)</tbody></table>

      """
    )
  }

  private func classSection() -> ReportSection? {
    guard !classes.isEmpty else { return nil }
    let most = max(classes.map(\.share).max() ?? 1, 1e-9)
    let table = SortableTable(
      kind: "figures",
      label: "Classes",
      columns: [
        .init("Class"), .init("Share", "of all boxes, in percent", isWide: true),
        .init("Boxes"), .init("Pictures", "with at least one"),
        .init("Side", "median, in pixels: of a square of the same area"),
        .init("Weight", "by inverse frequency: all boxes / (classes · boxes of this class)"),
      ],
      rows: classes.map { row in
        .init(
          name: row.name,
          cells: [
            """
            <div class="bar" style="--c:var(--s0)"><b>\(FigureMarkup.share(row.share))</b>\
            <span><i style="width:\(FigureMarkup.length(row.share / most))"></i></span></div>
            """,
            FigureMarkup.count(row.boxes), FigureMarkup.count(row.images), number(row.side, 0),
            number(row.weight, 2),
          ]
        )
      }
    )
    return ReportSection(
      id: "classes",
      heading: "Classes",
      note:
        "Weight: what inverse frequency gives a box of the class, 1 at the mean frequency.",
      table.markup()
    )
  }

  private func number(_ value: Double?, _ decimals: Int) -> Markup {
    guard let value else { return "<span class=\"absent\">none</span>" }
    return "<data value=\"\("\(value)")\">\(NumberText.fixed(value, decimals: decimals))</data>"
  }

  private func chartSection() -> ReportSection? {
    let charts = charts.filter { $0.counts.contains { $0 > 0 } }
    guard !charts.isEmpty else { return nil }
    return ReportSection(
      id: "sizes",
      heading: "Sizes and shapes",
      "<div class=\"charts\">\(charts.map { BinsMarkup(bins: $0).markup() })</div>\n"
    )
  }

  private func anchorSection() -> ReportSection? {
    guard let anchors else { return nil }
    return ReportSection(
      id: "anchors",
      heading: "Anchor coverage",
      note: anchors.note,
      CoverageMarkup(anchors: anchors).markup()
    )
  }

  private func problemSection() -> ReportSection? {
    guard !problems.isEmpty else { return nil }
    let groups = problems.map { group -> Markup in
      let entries = group.shown.map { entry -> Markup in
        "<li><code>\(entry.place)</code><span>\(entry.message)</span></li>\n"
      }
      let rest = group.count - group.shown.count
      let more: Markup =
        rest > 0 ? "<li class=\"more\">and \(rest) more, listed by focal inspect --all</li>\n" : ""
      return """
        <div class="faults"><h3>\(group.name)<small>\(group.count)</small></h3><ul>\(entries)\(more)</ul></div>

        """
    }
    return ReportSection(id: "problems", heading: "Problems", "\(groups)")
  }

  private func gallerySection(_ drawing: inout PictureGalleryMarkup) -> ReportSection? {
    var parts: [Markup] = []
    for gallery in galleries where !gallery.tiles.isEmpty {
      parts.append(
        """
        <h3>\(gallery.heading)</h3>
        <p class="note">\(gallery.note)</p>
        \(drawing.markup(gallery))
        """
      )
    }
    guard !parts.isEmpty else { return nil }
    return ReportSection(id: "pictures", heading: "Pictures", "\(parts)")
  }

  private func pairs(
    _ id: String,
    _ heading: String,
    _ pairs: [Pair],
    _ drawing: inout PictureGalleryMarkup,
    _ note: String
  ) -> ReportSection? {
    guard !pairs.isEmpty else { return nil }
    var items: [Markup] = []
    for pair in pairs {
      var sides: [Markup] = []
      for side in pair.sides {
        let picture = side.picture.flatMap { drawing.image($0) } ?? ""
        sides.append(
          """
          <div><div class="still">\(picture)</div><p class="from"><b><bdi>\(side.split)</bdi></b><bdi>\(side.name)</bdi></p></div>
          """
        )
      }
      items.append(
        """
        <figure class="pair"><div class="two">\(sides)</div>\
        <figcaption><b>\(pair.title)</b> \(pair.text)</figcaption></figure>

        """
      )
    }
    return ReportSection(
      id: id,
      heading: heading,
      note: note,
      "<div class=\"pairs\">\(items)</div>\n"
    )
  }

  private func detailSection() -> ReportSection? {
    let facts = facts.map { fact -> Markup in
      "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>\n"
    }
    let list: Markup = facts.isEmpty ? "" : "<dl class=\"facts\">\(facts)</dl>\n"
    let content: Markup = "\(list)\(details.markup())"
    guard !content.text.isEmpty else { return nil }
    return ReportSection(id: "details", heading: "Details", content)
  }
}
