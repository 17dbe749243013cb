/// Weights that cannot be taken over.
package struct WeightImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of fault, for programs; cases may be added.
  package enum Code: Hashable, Sendable {
    /// The file is of another program's format.
    case foreignFile
    /// The tensors are another network's.
    case foreignNetwork
    /// The network is torchvision's, but not of a kind that is built here.
    case unsupportedNetwork
    /// There is no such dictionary of tensors in the file.
    case missingEntry
    /// Tensors are missing, unknown, or of a shape that the network does not have.
    case unfit
    /// A tensor holds what no network computes with.
    case unusableValues
    /// Names of categories and number of outputs do not go together.
    case unfitCategories
  }

  /// The kind of fault.
  package let code: Code
  /// The path of the file.
  package let file: String
  /// The tensor or dictionary at fault; empty when the fault is the whole file's.
  package let place: String
  /// What was found, what was expected, what to do; one line.
  package let message: String

  init(_ code: Code, file: String, place: String = "", _ message: String) {
    self.code = code
    self.file = file
    self.place = place
    self.message = message
  }

  /// One line: file, place, message.
  package var description: String {
    place.isEmpty ? "\(file): \(message)" : "\(file): \(place): \(message)"
  }
}

/// Text of a file as it may stand in a message: one line, short, without control characters.
func quoted(_ text: String) -> String {
  var result = "'"
  for scalar in text.unicodeScalars.prefix(80) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + (text.unicodeScalars.dropFirst(80).isEmpty ? "'" : "…'")
}

/// The first few of a list of names, and how many more there are.
func listed(_ names: [String], limit: Int = 3) -> String {
  let shown = names.prefix(limit).map(quoted).joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
