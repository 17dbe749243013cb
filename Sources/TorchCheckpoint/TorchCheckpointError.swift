/// What is wrong with a PyTorch checkpoint.
package struct TorchCheckpointError: Error, Hashable, Sendable {
  /// The kind of fault, for programs; cases may be added.
  package enum Code: Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file is no checkpoint of PyTorch.
    case notACheckpoint
    /// A form of checkpoint that is not read: compressed, encrypted, TorchScript, a tar file.
    case unsupportedForm
    /// The file ends before something in it does.
    case truncated
    /// The zip archive contradicts itself.
    case malformedArchive
    /// The pickle is not one that Python would write.
    case malformedPickle
    /// The pickle has an instruction that no checkpoint of tensors needs.
    case unsupportedOpcode
    /// The pickle names a class or a function that is not among the few harmless ones.
    case forbiddenGlobal
    /// The elements of a storage are of a type that is not read.
    case unsupportedDType
    /// A shape, strides, an offset or a storage, or several of them together, make no sense.
    case sizeMismatch
    /// A storage has no bytes in the file.
    case missingStorage
    /// Two things have one name.
    case duplicateName
    /// A container contains itself.
    case cycle
    /// The file asks for more than the limits allow.
    case limitExceeded
    /// The checkpoint has no entry of that name, or one of another kind.
    case missingEntry
    /// An element has bytes or a value that its type does not allow.
    case invalidElement
  }

  /// The kind of fault.
  package let code: Code
  /// The path of the file.
  package let file: String
  /// The byte, record or entry at fault; empty when the fault is the whole file's.
  package let place: String
  /// What was found, what was expected, what to do; one line.
  package let message: String
}

extension TorchCheckpointError: CustomStringConvertible {
  /// One line: file, place, message.
  package var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file): \(place): \(message)"
  }
}

/// Text of a file as it may stand in a message: one line, short, without control characters.
func quoted(_ text: String) -> String {
  var result = "'"
  for scalar in text.unicodeScalars.prefix(100) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + (text.unicodeScalars.dropFirst(100).isEmpty ? "'" : "…'")
}
