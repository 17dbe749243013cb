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

  package static func error(_ message: String) { write("focal: error: \(oneLine(message))\n") }

  package static func warning(_ message: String) { write("focal: warning: \(oneLine(message))\n") }

  /// Whatever a library writes over several lines, or a file name holds, is joined.
  package static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
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
