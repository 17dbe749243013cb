/// What went wrong with a metrics log.
package struct MetricsLogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure; cases may be added.
  package enum Code: Hashable, Sendable {
    /// The file could not be opened or read.
    case unreadable
    /// The file could not be created, written or cut.
    case unwritable
  }

  /// The kind of failure.
  package let code: Code
  /// The path of the log.
  package let file: String
  /// What was found, what was expected, what to do.
  package let message: String

  /// One line: file, message.
  package var description: String { "\(file): \(message)" }
}
