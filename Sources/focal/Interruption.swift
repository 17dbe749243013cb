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
  // Written by the signal handler, read by the training loop; a single word that only ever turns from 0 to 1.
  nonisolated(unsafe) private static var requests: sig_atomic_t = 0

  /// Begins to listen.
  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.requests != 0 { _exit(128 + number) }
        Interruption.requests = 1
      }
    }
    // A program that starts this one from a thread of its own may have left the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a stop was asked for.
  static var isRequested: Bool { requests != 0 }
}
