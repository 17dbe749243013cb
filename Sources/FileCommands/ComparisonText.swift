import COCOEvaluation
import CommandConsole

/// A comparison as a table for people.
struct ComparisonText {
  private let result: COCOComparisonResult
  private let first: String
  private let second: String
  private let perClass: Bool

  init(_ result: COCOComparisonResult, first: String, second: String, perClass: Bool) {
    self.result = result
    (self.first, self.second) = (first, second)
    self.perClass = perClass
  }

  var lines: [String] {
    let digits = ProgressLine.decimals(result.confidence * 100, 1)
    let percent = digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
    var lines = [
      "first:  \(PlainText.escaped(first))", "second: \(PlainText.escaped(second))",
      "\(result.images) pictures, \(result.resamples) resamples, seed \(result.seed)", "",
    ]
    let head = ["", "first", "second", "second - first", "\(percent) % interval", "better in"]
    lines += table([head] + result.figures.map { cells($0.name, $0) })
    if perClass {
      let rows = result.classes.map { cells(PlainText.escaped($0.name), $0.averagePrecision) }
      lines += ["", "AP of each class"] + table([head] + rows)
    }
    lines += ["", "* the interval leaves zero out"]
    return lines
  }

  private func cells(_ name: String, _ figure: COCODifference) -> [String] {
    func number(_ value: Double?, sign: Bool = false) -> String {
      guard let value else { return "n/a" }
      return (sign && value >= 0 ? "+" : "") + ProgressLine.decimals(value, 4)
    }
    let interval =
      figure.lower == nil
      ? "n/a" : "\(number(figure.lower, sign: true)) to \(number(figure.upper, sign: true))"
    return [
      name, number(figure.first < 0 ? nil : figure.first),
      number(figure.second < 0 ? nil : figure.second), number(figure.difference, sign: true),
      interval,
      figure.shareBetter.map { ProgressLine.decimals($0 * 100, 1) + " %" } ?? "n/a",
      figure.isSignificant ? "*" : "",
    ]
  }

  /// The first column begins on the left, the others end on the right.
  private func table(_ rows: [[String]]) -> [String] {
    let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = PlainText.padded(row[0], to: widths[0])
      for column in 1..<6 {
        line += "  " + String(repeating: " ", count: widths[column] - row[column].count)
        line += row[column]
      }
      return row.count > 6 && !row[6].isEmpty ? line + " " + row[6] : line
    }
  }
}
