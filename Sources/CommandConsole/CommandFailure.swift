/// Something that ends a command, with its exit status.
package struct CommandFailure: Error {
  /// One line; empty where there is nothing to say.
  package let message: String
  /// Lines below it, where one does not hold it all.
  package let details: [String]
  package let status: Int32

  /// An end with a message and an exit status.
  ///
  /// - Parameters:
  ///   - message: One line; empty where there is nothing to say.
  ///   - details: Lines below it.
  ///   - status: The exit status.
  package init(message: String, details: [String] = [], status: Int32) {
    self.message = message
    self.details = details
    self.status = status
  }

  /// All of it in one line.
  package var line: String {
    details.isEmpty
      ? message
      : "\(message)\(message.hasSuffix(":") ? "" : ";") \(details.joined(separator: "; "))"
  }

  /// A job that could not be done: exit status 1.
  package static func failed(_ message: String) -> CommandFailure {
    CommandFailure(message: message, status: 1)
  }
  /// The end of a job of which there is nothing more to say.
  package static func silent(status: Int32) -> CommandFailure {
    CommandFailure(message: "", status: status)
  }
  /// A command line that makes no sense: exit status 64.
  package static func usage(_ message: String) -> CommandFailure {
    CommandFailure(message: message, status: 64)
  }
}
