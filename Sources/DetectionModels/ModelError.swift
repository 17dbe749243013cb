/// A model that cannot be built or read.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, or the part of the configuration.
  public let place: String
  /// What was found, what was expected, what to do.
  public let message: String

  package init(place: String, message: String) {
    self.place = place
    self.message = message
  }

  /// One line for people.
  public var description: String { "\(place): \(message)" }
}
