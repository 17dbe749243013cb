/// Something that was found before a run began: what it is, why it matters, what to do.
package struct TrainingFinding: Hashable, Sendable {
  /// How bad it is.
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    case error, warning, note
  }

  package var severity: Severity
  package var found, why, remedy: String
  /// Files and places in them; may be empty.
  package var places: [String]

  package init(
    _ severity: Severity,
    found: String,
    why: String,
    remedy: String,
    places: [String] = []
  ) {
    (self.severity, self.found, self.why, self.remedy) = (severity, found, why, remedy)
    self.places = places
  }
}

extension ReportSection {
  /// Errors and warnings in full, notes in a fold; `nil` without any.
  static func findings(_ findings: [TrainingFinding]) -> ReportSection? {
    guard !findings.isEmpty else { return nil }
    let notes = findings.filter { $0.severity == .note }
    let others = findings.filter { $0.severity != .note }
    let count = notes.count == 1 ? "1 note" : "\(notes.count) notes"
    let fold: Markup =
      notes.isEmpty
      ? "" : "<details><summary>\(count)</summary>\n\(list(notes))</details>\n"
    return ReportSection(
      id: "doctor",
      heading: "Before the run",
      note: "What the doctor found in data, recipe and machine, and what to do about it.",
      "\(others.isEmpty ? "" : list(others))\(fold)"
    )
  }

  private static func list(_ findings: [TrainingFinding]) -> Markup {
    let items = findings.map { finding -> Markup in
      let places: Markup =
        finding.places.isEmpty
        ? "" : "<p class=\"places\">\(finding.places.joined(separator: "; "))</p>"
      let severity = finding.severity.rawValue
      return """
        <li class="\(severity)"><p><span class="spoken">\(severity): </span><b>\(finding.found)</b>: \
        \(finding.why).</p>\(places)<p><i>What to do:</i> \(finding.remedy)</p></li>

        """
    }
    return "<ul class=\"findings\">\(items)</ul>\n"
  }
}
