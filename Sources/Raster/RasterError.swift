/// Why a picture could not be read, written or resized.
package struct RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is, for code that decides by it.
  package enum Code: String, Hashable, Sendable {
    /// The file is missing, is no regular file, or cannot be opened or read.
    case unreadableFile
    /// The file could not be written.
    case unwritableFile
    /// The content is no picture, or of a format that is not read.
    case unsupportedFormat
    /// The content is a JPEG, PNG or WebP, but breaks its format or ends too early.
    case damaged
    /// The file or the picture that its header declares is larger than the limits allow.
    case limitExceeded
    /// The picture or a parameter does not fit the operation.
    case invalidArgument
    /// Memory ran out.
    case outOfMemory
  }

  /// The kind of failure.
  package let code: Code

  /// The file, or the name that the caller gave for bytes in memory.
  package let file: String

  /// What was found, what was expected and what to do about it.
  package let message: String

  /// Creates an error about `file`.
  package init(code: Code, file: String, message: String) {
    self.code = code
    self.file = file
    self.message = message
  }

  /// One line: the file, then the message.
  package var description: String { "\(file): \(message)" }
}
