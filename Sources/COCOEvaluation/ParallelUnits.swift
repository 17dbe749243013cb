import Foundation

/// Units of work that do not depend on one another, done by several threads.
enum ParallelUnits {
  /// Does every unit once; which thread does which is not said.
  ///
  /// - Parameters:
  ///   - count: How many units there are.
  ///   - threads: How many threads take part.
  ///   - makeWorker: Makes what a thread keeps from unit to unit; called once by each thread.
  ///   - work: Does one unit.
  static func run<Worker>(
    _ count: Int,
    threads: Int,
    worker makeWorker: @Sendable () -> Worker,
    _ work: @Sendable (inout Worker, _ unit: Int) -> Void
  ) {
    let takers = max(1, min(threads, count))
    if takers == 1 {
      var worker = makeWorker()
      for unit in 0..<count { work(&worker, unit) }
      return
    }
    let tickets = Tickets()
    DispatchQueue.concurrentPerform(iterations: takers) { _ in
      var worker = makeWorker()
      while case let unit = tickets.take(), unit < count { work(&worker, unit) }
    }
  }

  /// Hands out 0, 1, 2 and so on, each once.
  private final class Tickets: @unchecked Sendable {
    // Sendable: `next` is touched under the lock alone.
    private let lock = NSLock()
    private var next = 0

    func take() -> Int {
      lock.lock()
      defer { lock.unlock() }
      next += 1
      return next - 1
    }
  }
}

/// Memory that several threads write, each unit to places of its own.
struct SharedPlaces<Element>: @unchecked Sendable {
  // Sendable: whoever hands it to units sees to it that no two of them touch one place.
  let places: UnsafeMutableBufferPointer<Element>

  subscript(index: Int) -> Element {
    get { places[index] }
    nonmutating set { places[index] = newValue }
  }
}
