package import Foundation

/// Everything about one evaluation, as one HTML file that needs nothing else.
///
/// Every part may be empty and is then left out. The page asks no network for anything; its script
/// only sorts, filters and chooses among what is there already, so that nothing is lost without it.
/// Light or dark as the reader's system is; equal values give equal bytes.
package struct EvaluationReport: Sendable {
  /// One figure of the protocol.
  package struct Figure: Hashable, Sendable {
    /// As the JSON names it, such as `AP50`.
    package var name: String
    /// 0...1; negative where the protocol defines none.
    package var value: Double
    /// What the figure is over, in a few words.
    package var meaning: String

    package init(_ name: String, _ value: Double, _ meaning: String) {
      self.name = name
      self.value = value
      self.meaning = meaning
    }
  }

  package var title: String
  /// One sentence: what was held against what.
  package var subject: String
  package var figures: [Figure]
  /// How many pictures, objects and detections there were, and what became of them.
  package var counts: [RunReport.Fact]
  /// The settings of the protocol that were used.
  package var settings: [RunReport.Fact]
  package var classes: [ClassFigures]
  package var sizes: [SizeFigures]
  package var curves: PrecisionCurves?
  package var errors: ErrorFigures?
  package var confusion: ConfusionFigures?
  package var scores: ScoreFigures?
  /// Of all their tiles no more than ``mostTiles`` are shown.
  package var galleries: [PictureGallery]
  /// What a reader must know besides.
  package var notes: [String]
  package var details: RunReport.Details

  package init(
    title: String,
    subject: String = "",
    figures: [Figure] = [],
    counts: [RunReport.Fact] = [],
    settings: [RunReport.Fact] = [],
    classes: [ClassFigures] = [],
    sizes: [SizeFigures] = [],
    curves: PrecisionCurves? = nil,
    errors: ErrorFigures? = nil,
    confusion: ConfusionFigures? = nil,
    scores: ScoreFigures? = nil,
    galleries: [PictureGallery] = [],
    notes: [String] = [],
    details: RunReport.Details = RunReport.Details()
  ) {
    self.title = title
    self.subject = subject
    self.figures = figures
    self.counts = counts
    self.settings = settings
    self.classes = classes
    self.sizes = sizes
    self.curves = curves
    self.errors = errors
    self.confusion = confusion
    self.scores = scores
    self.galleries = galleries
    self.notes = notes
    self.details = details
  }

  /// The most tiles of all galleries together.
  package static let mostTiles = 50

  /// The report as HTML that is also well-formed XML.
  ///
  /// - Returns: The file's text.
  package func html() -> String {
    let sections = sections()
    return ReportPage.html(
      title: title,
      style: ReportStyle.css + EvaluationStyle.css,
      body: "\(header(sections))\n<main>\n\(sections.map(\.markup))</main>",
      script: EvaluationScript.text
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
