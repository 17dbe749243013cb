import Foundation

/// How a program ends: a line on standard error, seldom some below it, and an exit status.
package enum CommandEnd {
  /// Does a job, and ends the program where it fails.
  ///
  /// - Parameter job: The job.
  package static func run(_ job: () throws -> Void) {
    do {
      try job()
    } catch let failure as CommandFailure {
      if !failure.message.isEmpty { Console.error(failure.message, details: failure.details) }
      exit(failure.status)
    } catch {
      Console.error(FileFailure.line(for: error) ?? "\(error)")
      exit(1)
    }
  }
}
