extension RunReport {
  func header(_ sections: [ReportSection]) -> Markup {
    let summary: Markup = self.summary.isEmpty ? "" : "<p class=\"summary\">\(self.summary)</p>\n"
    return
      "<header>\n<h1>\(title)</h1>\n\(summary)\(ReportSection.tiles(figures))\(ReportSection.navigation(sections))</header>"
  }

  func sections() throws(ReportError) -> [ReportSection] {
    var sections = [
      comparison(), .charts(id: "training", heading: "Training", charts), categories(),
      .charts(id: "curves", heading: "Precision and recall", curves),
    ].compactMap { $0 }
    if let gallery, !gallery.items.isEmpty { sections.append(try pictures(gallery)) }
    sections += [.remarks(notes), .reproduction(details)].compactMap { $0 }
    return sections
  }

  private func comparison() -> ReportSection? {
    guard !runs.isEmpty else { return nil }
    var note =
      "AP from 0 to 1 by the COCO protocol: s, m and l are objects below 32², up to 96² and "
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

  private func categories() -> ReportSection? {
    guard !classes.isEmpty else { return nil }
    return ReportSection(
      id: "classes",
      heading: "Classes",
      ClassTable.markup(classes, runs: runs)
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
