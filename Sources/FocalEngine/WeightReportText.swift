import CommandConsole
import WeightImport

/// What became of a file's tensors, for people.
enum WeightReportText {
  /// The most names in a line; with --json there are all.
  private static let limit = 4

  /// One line for each fate.
  static func lines(_ report: WeightReport) -> [String] {
    var lines = ["from \(report.file)\(place(report)): \(report.network)"]
    lines.append(
      "loaded \(counted(report.loaded.count)), "
        + "\(ProgressLine.decimals(Double(report.loadedElements) / 1e6, 1)) M weights"
    )
    for (reason, names) in grouped(report.skipped.map { ($0.reason, $0.name) }) {
      lines.append("skipped \(counted(names.count)) (\(reason)): \(listed(names))")
    }
    for tensor in report.mismatched {
      lines.append(
        "mismatched \(tensor.name): found \(tensor.found), expected \(tensor.expected); starts afresh"
      )
    }
    for (reason, names) in grouped(report.reinitialized.map { ($0.reason, $0.name) }) {
      lines.append("re-initialised \(counted(names.count)) (\(reason)): \(listed(names))")
    }
    if let classes = report.classes {
      for (word, names) in [
        ("kept", classes.kept), ("new", classes.new), ("left out", classes.dropped),
      ] where !names.isEmpty {
        lines.append("classes \(word), \(names.count): \(listed(names))")
      }
    }
    return lines
  }

  private static func place(_ report: WeightReport) -> String {
    guard let entry = report.entry else { return "" }
    let others = report.otherEntries.isEmpty ? "" : ", not \(listed(report.otherEntries))"
    return " (its \(entry)\(others))"
  }

  private static func counted(_ count: Int) -> String {
    "\(count) \(count == 1 ? "tensor" : "tensors")"
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(limit).joined(separator: ", ")
      + (names.count > limit ? " and \(names.count - limit) more" : "")
  }

  /// Names of equal reasons together, in the order of appearance.
  private static func grouped(
    _ entries: [(reason: String, name: String)]
  ) -> [(reason: String, names: [String])] {
    var groups: [(reason: String, names: [String])] = []
    for (reason, name) in entries {
      if let index = groups.firstIndex(where: { $0.reason == reason }) {
        groups[index].names.append(name)
      } else {
        groups.append((reason, [name]))
      }
    }
    return groups
  }
}
