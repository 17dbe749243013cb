/// What went wrong with a metrics log, and where.
package struct MetricsLogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure; cases may be added.
  package enum Code: Hashable, Sendable {
    /// The file could not be opened or read.
    case unreadable
    /// The file could not be created, written or cut.
    case unwritable
    /// A line is not one of this format.
    case malformed
  }

  /// The kind of failure.
  package let code: Code
  /// The path of the log.
  package let file: String
  /// The line, counted from 1; `nil` where the whole file is meant.
  package let line: Int?
  /// What was found, what was expected, what to do.
  package let message: String

  /// One line: file, line number, message.
  package var description: String {
    line.map { "\(file): line \($0): \(message)" } ?? "\(file): \(message)"
  }
}
