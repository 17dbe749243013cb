/// Why a COCO file was refused: what is wrong, where, and what to do about it.
public struct COCOFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with a COCO file; cases may be added.
  @nonexhaustive
  public enum Code: String, Hashable, Sendable {
    /// The file could not be opened or read.
    case unreadable
    /// The text is not JSON.
    case notJSON
    /// A required member is absent.
    case missingField
    /// A value is of another type than the format says.
    case wrongType
    /// A value is of the right type and still impossible, such as a list of three box numbers.
    case invalidValue
    /// Two images, categories or annotations have the same id.
    case duplicateID
    /// An image id that no image has.
    case unknownImage
    /// A category id that no category has.
    case unknownCategory
    /// An image name that points out of the image folder.
    case unsafeFileName
    /// The file could not be written.
    case unwritable
  }

  /// The kind of fault, for programs.
  public let code: Code
  /// The file, as it was given; empty for text without a file.
  public let file: String
  /// The place inside the file, such as `annotations[12].bbox`; empty for the whole of it.
  public let path: String
  /// What was expected, what was found and what to do, for people.
  public let message: String

  /// An error at one place of one file.
  ///
  /// - Parameters:
  ///   - code: The kind of fault.
  ///   - file: The file's name; empty if there is none.
  ///   - path: The place inside, such as `annotations[12].bbox`; empty for the whole file.
  ///   - message: What was expected, what was found and what to do.
  public init(code: Code, file: String, path: String, message: String) {
    self.code = code
    self.file = file
    self.path = path
    self.message = message
  }

  /// One line: file, place, message.
  public var description: String {
    [file, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
