import Foundation

/// Units of work that do not depend on one another, done by several threads.
enum ParallelUnits {
  /// Does every unit once; which thread does which is not said.
  ///
  /// - Parameters:
  ///   - count: How many units there are.
  ///   - threads: How many threads take part.
  ///   - makeWorker: Called once by each thread: what it returns does that thread's units.
  static func run(
    _ count: Int,
    threads: Int,
    _ makeWorker: @Sendable () -> (_ unit: Int) -> Void
  ) {
    let takers = max(1, min(threads, count))
    if takers == 1 {
      let worker = makeWorker()
      for unit in 0..<count { worker(unit) }
      return
    }
    let tickets = Tickets()
    DispatchQueue.concurrentPerform(iterations: takers) { _ in
      let worker = makeWorker()
      while case let unit = tickets.take(), unit < count { worker(unit) }
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
