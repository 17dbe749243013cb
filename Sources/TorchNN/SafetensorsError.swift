/// What is wrong with a safetensors file.
public struct SafetensorsError: Error, Hashable, Sendable {
  /// The kind of fault, for programs; cases may be added.
  @nonexhaustive
  public enum Code: Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file cannot be written.
    case unwritable
    /// The file ends before its header or its data do.
    case truncated
    /// The header is said to be longer than is allowed.
    case headerTooLarge
    /// The header is not the JSON that the format prescribes.
    case malformedHeader
    /// Two entries have one name.
    case duplicateName
    /// The dtype is not one that this package computes with.
    case unsupportedDType
    /// A shape, a range of bytes, or both together make no sense.
    case sizeMismatch
    /// Two entries share bytes.
    case overlap
    /// Bytes belong to no entry.
    case hole
    /// The file has no entry of that name.
    case missingEntry
    /// An element has bytes that its dtype does not allow.
    case invalidElement
  }

  /// The kind of fault.
  public let code: Code
  /// The path of the file.
  public let file: String
  /// The entry at fault; empty when the fault is the file's.
  public let entry: String
  /// What was found, what was expected, what to do; one line.
  public let message: String
}

extension SafetensorsError: CustomStringConvertible {
  /// One line: file, entry, message.
  public var description: String {
    entry.isEmpty ? "\(file): \(message)" : "\(file): entry '\(entry)': \(message)"
  }
}
