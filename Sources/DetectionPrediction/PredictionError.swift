/// What keeps detections from being made or written.
package struct PredictionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of it, for programs.
  @nonexhaustive package enum Code: String, Hashable, Sendable {
    /// A file cannot be written.
    case unwritableFile
    /// ffmpeg is absent.
    case noFFmpeg
    /// A video cannot be read, or not written.
    case video
  }

  /// The kind.
  package let code: Code
  /// The file.
  package let file: String
  /// What was found, what was expected and what to do about it.
  package let message: String

  /// - Parameters:
  ///   - code: The kind.
  ///   - file: The file.
  ///   - message: What was found, what was expected and what to do about it.
  package init(_ code: Code, file: String, message: String) {
    (self.code, self.file, self.message) = (code, file, message)
  }

  /// One line: the file, then the message.
  package var description: String { "\(file): \(message)" }
}
