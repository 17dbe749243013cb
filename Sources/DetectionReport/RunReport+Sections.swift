/// A part of the page with a heading.
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
}

extension RunReport {
  func header(_ sections: [ReportSection]) -> Markup {
    let summary: Markup = self.summary.isEmpty ? "" : "<p class=\"summary\">\(self.summary)</p>\n"
    let links = sections.map { section -> Markup in
      "<a href=\"#\(section.id)\">\(section.heading)</a>"
    }
    let navigation: Markup = links.count > 1 ? "<nav>\(links)</nav>\n" : ""
    return "<header>\n<h1>\(title)</h1>\n\(summary)\(tiles())\(navigation)</header>"
  }

  private func tiles() -> Markup {
    guard !figures.isEmpty else { return "" }
    let tiles = figures.map { figure -> Markup in
      let note: Markup = figure.note.isEmpty ? "" : "<dd class=\"about\">\(figure.note)</dd>"
      return "<div><dt>\(figure.label)</dt><dd>\(figure.value)</dd>\(note)</div>\n"
    }
    return "<dl class=\"tiles\">\(tiles)</dl>\n"
  }

  func sections() throws(ReportError) -> [ReportSection] {
    var sections = [comparison(), training(), categories(), precisionRecall()].compactMap { $0 }
    if let gallery, !gallery.items.isEmpty { sections.append(try pictures(gallery)) }
    sections += [remarks(), reproduction()].compactMap { $0 }
    return sections
  }

  private func comparison() -> ReportSection? {
    guard !runs.isEmpty else { return nil }
    var note =
      "AP in percent by the COCO protocol: s, m and l are objects below 32², up to 96² and "
      + "above 96² pixels; n/a where there are none."
    if runs.count > 1 {
      note += " The better number is marked; losses of different kinds do not compare."
    }
    return ReportSection(
      id: "results",
      heading: runs.count > 1 ? "Comparison" : "Result",
      note: note,
      ComparisonTable.markup(runs)
    )
  }

  private func training() -> ReportSection? {
    guard !charts.isEmpty else { return nil }
    return ReportSection(
      id: "training",
      heading: "Training",
      "<div class=\"charts\">\(charts.map(ChartMarkup.figure))</div>\n"
    )
  }

  private func categories() -> ReportSection? {
    guard !classes.isEmpty else { return nil }
    return ReportSection(
      id: "classes",
      heading: "Classes",
      ClassTable.markup(classes, runs: runs)
    )
  }

  private func precisionRecall() -> ReportSection? {
    guard !curves.isEmpty else { return nil }
    return ReportSection(
      id: "curves",
      heading: "Precision and recall",
      "<div class=\"charts\">\(curves.map(ChartMarkup.figure))</div>\n"
    )
  }

  private func pictures(_ gallery: Gallery) throws(ReportError) -> ReportSection {
    let score = NumberText.fixed(Double(gallery.scoreThreshold), decimals: 2)
    let iou = NumberText.fixed(Double(gallery.iouThreshold), decimals: 2)
    return ReportSection(
      id: "pictures",
      heading: "Pictures",
      note:
        "Detections with a score of at least \(score). An object is found where a detection of its "
        + "class overlaps it with an IoU of at least \(iou).",
      try GalleryMarkup(gallery: gallery).markup()
    )
  }

  private func remarks() -> ReportSection? {
    guard !notes.isEmpty else { return nil }
    let items = notes.map { note -> Markup in "<li>\(note)</li>\n" }
    return ReportSection(id: "notes", heading: "Notes", "<ul class=\"remarks\">\(items)</ul>\n")
  }

  private func reproduction() -> ReportSection? {
    let content = details.markup()
    guard !content.text.isEmpty else { return nil }
    return ReportSection(id: "details", heading: "Reproduction", content)
  }
}

extension RunReport.Details {
  /// Command, machine and configuration; empty where nothing of them is known.
  func markup() -> Markup {
    var content: Markup = ""
    if !command.isEmpty {
      content += "<h3>Command</h3>\n<pre><code>\(command)</code></pre>\n"
    }
    if !environment.isEmpty {
      let facts = environment.map { fact -> Markup in
        "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>\n"
      }
      content += "<h3>Environment</h3>\n<dl class=\"facts\">\(facts)</dl>\n"
    }
    if !configuration.isEmpty {
      content += """
        <details><summary>Configuration</summary>
        <pre><code>\(configuration)</code></pre></details>

        """
    }
    return content
  }
}
