/// A part of a page with a heading.
struct ReportSection {
  let id: String
  let heading: String
  /// The whole section, the heading included.
  let markup: Markup

  init(id: String, heading: String, note: String = "", _ content: Markup) {
    self.id = id
    self.heading = heading
    let note: Markup = note.isEmpty ? "" : "<p class=\"note\">\(note)</p>\n"
    markup = "<section id=\"\(id)\">\n<h2>\(heading)</h2>\n\(note)\(content)</section>\n"
  }

  /// Sentences, one below the other; `nil` without any.
  static func remarks(_ notes: [String]) -> ReportSection? {
    list(id: "notes", heading: "Notes", notes)
  }

  /// Lines, one below the other; `nil` without any.
  static func list(
    id: String,
    heading: String,
    note: String = "",
    _ lines: [String]
  ) -> ReportSection? {
    guard !lines.isEmpty else { return nil }
    let items = lines.map { line -> Markup in "<li>\(line)</li>\n" }
    return ReportSection(
      id: id,
      heading: heading,
      note: note,
      "<ul class=\"remarks\">\(items)</ul>\n"
    )
  }

  /// What is needed to do the same again; `nil` where nothing of it is known.
  static func reproduction(_ details: RunReport.Details) -> ReportSection? {
    let content = details.markup()
    guard !content.text.isEmpty else { return nil }
    return ReportSection(id: "details", heading: "Reproduction", content)
  }

  /// Charts beside and below each other; `nil` without any.
  static func charts(
    id: String,
    heading: String,
    note: String = "",
    _ charts: [LineChart]
  ) -> ReportSection? {
    guard !charts.isEmpty else { return nil }
    return ReportSection(
      id: id,
      heading: heading,
      note: note,
      "<div class=\"charts\">\(charts.map(ChartMarkup.figure))</div>\n"
    )
  }

  /// The figures of each class; `nil` without any.
  static func classTable(_ classes: [ClassFigures], note: String = "") -> ReportSection? {
    guard !classes.isEmpty else { return nil }
    return ReportSection(
      id: "classes",
      heading: "Classes",
      note: note + "From 0 to 1; n/a where there is nothing to find.",
      EvaluationClassTable.markup(classes)
    )
  }

  /// Precision over recall of every class and IoU; `nil` where there is nothing to find.
  static func precisionRecall(_ curves: PrecisionCurves?) -> ReportSection? {
    guard let curves else { return nil }
    return ReportSection(
      id: "curves",
      heading: "Precision and recall",
      PrecisionCurvesMarkup(curves: curves).markup()
    )
  }

  /// Numbers at the head of a page.
  static func tiles(_ figures: [RunReport.Figure]) -> Markup {
    guard !figures.isEmpty else { return "" }
    let tiles = figures.map { figure -> Markup in
      let note: Markup = figure.note.isEmpty ? "" : "<dd class=\"about\">\(figure.note)</dd>"
      return "<div><dt>\(figure.label)</dt><dd>\(figure.value)</dd>\(note)</div>\n"
    }
    return "<dl class=\"tiles\">\(tiles)</dl>\n"
  }

  /// Links to sections; empty for one alone.
  static func navigation(_ sections: [ReportSection]) -> Markup {
    let links = sections.map { section -> Markup in
      "<a href=\"#\(section.id)\">\(section.heading)</a>"
    }
    return links.count > 1 ? "<nav aria-label=\"Sections\">\(links)</nav>\n" : ""
  }
}
