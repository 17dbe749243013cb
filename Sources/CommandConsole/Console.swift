import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard error: messages, warnings, progress.
///
/// Standard output is for figures alone.
package enum Console {
  /// Whether standard error is a terminal that can redraw a line.
  package static let isTerminal =
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// An error, and lines below it where one does not hold it all.
  package static func error(_ message: String, details: [String] = []) {
    write(block("focal: error: \(oneLine(message))", details))
  }

  /// A warning, and lines below it where one does not hold it all.
  package static func warning(_ message: String, details: [String] = []) {
    write(block("focal: warning: \(oneLine(message))", details))
  }

  private static func block(_ head: String, _ details: [String]) -> String {
    ([head] + details.map { "  \(oneLine($0))" }).map { "\($0)\n" }.joined()
  }

  /// A warning of a sentence or more: on a terminal, broken between words where the lines end.
  package static func longWarning(_ message: String) {
    let line = "focal: warning: \(oneLine(message))"
    write((isTerminal ? wrapped(line, columns: columns) : line) + "\n")
  }

  /// A line broken between words so that none is wider than the terminal; all but the first are indented.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - columns: The width; the last column stays free, as some terminals go to the next line behind it.
  ///   - indent: Spaces before every line but the first.
  /// - Returns: The lines. A word that is too long for a line, as a path may be, has one of its own and is left whole.
  package static func wrapped(_ line: String, columns: Int, indent: Int = 2) -> String {
    let width = columns - 1
    // There is no room for words beside an indentation.
    if width < indent + 20 { return line }
    var (lines, current) = ([String](), "")
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if !current.isEmpty, current.count + 1 + word.count > width {
        lines.append(current)
        current = String(repeating: " ", count: indent) + word
      } else {
        current += current.isEmpty ? String(word) : " \(word)"
      }
    }
    return (lines + [current]).joined(separator: "\n")
  }

  /// Whatever a library writes over several lines, or a file name holds, is joined.
  ///
  /// So is what would command a terminal: control characters and those that turn the direction of writing show as �.
  package static func oneLine(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    .joined(separator: " ")
    var shown = String.UnicodeScalarView()
    for scalar in line.unicodeScalars {
      switch scalar.value {
      case 0..<0x20 where scalar != "\t", 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
        shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  package static func note(_ message: String) { write(message + "\n") }

  /// Messages that cannot be written are lost, and the job goes on.
  package static func write(_ text: String) {
    _ = FileDescriptorOutput.write(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Columns of the terminal; 80 where it is not known.
  package static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
