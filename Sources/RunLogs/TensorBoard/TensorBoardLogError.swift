import FileErrors
import Foundation

/// What went wrong with TensorBoard's event files, and where.
package struct TensorBoardLogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path of the file or folder.
  package let file: String
  /// What was found, and what to do.
  package let message: String

  /// One line: file, message.
  package var description: String { "\(file): \(message)" }

  init(_ url: URL, _ error: any Error) {
    file = url.path
    message = "cannot write TensorBoard's events: \(FileReason(error))"
  }
}
