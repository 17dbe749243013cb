package import Foundation

/// What there is to say about a training or an evaluation, as one HTML file that needs nothing else.
///
/// Every part may be empty and is then left out. No script, no address outside the file; light or dark
/// as the reader's system is; equal values give equal bytes.
package struct RunReport: Sendable {
  /// A number at the head of the report.
  package struct Figure: Hashable, Sendable {
    package var label: String
    package var value: String
    /// What the number means, in a few words; may be empty.
    package var note: String

    package init(label: String, value: String, note: String = "") {
      self.label = label
      self.value = value
      self.note = note
    }

    /// An average precision, 0...1; -1 is shown as not available.
    package init(label: String, averagePrecision: Double, note: String = "") {
      self.init(label: label, value: NumberText.figure(averagePrecision), note: note)
    }

    /// A count.
    package init(label: String, count: Int, note: String = "") {
      self.init(label: label, value: NumberText.grouped(Double(count)), note: note)
    }
  }

  /// A name with its value, such as a version or a device.
  package struct Fact: Hashable, Sendable {
    package var name, value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }

    /// A time, shown with its date by the universal clock.
    package init(_ name: String, moment: Date) { self.init(name, MomentText.reader(moment)) }
  }

  /// What another person needs to do the same again.
  package struct Details: Hashable, Sendable {
    /// The exact command.
    package var command: String
    /// The whole configuration, as YAML or JSON.
    package var configuration: String
    package var environment: [Fact]

    package init(command: String = "", configuration: String = "", environment: [Fact] = []) {
      self.command = command
      self.configuration = configuration
      self.environment = environment
    }
  }

  package var title: String
  /// One sentence: what was done and what came of it.
  package var summary: String
  package var figures: [Figure]
  package var runs: [RunSummary]
  /// Losses and validation over the training.
  package var charts: [LineChart]
  package var classes: [ClassSummary]
  /// Precision over recall: ``LineChart/precisionRecall(title:note:curves:colors:)``.
  package var curves: [LineChart]
  package var gallery: Gallery?
  /// What a reader must know besides: samples left out, limits of the comparison.
  package var notes: [String]
  package var details: Details

  package init(
    title: String,
    summary: String = "",
    figures: [Figure] = [],
    runs: [RunSummary] = [],
    charts: [LineChart] = [],
    classes: [ClassSummary] = [],
    curves: [LineChart] = [],
    gallery: Gallery? = nil,
    notes: [String] = [],
    details: Details = Details()
  ) {
    self.title = title
    self.summary = summary
    self.figures = figures
    self.runs = runs
    self.charts = charts
    self.classes = classes
    self.curves = curves
    self.gallery = gallery
    self.notes = notes
    self.details = details
  }

  /// The report as HTML that is also well-formed XML.
  ///
  /// - Returns: The file's text.
  /// - Throws: ``ReportError`` naming a picture that cannot be drawn.
  package func html() throws(ReportError) -> String {
    let sections = try sections()
    return ReportPage.html(
      title: title,
      style: ReportStyle.css,
      body: "\(header(sections))\n<main>\n\(sections.map(\.markup))</main>"
    )
  }

  /// Writes the report; the file is there whole or not at all.
  ///
  /// - Parameter url: Where to; its folder must exist. An older report is replaced.
  /// - Throws: ``ReportError`` naming a picture that cannot be drawn, or the file.
  package func write(to url: URL) throws(ReportError) {
    try ReportPage.write(html(), to: url)
  }
}
