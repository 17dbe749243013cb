/// Something that ends a command, with its exit status.
package struct CommandFailure: Error {
  /// One line; empty where there is nothing to say.
  package let message: String
  package let status: Int32

  /// An end with a message and an exit status.
  ///
  /// - Parameters:
  ///   - message: One line; empty where there is nothing to say.
  ///   - status: The exit status.
  package init(message: String, status: Int32) {
    self.message = message
    self.status = status
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
