import CommandConsole

/// A table for people: the first column to the left, numbers to the right.
struct TextTable {
  let text: String

  /// - Parameters:
  ///   - head: The names of the columns.
  ///   - rows: As many cells each.
  init(_ head: [String], _ rows: [[String]]) {
    let all = [head] + rows
    let widths = head.indices.map { column in
      all.map { $0[column].count }.max() ?? 0
    }
    text = all.map { row in
      let cells = row.indices.map { column in
        column == 0
          ? PlainText.padded(row[column], to: min(widths[column], 40))
          : String(repeating: " ", count: max(0, widths[column] - row[column].count)) + row[column]
      }
      return cells.joined(separator: "   ") + "\n"
    }
    .joined()
  }
}
