import Dispatch

/// Stretches of memory, looked through by several threads.
enum ScanThreads {
  /// Logits of a stretch: some 4 MiB, so that handing it out costs nothing.
  static let stretch = 1 << 20

  /// Makes a result for each unit of work, on several threads.
  ///
  /// - Parameters:
  ///   - count: How many units there are.
  ///   - threads: How many threads take part, 1 or more.
  ///   - make: Makes the result of a unit; called by several threads at once.
  /// - Returns: A result a unit, in their order.
  static func map<Result>(
    _ count: Int,
    threads: Int,
    _ make: @Sendable (Int) -> Result
  ) -> [Result] {
    let takers = min(threads, count)
    guard takers > 1 else { return (0..<count).map(make) }
    return [Result](unsafeUninitializedCapacity: count) { results, initialized in
      // Each place is written by one thread alone, and read only after all have ended.
      nonisolated(unsafe) let places = results
      DispatchQueue.concurrentPerform(iterations: takers) { taker in
        for unit in stride(from: taker, to: count, by: takers) {
          places.initializeElement(at: unit, to: make(unit))
        }
      }
      initialized = count
    }
  }
}
