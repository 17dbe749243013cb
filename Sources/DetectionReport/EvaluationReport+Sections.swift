extension EvaluationReport {
  func header(_ sections: [ReportSection]) -> Markup {
    let subject: Markup = self.subject.isEmpty ? "" : "<p class=\"summary\">\(self.subject)</p>\n"
    return
      "<header>\n<h1>\(title)</h1>\n\(subject)\(tiles())\(facts())\(ReportSection.navigation(sections))</header>"
  }

  private func tiles() -> Markup {
    guard !figures.isEmpty else { return "" }
    let tiles = figures.map { figure -> Markup in
      """
      <div><dt>\(figure.name)</dt><dd>\(FigureMarkup.figure(figure.value))</dd>\
      <dd class="about">\(figure.meaning)</dd></div>

      """
    }
    return "<dl class=\"tiles twelve\">\(tiles)</dl>\n"
  }

  private func facts() -> Markup {
    let groups = [("Counts", counts), ("Settings", settings)].filter { !$0.1.isEmpty }
    guard !groups.isEmpty else { return "" }
    let lists = groups.map { heading, facts -> Markup in
      let rows = facts.map { fact -> Markup in
        "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>\n"
      }
      return "<div><h2>\(heading)</h2>\n<dl class=\"facts\">\(rows)</dl></div>\n"
    }
    return "<div class=\"basis\">\(lists)</div>\n"
  }

  func sections() -> [ReportSection] {
    [
      .classTable(classes), .precisionRecall(curves), errorCosts(), sizeTable(), confusions(),
      scoreCharts(),
      pictures(), .remarks(notes), .reproduction(details),
    ]
    .compactMap { $0 }
  }

  private func sizeTable() -> ReportSection? {
    guard !sizes.isEmpty else { return nil }
    return ReportSection(
      id: "sizes",
      heading: "Sizes",
      note: "By the annotated area in square pixels. An area on a border belongs to both sides.",
      SizeTable.markup(sizes)
    )
  }

  private func errorCosts() -> ReportSection? {
    guard let errors else { return nil }
    let markup = ErrorFiguresMarkup(errors: errors)
    return ReportSection(id: "errors", heading: "Errors", note: markup.note, markup.markup())
  }

  private func confusions() -> ReportSection? {
    guard let confusion else { return nil }
    let markup = ConfusionMarkup(confusion: confusion)
    return ReportSection(id: "confusion", heading: "Confusion", note: markup.note, markup.markup())
  }

  private func scoreCharts() -> ReportSection? {
    guard let scores else { return nil }
    let iou = PrecisionCurvesMarkup.iouText(scores.iou)
    return ReportSection(
      id: "scores",
      heading: "Scores",
      note: "A detection is right where it found an object, at IoU \(iou).",
      ScoreMarkup(scores: scores).markup()
    )
  }

  private func pictures() -> ReportSection? {
    guard galleries.contains(where: { !$0.tiles.isEmpty }) else { return nil }
    var drawing = PictureGalleryMarkup()
    var room = Self.mostTiles
    var parts: [Markup] = []
    for var gallery in galleries where !gallery.tiles.isEmpty && room > 0 {
      gallery.tiles = Array(gallery.tiles.prefix(room))
      room -= gallery.tiles.count
      parts.append(
        """
        <h3>\(gallery.heading)</h3>
        <p class="note">\(gallery.note)</p>
        \(drawing.markup(gallery))
        """
      )
    }
    if drawing.leftOut > 0 {
      parts.append(
        "<p class=\"note\">\(drawing.leftOut) pictures were left out: a page holds at most 4 MB of them.</p>\n"
      )
    }
    return ReportSection(id: "pictures", heading: "Pictures", "\(parts)")
  }
}
