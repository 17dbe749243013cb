/// One thing that will go wrong, or might: what was found, why it matters, what to do.
package struct DoctorFinding: Codable, Hashable, Sendable {
  /// How bad it is.
  package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
    /// Training on would be in vain; `focal train` does not start.
    case error
    /// It costs accuracy, time or the run, probably.
    case warning
    /// Good to know.
    case note
  }

  /// Which check it comes from.
  package var check: DoctorCheck
  package var severity: Severity
  /// What was found, with its numbers.
  package var found: String
  /// Why it matters.
  package var why: String
  /// What to do: a command, or a key of the recipe.
  package var remedy: String
  /// Where: files and places in them, classes, sizes; the first few.
  package var places: [String]

  package init(
    _ check: DoctorCheck,
    _ severity: Severity,
    _ found: String,
    why: String,
    remedy: String,
    places: [String] = []
  ) {
    (self.check, self.severity, self.found) = (check, severity, found)
    (self.why, self.remedy, self.places) = (why, remedy, places)
  }

  /// All of it in one line.
  package var line: String {
    let where_ = places.isEmpty ? "" : " (\(places.joined(separator: "; ")))"
    return "\(found)\(where_): \(why); \(remedy)"
  }
}

extension [DoctorFinding] {
  /// The worst first; of one severity in the order in which they were found.
  package var sortedBySeverity: [DoctorFinding] {
    DoctorFinding.Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
  }

  /// Whether one of them is an error.
  package var hasError: Bool { contains { $0.severity == .error } }
}
