package import Foundation

/// How a training goes, as one HTML file that needs nothing else and is written again and again.
///
/// Every part may be empty and is then left out. The page asks no network for anything; while the run goes on its script
/// loads it again. Equal values give equal bytes.
package struct TrainingReport: Hashable, Sendable {
  /// Where a run stands.
  package enum Status: Hashable, Sendable {
    /// A process trains; the page is written again.
    case running
    /// It was asked to stop; this goes on with it.
    case stopped(resume: String)
    case complete
    /// It ended by itself before its end.
    case failed(reason: String, resume: String)
    /// No process trains, and none said why it ended.
    case interrupted(resume: String)
  }

  /// How far it has come.
  package struct Progress: Hashable, Sendable {
    /// Steps taken, of how many.
    package var done, total: Int
    /// Such as `epoch 3 of 60`.
    package var text: String
    /// How long it has taken so far, in seconds.
    package var elapsed: Double
    /// Seconds to the end at the pace so far; `nil` where nothing is known of it.
    package var remaining: Double?

    package init(done: Int, total: Int, text: String, elapsed: Double, remaining: Double?) {
      (self.done, self.total, self.text) = (done, total, text)
      (self.elapsed, self.remaining) = (elapsed, remaining)
    }
  }

  package var title: String
  /// One sentence: what learns what from what.
  package var subject: String
  package var status: Status
  /// When this was written.
  package var updated: Date
  package var progress: Progress?
  package var figures: [RunReport.Figure]
  /// What the doctor found before the run, the worst first.
  package var findings: [TrainingFinding]
  package var charts: [LineChart]
  /// What the imbalance lens advises, in whole sentences, and what it saw.
  package var lensAdvice: [String]
  package var lensCharts: [LineChart]
  /// Which evaluation the classes, curves and pictures are of, such as `after epoch 3`.
  package var evaluation: String
  package var classes: [ClassFigures]
  package var curves: PrecisionCurves?
  package var pictures: PictureGallery?
  /// Pictures that could not be used, a line each.
  package var leftOut: [String]
  package var notes: [String]
  package var details: RunReport.Details

  package init(
    title: String,
    subject: String = "",
    status: Status,
    updated: Date,
    progress: Progress? = nil,
    figures: [RunReport.Figure] = [],
    findings: [TrainingFinding] = [],
    charts: [LineChart] = [],
    lensAdvice: [String] = [],
    lensCharts: [LineChart] = [],
    evaluation: String = "",
    classes: [ClassFigures] = [],
    curves: PrecisionCurves? = nil,
    pictures: PictureGallery? = nil,
    leftOut: [String] = [],
    notes: [String] = [],
    details: RunReport.Details = RunReport.Details()
  ) {
    (self.title, self.subject) = (title, subject)
    (self.status, self.updated, self.progress) = (status, updated, progress)
    (self.figures, self.findings, self.charts) = (figures, findings, charts)
    (self.lensAdvice, self.lensCharts) = (lensAdvice, lensCharts)
    (self.evaluation, self.classes, self.curves) = (evaluation, classes, curves)
    (self.pictures, self.leftOut) = (pictures, leftOut)
    (self.notes, self.details) = (notes, details)
  }

  /// The report as HTML that is also well-formed XML.
  ///
  /// - Returns: The file's text.
  package func html() -> String {
    let sections = sections()
    return ReportPage.html(
      title: "\(statusName): \(title)",
      style: ReportStyle.css + EvaluationStyle.css + TrainingStyle.css,
      body: "\(header(sections))\n<main>\n\(sections.map(\.markup))</main>",
      script: EvaluationScript.text + (status == .running ? TrainingScript.text : "")
    )
  }

  /// Writes the report; the file is there whole or not at all.
  ///
  /// - Parameter url: Where to; its folder must exist. An older report is replaced.
  /// - Throws: ``ReportError`` naming the file.
  package func write(to url: URL) throws(ReportError) {
    try ReportPage.write(html(), to: url)
  }
}
