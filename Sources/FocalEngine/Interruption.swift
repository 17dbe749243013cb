import CommandConsole
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ctrl-C (and SIGTERM): the first asks the job to save and stop, the second ends the process at once.
enum Interruption {
  // Written by the signal handler, read by the training loop; a single word that only ever turns from 0 to the signal.
  nonisolated(unsafe) private static var requests: sig_atomic_t = 0

  // Set before the handler is.
  nonisolated(unsafe) private static var isSilent: sig_atomic_t = 0

  /// Begins to listen.
  ///
  /// - Parameter isQuiet: Does not acknowledge the first signal.
  static func listen(isQuiet: Bool) {
    isSilent = isQuiet ? 1 : 0
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.requests != 0 { _exit(128 + number) }
        Interruption.requests = sig_atomic_t(number)
        Interruption.say("\nfocal: stopping after this step; again to end at once\n")
      }
    }
    unblock()
  }

  /// Has the first signal end the process: for jobs that have nothing to save.
  ///
  /// - Parameter isQuiet: Ends it without a word.
  static func endAtOnce(isQuiet: Bool) {
    isSilent = isQuiet ? 1 : 0
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.say("\nfocal: stopped\n")
        _exit(128 + number)
      }
    }
    unblock()
  }

  private static func unblock() {
    // A program that starts this one from a thread of its own may have left the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// One line from within the signal handler, where only a bare write is allowed.
  private static func say(_ line: StaticString) {
    if isSilent != 0 { return }
    let code = errno
    _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    errno = code
  }

  /// Whether a stop was asked for.
  static var isRequested: Bool { requests != 0 }

  /// The exit status of a command that was stopped: 130 after Ctrl-C, as a shell has it.
  static var status: Int32 { 128 + (requests == 0 ? SIGINT : Int32(requests)) }

  /// The end of a stopped command, with what is left of its work.
  static func failure(_ rest: String) -> CommandFailure {
    CommandFailure(message: "stopped; \(rest)", status: status)
  }

  /// - Throws: ``CommandFailure`` where a stop was asked for.
  static func check() throws {
    if isRequested { throw CommandFailure(message: "stopped", status: status) }
  }
}
