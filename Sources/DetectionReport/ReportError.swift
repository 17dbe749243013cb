/// Why a report could not be made.
package struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure; cases may be added.
  package enum Code: Hashable, Sendable {
    case pictureNotDrawn
    case unwritable
  }

  package let code: Code
  /// The file concerned, if there is one.
  package let file: String?
  /// What was found, what was expected, what to do.
  package let message: String

  package var description: String { file.map { "\($0): \(message)" } ?? message }
}
