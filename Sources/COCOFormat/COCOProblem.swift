/// A fault of one annotation or detection that the rest of the file can live with.
public struct COCOProblem: Hashable, Sendable, CustomStringConvertible {
  /// What is wrong; cases may be added.
  @nonexhaustive
  public enum Kind: String, Hashable, Sendable {
    /// The width or the height of a box is zero or negative.
    case emptyBox
    /// A box has no point in common with its image.
    case outsideImage
    /// A box reaches more than a pixel beyond its image.
    case reachesOutside
    /// A detection of an image that the ground truth does not have.
    case unknownImage
    /// A detection of a category that the ground truth does not have.
    case unknownCategory
  }

  /// The place inside the file, such as `annotations[12].bbox`.
  public let path: String
  /// The kind of fault, for programs.
  public let kind: Kind
  /// What was found and what became of it, for people.
  public let message: String
  /// Whether the annotation or detection was left out.
  public let isLeftOut: Bool

  /// A problem at one place.
  ///
  /// - Parameters:
  ///   - path: The place inside the file.
  ///   - kind: The kind of fault.
  ///   - message: What was found and what became of it.
  ///   - isLeftOut: Whether the annotation or detection was left out.
  public init(path: String, kind: Kind, message: String, isLeftOut: Bool) {
    self.path = path
    self.kind = kind
    self.message = message
    self.isLeftOut = isLeftOut
  }

  /// One line: place, message.
  public var description: String { "\(path): \(message)" }
}
