import Foundation
import Synchronization
import Torch
import TorchDistributed

/// Workers of a test, each on a thread of its own, in one group over a store in a file.
enum Processes {
  /// Runs `body` once for each worker.
  ///
  /// - Returns: What they return, in the order of their ranks.
  static func run<Output: Sendable>(
    _ count: Int,
    limit: Duration = .seconds(60),
    _ body: @escaping @Sendable (ProcessGroup) throws -> Output
  ) throws -> [Output] {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-store-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try apart(count) { rank in
      try TorchRuntime.setThreads(1)
      let store = try SharedStore.inFile(file, workers: count, patience: limit)
      return try body(
        ProcessGroup(
          store: store,
          name: "test",
          rank: rank,
          count: count,
          route: .address("127.0.0.1"),
          limit: limit
        )
      )
    }
  }

  /// Runs `body` on threads of their own, and waits for them.
  static func apart<Output: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) throws -> Output
  ) throws -> [Output] {
    let results = Mutex<[Int: Result<Output, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      let thread = Thread {
        let result = Result { try body(rank) }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    for _ in 0..<count { done.wait() }
    let all = results.withLock { $0 }
    return try (0..<count).compactMap { try all[$0]?.get() }
  }
}
