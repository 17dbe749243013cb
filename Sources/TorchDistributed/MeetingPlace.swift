import Foundation
import Torch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the workers of a job meet: a name or address that all of them know, and a port.
///
/// LibTorch tries a place for minutes without a word, and does not say in the end what was wrong with it. So the
/// place is tried here first, and whoever waits learns why: machines of a cluster start at different times, and the
/// name of one may be known only once it runs, so nothing that is wrong at first is wrong for good.
package struct MeetingPlace: Hashable, Sendable {
  /// A name, or an address.
  package let host: String
  package let port: UInt16

  package init(host: String, port: UInt16) {
    (self.host, self.port) = (host, port)
  }

  /// Told to whoever waits: what for, and for how long still.
  package typealias Notice = @Sendable (String) -> Void

  /// Opens the store there.
  ///
  /// - Parameters:
  ///   - isKeeper: Whether this process keeps it.
  ///   - patience: How long to try.
  ///   - notice: Told when it takes longer.
  /// - Returns: The store.
  /// - Throws: ``TeamError`` if the keeper cannot listen, or nobody answered in time.
  package func open(
    isKeeper: Bool,
    patience: WorkerTeam.Patience,
    notice: @escaping Notice
  ) throws(TeamError) -> SharedStore {
    do throws(TorchError) {
      guard isKeeper else {
        try awaitAnswer(patience, notice)
        return try store(at: host, isKeeper: false, patience)
      }
      // By the loopback interface: it listens at all of them, and is there whatever others call this machine.
      let kept = try store(at: "127.0.0.1", isKeeper: true, patience)
      if let fault = MeetingPlace(host: host, port: kept.port).fault(within: .seconds(2)) {
        notice(
          "listening at port \(kept.port), but '\(host)' does not lead here (\(fault)); the other machines reach "
            + "this one only if it does"
        )
      }
      return kept
    } catch {
      throw TeamError(
        "the workers' meeting place \(self) cannot be used: \(error.message); expected worker 0 there, and a port "
          + "that is free"
      )
    }
  }

  private func store(
    at host: String,
    isKeeper: Bool,
    _ patience: WorkerTeam.Patience
  ) throws(TorchError) -> SharedStore {
    try SharedStore.overTCP(
      host: host,
      port: port,
      isServer: isKeeper,
      patience: patience.arrival
    )
  }

  /// Returns when somebody listens there.
  private func awaitAnswer(
    _ patience: WorkerTeam.Patience,
    _ notice: Notice
  ) throws(TorchError) {
    var wait = PatientWait(patience)
    while let fault = fault(within: .seconds(5)) {
      if wait.isOver {
        throw TorchError(.disconnected, operation: "meet", shapes: [], message: fault)
      }
      wait.tell(notice) { "waiting for worker 0 at \(self): \(fault)" }
      wait.rest()
    }
  }

  /// What keeps this process from the place now.
  ///
  /// - Parameter limit: How long to wait for an answer of each of the host's addresses.
  /// - Returns: What is wrong; `nil` where somebody listens.
  func fault(within limit: Duration) -> String? {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_STREAM
    #else
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else { return String(cString: gai_strerror(status)) }
    defer { freeaddrinfo(list) }
    var (next, found) = (list, "it has no address")
    while let candidate = next?.pointee {
      guard let fault = Self.fault(of: candidate, within: limit) else { return nil }
      found = fault
      next = candidate.ai_next
    }
    return found
  }

  private static func fault(of address: addrinfo, within limit: Duration) -> String? {
    let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return nil }
    guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&waiting, 1, Int32(clamping: limit.milliseconds)) > 0 else { return "no answer" }
    var (failure, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length)
    return failure == 0 ? nil : String(cString: strerror(failure))
  }
}

extension MeetingPlace: CustomStringConvertible {
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A wait with an end, which is told when it takes long.
struct PatientWait {
  private let deadline: ContinuousClock.Instant
  private let pace: WorkerTeam.Patience
  private var nextNotice: ContinuousClock.Instant

  init(_ patience: WorkerTeam.Patience) {
    let now = ContinuousClock.now
    (pace, deadline, nextNotice) = (
      patience, now + patience.arrival, now + patience.firstNotice
    )
  }

  var isOver: Bool { ContinuousClock.now > deadline }

  /// Tells what is waited for, where it is time to.
  mutating func tell(_ notice: MeetingPlace.Notice, _ words: () -> String) {
    let now = ContinuousClock.now
    guard now > nextNotice else { return }
    nextNotice = now + pace.laterNotices
    notice("\(words()); giving up in \(max(1, (deadline - now).components.seconds)) s")
  }

  func rest() { Thread.sleep(forTimeInterval: 0.1) }
}
