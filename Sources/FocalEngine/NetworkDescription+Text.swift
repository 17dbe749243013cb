import CommandConsole
import Foundation

extension NetworkDescription {
  /// Tables for people, in 80 columns.
  var text: String {
    let trained =
      trainableStages == 5 ? "all parts trained" : "\(trainableStages) of 5 parts trained"
    let head = headNorm == "identity" ? "no norm" : "\(headNorm) norm"
    var lines = [
      PlainText.escaped(source),
      "  backbone  \(backbone), \(norm) norm, \(trained)",
      "  pyramid   \(pyramidChannels) channels, P6 from \(extraLevelInput.uppercased())",
      "  heads     \(headDepth) convolutions and the last, \(head)",
      "  anchors   \(anchorsPerCell) a cell, \(logitsPerAnchor) logits an anchor",
    ]
    for size in sizes {
      lines.append("")
      lines += size.table
    }
    lines += [
      "",
      "Outputs are channels x rows x columns of one picture; +4: on four more levels.",
      "A multiply-add is one product of a convolution's sums. Biases, norms, rectifiers",
      "and additions are not counted; a folded norm costs nothing.",
      "Besides parameters, the file holds \(Figure.grouped(buffers)) numbers of norms' state.",
    ]
    return lines.joined(separator: "\n")
  }
}

extension NetworkDescription.Size {
  /// One line a group or layer, under a heading.
  fileprivate var table: [String] {
    let cells = rows.map { row in
      [
        String(repeating: "  ", count: row.level - 1) + row.label,
        row.level == 1 ? "" : row.kind,
        row.level == 1 ? "" : Figure.shape(row.outputs),
        Figure.grouped(row.trainable),
        Figure.grouped(row.frozen),
        Figure.short(row.multiplyAdds),
      ]
    }
    let total = [
      "total", "", "",
      Figure.grouped(parts.reduce(0) { $0 + $1.trainable }),
      Figure.grouped(parts.reduce(0) { $0 + $1.frozen }),
      Figure.short(multiplyAdds),
    ]
    let heading = ["", "", "output", "trainable", "frozen", "mult-adds"]
    let table = [heading] + cells + [total]
    let widths = heading.indices.map { column in
      // Names of parts run into the empty cell beside them.
      table.enumerated().filter { column > 0 || $0.element[1] != "" }
        .map { $0.element[column].count }.max() ?? 0
    }
    let lines = table.map { cells in
      let name = PlainText.padded(
        PlainText.padded(cells[0], to: widths[0] + 1) + cells[1],
        to: widths[0] + 1 + widths[1]
      )
      let numbers = (2..<cells.count).map { column in
        String(repeating: " ", count: max(0, widths[column] - cells[column].count))
          + cells[column]
      }
      let line = ([name] + numbers).joined(separator: " ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return ["\(width) x \(height) pixels, \(Figure.grouped(anchors)) anchors"] + lines
  }
}

/// Numbers as they stand in a table.
private enum Figure {
  /// With commas between thousands.
  static func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// In four digits and a unit: `151.5 G`; nothing for 0.
  static func short(_ number: Int) -> String {
    if number == 0 { return "" }
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
    // What would round up to a thousand of a unit is one of the next.
    let value = Double(number)
    guard let (unit, name) = units.first(where: { value >= 0.99995 * $0.0 }) else {
      return "\(number)  "
    }
    let scaled = value / unit
    let digits = scaled < 9.9995 ? 3 : scaled < 99.995 ? 2 : scaled < 999.95 ? 1 : 0
    return String(format: "%.\(digits)f ", scaled) + name
  }

  /// The first of several outputs, and how many more there are.
  static func shape(_ outputs: [[Int]]) -> String {
    guard let first = outputs.first else { return "" }
    let text = first.map { "\($0)" }.joined(separator: "x")
    return outputs.count == 1 ? text + "   " : text + " +\(outputs.count - 1)"
  }
}
