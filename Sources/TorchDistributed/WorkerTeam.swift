import Foundation
package import Torch

/// The workers of a job, connected: two groups that do not wait for each other, and a watch over all.
package final class WorkerTeam {
  /// This worker's place, from 0.
  package let rank: Int
  package let count: Int
  /// How each worker is called: `worker 1 on host`.
  package let names: [String]
  /// For what workers tell each other, and batch norm.
  package let control: ProcessGroup
  /// For gradients, which are large.
  package let gradients: ProcessGroup

  private let store: SharedStore
  private let prefix: String
  private let pulse: WorkerPulse

  /// What a team waits for, and how long.
  package struct Patience: Hashable, Sendable {
    /// For all workers to come: a cluster's machines do not start alike.
    package var arrival: Duration = .seconds(300)
    /// After how long the wait for them is told, and how often again.
    package var firstNotice: Duration = .seconds(5)
    package var laterNotices: Duration = .seconds(30)
    /// For one exchange; a lost worker is noticed long before, by the pulse.
    package var exchange: Duration = .seconds(6 * 3600)
    package var rhythm = WorkerPulse.Rhythm()

    package init() {}
  }

  /// Meets the other workers; returns when all are there.
  ///
  /// - Parameters:
  ///   - placement: Which worker this is, and where they meet.
  ///   - interface: The network interface by which the others reach this worker; `nil`: the one that leads to the
  ///     meeting place.
  ///   - patience: How long to wait.
  ///   - notice: Told whom this worker waits for when it takes longer.
  /// - Throws: ``TeamError`` naming who did not come.
  package convenience init(
    _ placement: WorkerPlacement,
    interface: String? = nil,
    patience: Patience = Patience(),
    notice: @escaping MeetingPlace.Notice = { _ in }
  ) throws(TeamError) {
    let own = "worker \(placement.rank) on \(LocalAddress.hostName)"
    let store: SharedStore
    do {
      store = try MeetingPlace(host: placement.host, port: placement.port).open(
        isKeeper: placement.keeper == .firstWorker && placement.rank == 0,
        patience: patience,
        notice: notice
      )
    } catch {
      throw TeamError("\(own): \(error.message) (MASTER_ADDR, MASTER_PORT)")
    }
    try self.init(
      store: store,
      placement: placement,
      route: Self.route(placement, interface: interface, own: own),
      patience: patience,
      notice: notice
    )
  }

  private static func route(
    _ placement: WorkerPlacement,
    interface: String?,
    own: String
  ) throws(TeamError) -> ProcessGroup.Route {
    if let interface { return .interface(interface) }
    guard let address = LocalAddress.toward(placement.host, port: placement.port) else {
      return .hostname
    }
    if WorkerPlacement.isLoopback(address), placement.localCount < placement.count {
      throw TeamError(
        "\(own): '\(placement.host)' stands for \(address) here, by which other machines cannot reach it; set "
          + "MASTER_ADDR to an address of the network between them, or GLOO_SOCKET_IFNAME to its interface"
      )
    }
    return .address(address)
  }

  /// Meets the other workers in a store.
  ///
  /// - Parameters:
  ///   - store: The meeting place.
  ///   - placement: Which worker this is.
  ///   - route: How the others reach it.
  ///   - host: What its machine is called.
  ///   - patience: How long to wait.
  ///   - notice: Told whom this worker waits for when it takes longer.
  /// - Throws: ``TeamError`` naming who did not come.
  package init(
    store: SharedStore,
    placement: WorkerPlacement,
    route: ProcessGroup.Route,
    host: String = LocalAddress.hostName,
    patience: Patience = Patience(),
    notice: MeetingPlace.Notice = { _ in }
  ) throws(TeamError) {
    (rank, count, self.store) = (placement.rank, placement.count, store)
    let prefix = "focal/\(placement.attempt)/"
    self.prefix = prefix
    let own = "worker \(rank) on \(host)"
    do {
      try store.set("\(prefix)here/\(rank)", host)
      let hosts = try Self.hosts(store, prefix, count: count, own: own, patience, notice)
      names = hosts.enumerated().map { "worker \($0.offset) on \($0.element)" }
      func group(_ name: String) throws(TorchError) -> ProcessGroup {
        try ProcessGroup(
          store: store,
          name: prefix + name,
          rank: placement.rank,
          count: placement.count,
          route: route,
          limit: patience.exchange
        )
      }
      (control, gradients) = (try group("control"), try group("gradients"))
      let groups = [control, gradients]
      pulse = WorkerPulse(
        store: try store.connectedAgain(),
        prefix: prefix,
        rank: rank,
        names: names,
        rhythm: patience.rhythm
      ) { reason in
        for group in groups { group.abort(reason) }
      }
    } catch let error as TeamError {
      throw error
    } catch let error as TorchError {
      throw TeamError("\(own): the workers cannot be connected: \(error.message)")
    } catch {
      throw TeamError("\(own): the workers cannot be connected: \(error)")
    }
  }

  /// Waits until every worker is there.
  private static func hosts(
    _ store: SharedStore,
    _ prefix: String,
    count: Int,
    own: String,
    _ patience: Patience,
    _ notice: MeetingPlace.Notice
  ) throws -> [String] {
    var wait = PatientWait(patience)
    var missing = Array(0..<count)
    while true {
      missing = try missing.filter { try !store.has("\(prefix)here/\($0)") }
      if missing.isEmpty { break }
      if try store.has(endKey(prefix)) { throw TeamError(try store.value(endKey(prefix))) }
      if wait.isOver {
        throw TeamError(
          "\(own): found \(count - missing.count) of \(count) workers after \(patience.arrival), without "
            + "\(listed(missing)); start as many as WORLD_SIZE says, each with a rank of its own"
        )
      }
      wait.tell(notice) {
        "waiting for \(missing.count) of \(count) workers; not there yet: worker \(listed(missing))"
      }
      wait.rest()
    }
    return try (0..<count).map { try store.value("\(prefix)here/\($0)") }
  }

  private static func listed(_ ranks: [Int]) -> String {
    ranks.prefix(8).map(String.init).joined(separator: ", ")
      + (ranks.count > 8 ? " and \(ranks.count - 8) more" : "")
  }

  static func endKey(_ prefix: String) -> String { "\(prefix)end" }

  /// How this worker is called.
  package var name: String { names[rank] }

  /// Tells the workers of a job why it ends, for one of them that cannot.
  ///
  /// - Parameters:
  ///   - reason: With the worker's name.
  ///   - store: Where they meet.
  ///   - attempt: Their ``WorkerPlacement/attempt``.
  package static func tell(_ reason: String, in store: SharedStore, attempt: String) {
    try? store.setFirst(endKey("focal/\(attempt)/"), reason)
  }

  /// Why a job ended, with the name of the worker that it began with; `nil` where nobody told.
  ///
  /// - Parameters:
  ///   - store: Where its workers met.
  ///   - attempt: Their ``WorkerPlacement/attempt``.
  /// - Returns: The first reason that was told.
  /// - Throws: `TorchError` if the store is gone.
  package static func told(
    in store: SharedStore,
    attempt: String
  ) throws(TorchError) -> String? {
    let key = endKey("focal/\(attempt)/")
    return try store.has(key) ? store.value(key) : nil
  }

  /// Tells all others why this worker ends; they end too.
  ///
  /// The first reason of a job is the one that counts.
  package func tell(_ reason: String) {
    leaveWord("\(name): \(reason)")
  }

  /// Leaves word of a loss for whoever started the workers, where nobody has yet: the one that is lost cannot.
  ///
  /// - Parameter reason: The reason, with the name of the worker that it began with.
  package func pass(_ reason: String) { leaveWord(reason) }

  /// Writes why the job ends, where the store still answers: one behind a cut network keeps callers for minutes.
  private func leaveWord(_ words: String) {
    let (store, key, written) = (store, Self.endKey(prefix), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      // Where the store is gone there is nobody to tell.
      try? store.setFirst(key, words)
      written.signal()
    }
    _ = written.wait(timeout: .now() + 5)
  }

  /// Why the others are gone, which a failed exchange does not say.
  ///
  /// - Parameter error: What it failed with; `.disconnected`.
  /// - Returns: The reason, with the name of the worker that it began with.
  package func reason(of error: TorchError) -> String { pulse.awaitLoss() ?? error.message }

  /// Leaves the team in order; all workers do.
  package func leave() {
    // Nobody's threads look for signs of life any more when the first process ends.
    try? control.barrier()
    pulse.stop()
    try? control.barrier()
  }

  /// Seconds that this worker waited for others, so far.
  package var waitedSeconds: Double { control.waitedSeconds + gradients.waitedSeconds }
}

/// Workers that did not find each other.
package struct TeamError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, what was expected, what to do; one line.
  package let message: String

  init(_ message: String) { self.message = message }

  package var description: String { message }
}
