import Foundation
import Torch

/// Watches over the workers of a job: each leaves a sign of life in their store, and looks for the others'.
///
/// Gloo hears of a process that was killed, but not of a cut network, and in neither case who it was. The signs
/// tell. Time is counted in rounds of this process's own threads, so that one that was stopped for a
/// while and goes on does not take the others for lost.
///
/// `@unchecked`: everything below `condition` is used under it.
package final class WorkerPulse: @unchecked Sendable {
  /// How often a sign is left, and after how many rounds without one a worker counts as lost.
  package struct Rhythm: Hashable, Sendable {
    package var round: Duration = .seconds(1)
    /// Half of the minute within which a job has to end, less what it takes to tell and to save.
    package var patience = 20

    package init() {}
  }

  private let store: SharedStore
  private let names: [String]
  private let rank: Int
  private let prefix: String
  private let rhythm: Rhythm
  private let onLoss: @Sendable (String) -> Void

  private let condition = NSCondition()
  private var rounds = 0
  private var threads = 2
  private var isOver = false
  private var loss: String?

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - store: A connection of its own.
  ///   - prefix: What the job's keys begin with.
  ///   - rank: This worker's place.
  ///   - names: How each worker is called: `worker 1 on host`.
  ///   - rhythm: How often, and how patient.
  ///   - onLoss: Called once, on a thread of its own, with the reason why the job cannot go on.
  init(
    store: SharedStore,
    prefix: String,
    rank: Int,
    names: [String],
    rhythm: Rhythm,
    onLoss: @escaping @Sendable (String) -> Void
  ) {
    (self.store, self.prefix, self.rank, self.names) = (store, prefix, rank, names)
    (self.rhythm, self.onLoss) = (rhythm, onLoss)
    start("focal pulse") { $0.beat() }
    start("focal watch") { $0.watch() }
  }

  private func start(_ name: String, _ body: @escaping @Sendable (WorkerPulse) -> Void) {
    let thread = Thread {
      body(self)
      self.left()
    }
    thread.name = name
    thread.start()
  }

  /// Why the job cannot go on; `nil` where nothing is known.
  package var knownLoss: String? { condition.withLock { loss } }

  /// Waits for the reason why the job cannot go on, as long as it may take to notice one twice over.
  package func awaitLoss() -> String? {
    let most = rhythm.round / .seconds(1) * Double(2 * rhythm.patience + 5)
    let deadline = Date(timeIntervalSinceNow: most)
    return condition.withLock {
      while loss == nil, !isOver, condition.wait(until: deadline) {}
      return loss
    }
  }

  /// Leaves off; returns when the threads have left, or hang in a connection that is dead.
  func stop() {
    condition.withLock {
      isOver = true
      condition.broadcast()
      let deadline = Date(timeIntervalSinceNow: 2)
      while threads > 0, condition.wait(until: deadline) {}
    }
  }

  private func left() {
    condition.withLock {
      threads -= 1
      condition.broadcast()
    }
  }

  /// Leaves signs of life, and reads the others'.
  private func beat() {
    var signs = [String](repeating: "", count: names.count)
    var silence = [Int](repeating: 0, count: names.count)
    let keys = names.indices.map { "\(prefix)pulse/\($0)" }
    var round = 0
    while rest() {
      round += 1
      do throws(TorchError) {
        try store.set(keys[rank], "\(round)")
        if try store.has(WorkerTeam.endKey(prefix)) {
          return lost(try store.value(WorkerTeam.endKey(prefix)))
        }
        // Before a worker's first sign there is no key to read, and a read would wait for it.
        for (other, key) in keys.enumerated() where other != rank {
          let isThere = try !signs[other].isEmpty ? true : store.has(key)
          let sign = try isThere ? store.value(key) : ""
          silence[other] = sign == signs[other] ? silence[other] + 1 : 0
          signs[other] = sign
        }
      } catch {
        return lost("the workers' meeting place is gone: \(error.message)")
      }
      condition.withLock { rounds = round }
      if let other = silence.firstIndex(where: { $0 > rhythm.patience }) {
        return lost("\(names[other]) no longer answers")
      }
    }
  }

  /// Notices where the other thread hangs: a store on a machine that cannot be reached answers nothing.
  private func watch() {
    var (known, silence) = (0, 0)
    while rest() {
      let rounds = condition.withLock { self.rounds }
      silence = rounds == known ? silence + 1 : 0
      known = rounds
      if silence > rhythm.patience {
        return lost("the workers' meeting place no longer answers")
      }
    }
  }

  /// Waits for the next round; false when it is over.
  private func rest() -> Bool {
    let deadline = Date(timeIntervalSinceNow: rhythm.round / .seconds(1))
    return condition.withLock {
      while !isOver, loss == nil, condition.wait(until: deadline) {}
      return !isOver && loss == nil
    }
  }

  private func lost(_ reason: String) {
    let isFirst = condition.withLock {
      guard !isOver, loss == nil else { return false }
      loss = reason
      condition.broadcast()
      return true
    }
    if isFirst { onLoss(reason) }
  }
}
