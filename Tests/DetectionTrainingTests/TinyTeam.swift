import DetectionTraining
import Foundation
import Synchronization
import Torch

@testable import TorchDistributed

/// Workers of a run on threads of this process, each with connections of its own.
enum TinyTeam {
  /// Runs `body` in each worker; without others where `count` is 1.
  ///
  /// - Returns: How each ended, in the order of their ranks.
  static func run<Output: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (any WorkerGroup, WorkerTeam?) throws -> Output
  ) throws -> [Result<Output, any Error>] {
    guard count > 1 else { return [Result { try body(SoleWorker(), nil) }] }
    let store = try SharedStore.overTCP(
      host: "127.0.0.1",
      port: 0,
      isServer: true,
      patience: .seconds(60)
    )
    let port = store.port
    let results = Mutex<[Int: Result<Output, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      let thread = Thread {
        let result = Result { try work(rank, of: count, port: port, body) }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    for _ in 0..<count { done.wait() }
    withExtendedLifetime(store) {}
    return results.withLock { all in (0..<count).compactMap { all[$0] } }
  }

  private static func work<Output>(
    _ rank: Int,
    of count: Int,
    port: UInt16,
    _ body: (any WorkerGroup, WorkerTeam?) throws -> Output
  ) throws -> Output {
    var patience = WorkerTeam.Patience()
    patience.rhythm.round = .milliseconds(100)
    patience.rhythm.patience = 600
    let placement = WorkerPlacement(
      rank: rank,
      count: count,
      localCount: count,
      host: "127.0.0.1",
      port: port,
      keeper: .launcher,
      attempt: "0"
    )
    let team = try WorkerTeam(placement, patience: patience)
    do {
      let output = try body(TrainingTeam(team, processors: 1), team)
      team.leave()
      return output
    } catch {
      team.tell("\(error)")
      throw error
    }
  }
}
