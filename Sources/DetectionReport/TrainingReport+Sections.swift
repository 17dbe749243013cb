extension TrainingReport {
  /// The most left-out pictures that are listed.
  static let mostLeftOut = 200

  var statusName: String {
    switch status {
    case .running: "Running"
    case .stopped: "Stopped"
    case .complete: "Complete"
    case .failed: "Failed"
    case .interrupted: "Interrupted"
    }
  }

  func header(_ sections: [ReportSection]) -> Markup {
    let subject: Markup = self.subject.isEmpty ? "" : "<p class=\"summary\">\(self.subject)</p>\n"
    return """
      <header>
      <h1><bdi>\(title)</bdi> <span class="status \(statusName.lowercased())">\(statusName)</span></h1>
      \(subject)\(explanation)\(progressBar)\(moment)\(ReportSection.tiles(figures))\
      \(ReportSection.navigation(sections))</header>
      """
  }

  /// What a reader may do about a run that is not under way.
  private var explanation: Markup {
    switch status {
    case .running, .complete: ""
    case .stopped(let resume): "<p class=\"advice\">Go on with <code>\(resume)</code></p>\n"
    case .failed(let reason, let resume):
      """
      <p class="advice failed"><b>Why it ended</b> \(reason)</p>
      <p class="advice">Go on from the newest checkpoint with <code>\(resume)</code></p>

      """
    case .interrupted(let resume):
      """
      <p class="advice">No process trains here now, and the last one did not say why it ended: it was killed, or the \
      machine went down. Go on with <code>\(resume)</code></p>

      """
    }
  }

  private var progressBar: Markup {
    guard let progress else { return "" }
    let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 1
    let percent = NumberText.fixed(min(max(share, 0), 1) * 100, decimals: 0)
    var parts = [
      "step \(NumberText.grouped(Double(progress.done))) of \(NumberText.grouped(Double(progress.total)))",
      progress.text, "\(DurationText.text(progress.elapsed)) so far",
    ]
    if status == .running, let remaining = progress.remaining {
      parts.append("about \(DurationText.text(remaining)) left")
    }
    if status == .complete { parts[2] = "took \(DurationText.text(progress.elapsed))" }
    return """
      <div class="progress" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100" \
      aria-valuenow="\(percent)"><i style="width:\(FigureMarkup.length(share))"></i></div>
      <p class="progress-text"><b>\(percent) %</b> \(parts.filter { !$0.isEmpty }.joined(separator: " · "))</p>

      """
  }

  /// When the page was written; the script finds out from it whether the run is still alive.
  private var moment: Markup {
    let note: Markup =
      status == .running
      ? """
       <span id="alive">While the run goes on, this page is written at least every minute and loads itself again.</span>
      """ : ""
    return """
      <p class="moment">Updated <time id="updated" datetime="\(MomentText.machine(updated))">\
      \(MomentText.reader(updated))</time>.\(note)</p>

      """
  }

  func sections() -> [ReportSection] {
    let about = evaluation.isEmpty ? "" : "Validation \(evaluation). "
    return [
      ReportSection.findings(findings),
      ReportSection.charts(id: "training", heading: "Course", charts), lens(),
      ReportSection.classTable(classes, note: about), ReportSection.precisionRecall(curves),
      gallery(), omissions(), ReportSection.remarks(notes), ReportSection.reproduction(details),
    ].compactMap { $0 }
  }

  private func lens() -> ReportSection? {
    guard !lensAdvice.isEmpty || !lensCharts.isEmpty else { return nil }
    let sentences = lensAdvice.map { sentence -> Markup in "<p>\(sentence)</p>\n" }
    let advice: Markup =
      sentences.isEmpty ? "" : "<div class=\"advice\">\(sentences)</div>\n"
    let charts: Markup =
      lensCharts.isEmpty
      ? "" : "<div class=\"charts\">\(lensCharts.map(ChartMarkup.figure))</div>\n"
    return ReportSection(
      id: "lens",
      heading: "Imbalance",
      note:
        "Who carries the classification loss: the few anchors on objects, or the many on background.",
      "\(advice)\(charts)"
    )
  }

  private func gallery() -> ReportSection? {
    guard let pictures, !pictures.tiles.isEmpty else { return nil }
    var drawing = PictureGalleryMarkup()
    return ReportSection(
      id: "pictures",
      heading: pictures.heading,
      note: pictures.note,
      drawing.markup(pictures)
    )
  }

  private func omissions() -> ReportSection? {
    var lines = Array(leftOut.prefix(Self.mostLeftOut))
    if leftOut.count > lines.count { lines.append("and \(leftOut.count - lines.count) more") }
    return .list(
      id: "left-out",
      heading: "Left-out pictures",
      note: "\(leftOut.count) of the pictures could not be used; nothing was learned from them.",
      lines
    )
  }
}
