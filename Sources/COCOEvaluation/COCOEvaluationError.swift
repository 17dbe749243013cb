/// Why detections could not be evaluated.
public struct COCOEvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of fault; cases may be added.
  @nonexhaustive
  public enum Code: String, Hashable, Sendable {
    /// A detection names an image that the ground truth does not have.
    case unknownImage
    /// A score or a number of a box is infinite or not a number.
    case notFinite
  }

  /// The kind of fault, for programs.
  public let code: Code
  /// Which detection, counted from 0.
  public let index: Int
  /// What was expected, what was found and what to do, for people.
  public let message: String

  /// One line: place, message.
  public var description: String { "detections[\(index)]: \(message)" }

  init(code: Code, index: Int, message: String) {
    self.code = code
    self.index = index
    self.message = message
  }
}
