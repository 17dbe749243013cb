import Dispatch
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// SIGHUP reads the model again; the first SIGTERM or Ctrl-C asks to stop, the second ends the process at once.
final class ServeSignals {
  private let sources: [any DispatchSourceSignal]

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - reload: Called at each SIGHUP.
  ///   - stop: Called once with the signal's name.
  init(reload: @escaping @Sendable () -> Void, stop: @escaping @Sendable (String) -> Void) {
    let queue = DispatchQueue(label: "signals")
    var sources: [any DispatchSourceSignal] = []
    let requests = Requests()
    for (number, name) in [(SIGHUP, "SIGHUP"), (SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
      // The default would end the process before the source hears of it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if number == SIGHUP { return reload() }
        requests.count += 1
        if requests.count > 1 { _exit(128 + number) }
        stop(name)
      }
      source.resume()
      sources.append(source)
    }
    self.sources = sources
    // A program that starts this one from a thread of its own may have left the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGHUP, SIGTERM, SIGINT] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Listens no more.
  func end() { for source in sources { source.cancel() } }

  /// How often a stop was asked for.
  ///
  /// `@unchecked`: touched on the queue of the signals alone.
  private final class Requests: @unchecked Sendable { var count = 0 }
}
