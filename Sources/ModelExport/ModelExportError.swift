/// A model that cannot be exported, or an exported file that cannot be used.
package struct ModelExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, or the field of the configuration, or the tensor.
  package let place: String
  /// What was found, what was expected, what to do; one line.
  package let message: String

  package init(place: String, message: String) {
    self.place = place
    self.message = message
  }

  /// One line for people.
  package var description: String { "\(place): \(message)" }
}
