package import Foundation

/// Everything found out about a dataset, as one HTML file that needs nothing else.
///
/// Every part may be empty and is then left out. What matters most stands first, in sentences.
package struct InspectionReport: Sendable {
  /// One number about the data.
  package struct Figure: Hashable, Sendable {
    package var name, value, about: String
    /// Whether somebody should look into it.
    package var isWarning: Bool

    package init(_ name: String, _ value: String, _ about: String = "", isWarning: Bool = false) {
      (self.name, self.value, self.about) = (name, value, about)
      self.isWarning = isWarning
    }
  }

  /// A class.
  package struct Class: Hashable, Sendable {
    package var name: String
    package var boxes, images: Int
    /// Its part of all boxes, 0...1.
    package var share: Double
    /// The weight that inverse frequency gives it; `nil` where it has no box.
    package var weight: Double?
    /// Median side in pixels; `nil` where it has no box.
    package var side: Double?

    package init(
      name: String,
      boxes: Int,
      images: Int,
      share: Double,
      weight: Double?,
      side: Double?
    ) {
      self.name = name
      self.boxes = boxes
      self.images = images
      self.share = share
      self.weight = weight
      self.side = side
    }
  }

  /// A part of the data.
  package struct Split: Hashable, Sendable {
    package var name: String
    package var images, boxes: Int

    package init(name: String, images: Int, boxes: Int) {
      (self.name, self.images, self.boxes) = (name, images, boxes)
    }
  }

  /// How many values lie between neighbouring edges.
  package struct Bins: Hashable, Sendable {
    package var title, note: String
    /// Ascending; one more than there are counts.
    package var edges: [Double]
    package var counts: [Int]
    /// What is counted: `boxes`.
    package var unit: String
    /// Whether a bin is a whole number and not a range.
    package var isWhole: Bool

    package init(
      title: String,
      note: String,
      edges: [Double],
      counts: [Int],
      unit: String,
      isWhole: Bool = false
    ) {
      self.title = title
      self.note = note
      self.edges = edges
      self.counts = counts
      self.unit = unit
      self.isWhole = isWhole
    }
  }

  /// Objects by the IoU with their best anchor.
  package struct Coverage: Hashable, Sendable {
    package var name: String
    package var objects: Int
    /// Parts of them below the background and the foreground threshold, 0...1.
    package var belowBackground, belowForeground: Double
    package var meanIoU: Double

    package init(
      name: String,
      objects: Int,
      belowBackground: Double,
      belowForeground: Double,
      meanIoU: Double
    ) {
      self.name = name
      self.objects = objects
      self.belowBackground = belowBackground
      self.belowForeground = belowForeground
      self.meanIoU = meanIoU
    }
  }

  /// What the anchors do.
  package struct Anchors: Hashable, Sendable {
    /// How they were held against the objects.
    package var note: String
    package var background, foreground: String
    /// All, by size and by class; a group without objects is left out.
    package var groups: [Group]
    /// Parts of the objects by level.
    package var levels: [Level]
    package var facts: [RunReport.Fact]

    package init(
      note: String,
      background: String,
      foreground: String,
      groups: [Group],
      levels: [Level],
      facts: [RunReport.Fact]
    ) {
      self.note = note
      self.background = background
      self.foreground = foreground
      self.groups = groups
      self.levels = levels
      self.facts = facts
    }

    /// Objects that have something in common.
    package struct Group: Hashable, Sendable {
      package var heading: String
      package var rows: [Coverage]

      package init(_ heading: String, _ rows: [Coverage]) {
        (self.heading, self.rows) = (heading, rows)
      }
    }

    /// A level of the pyramid.
    package struct Level: Hashable, Sendable {
      package var name: String
      /// Part of the objects whose best anchor stands there, 0...1.
      package var share: Double

      package init(_ name: String, _ share: Double) { (self.name, self.share) = (name, share) }
    }
  }

  /// Problems of one kind.
  package struct Problems: Hashable, Sendable {
    package var name: String
    /// How many there are in all.
    package var count: Int
    /// The first of them: where, and what.
    package var shown: [Entry]

    package init(name: String, count: Int, shown: [Entry]) {
      (self.name, self.count, self.shown) = (name, count, shown)
    }

    /// One of them.
    package struct Entry: Hashable, Sendable {
      package var place, message: String

      package init(place: String, message: String) {
        (self.place, self.message) = (place, message)
      }
    }
  }

  /// Two pictures that are nearly the same.
  package struct Pair: Hashable, Sendable {
    package var title, text: String
    package var sides: [Side]

    package init(title: String, text: String, sides: [Side]) {
      (self.title, self.text, self.sides) = (title, text, sides)
    }
  }

  /// One of them.
  package struct Side: Hashable, Sendable {
    package var split, name: String
    package var picture: EmbeddedPicture?

    package init(split: String, name: String, picture: EmbeddedPicture?) {
      (self.split, self.name, self.picture) = (split, name, picture)
    }
  }

  package var title: String
  package var subject: String
  /// What to know before anything else, the most important first.
  package var findings: [String] = []
  package var figures: [Figure] = []
  package var splits: [Split] = []
  package var classes: [Class] = []
  package var charts: [Bins] = []
  package var anchors: Anchors?
  package var problems: [Problems] = []
  package var leaks: [Pair] = []
  package var repeats: [Pair] = []
  package var galleries: [PictureGallery] = []
  package var facts: [RunReport.Fact] = []
  package var details = RunReport.Details()

  /// A page with nothing on it yet.
  package init(title: String, subject: String) {
    self.title = title
    self.subject = subject
  }

  /// The report as HTML that is also well-formed XML.
  ///
  /// - Returns: The file's text.
  package func html() -> String {
    let sections = sections()
    return ReportPage.html(
      title: title,
      style: ReportStyle.css + EvaluationStyle.css + InspectionStyle.css,
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
