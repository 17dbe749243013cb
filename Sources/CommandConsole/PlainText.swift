/// Names from files, made fit for one line of a table.
package enum PlainText {
  /// Control characters and line separators as escapes, so that a name can neither break a line nor steer a terminal.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        result += scalar.escaped(asASCII: true)
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Spaces behind a text that is shorter than the column; a longer one is left whole.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
