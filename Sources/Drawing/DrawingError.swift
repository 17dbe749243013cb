/// Why a drawing could not be made.
package struct DrawingError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The picture would have no pixel, or more than can be held.
    case impossibleSize
    /// Cairo failed: mostly memory.
    case rendererFailed
    /// A picture on the canvas could not be encoded.
    case pictureNotEncoded
  }

  package let code: Code
  /// What was found, what was expected, what to do.
  package let message: String

  package var description: String { message }
}
