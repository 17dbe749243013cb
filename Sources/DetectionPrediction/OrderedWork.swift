import Foundation

/// Makes items on threads of its own, ahead of a consumer who gets them in order.
///
/// Which thread makes an item has no influence on the item or on the order. At most `depth` items are in the making or
/// waiting. The number of items need not be known: `nil` ends them.
package final class OrderedWork<Item: Sendable>: Sendable {
  private let state: OrderedWorkState<Item>

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: Items at most; `nil`: as many as there are.
  ///   - workers: Threads, at least 1; one thread makes the items strictly in order.
  ///   - depth: Most items in the making or waiting, at least 1.
  ///   - make: Makes one item, or gives `nil` where there are no more; called at most once for each index, on any thread.
  ///     The second argument tells whether the consumer waits for just this item.
  package init(
    count: Int? = nil,
    workers: Int,
    depth: Int,
    make: @escaping @Sendable (_ index: Int, _ isAwaited: () -> Bool) -> Item?
  ) {
    precondition(workers >= 1 && depth >= 1, "workers and depth must be >= 1")
    state = OrderedWorkState(end: count ?? .max, depth: depth, make: make)
    state.start(threads: min(workers, depth, count ?? .max))
  }

  deinit { state.cancel(waits: false) }

  /// The next item; waits for it.
  ///
  /// - Parameter wake: Called before waiting: somebody may have to be told that an item is awaited.
  /// - Returns: The item, or `nil` after the last.
  package func next(wake: () -> Void = {}) -> Item? { state.next(wake: wake) }

  /// Ends the making and waits until the threads have left.
  package func cancel() { state.cancel(waits: true) }
}

/// What the threads share.
///
/// `@unchecked`: everything below `condition` is read and written under it.
private final class OrderedWorkState<Item: Sendable>: @unchecked Sendable {
  private let make: @Sendable (Int, () -> Bool) -> Item?
  private let depth: Int
  private let condition = NSCondition()
  private var nextClaimed = 0
  private var nextDelivered = 0
  private var end: Int
  private var finished: [Int: Item] = [:]
  private var threads = 0
  private var isCancelled = false

  init(end: Int, depth: Int, make: @escaping @Sendable (Int, () -> Bool) -> Item?) {
    (self.end, self.depth, self.make) = (end, depth, make)
  }

  func start(threads count: Int) {
    condition.lock()
    threads = count
    condition.unlock()
    for number in 0..<count {
      let thread = Thread { self.work() }
      thread.name = "focal pictures \(number)"
      // Image codecs are modest; the default of other platforms is half a megabyte.
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  private func work() {
    condition.lock()
    while true {
      while !isCancelled, nextClaimed < end, nextClaimed >= nextDelivered + depth {
        condition.wait()
      }
      guard !isCancelled, nextClaimed < end else { break }
      let index = nextClaimed
      nextClaimed += 1
      condition.unlock()
      let item = make(index) { self.isAwaited(index) }
      condition.lock()
      if let item { finished[index] = item } else { end = min(end, index) }
      condition.broadcast()
    }
    threads -= 1
    condition.broadcast()
    condition.unlock()
  }

  private func isAwaited(_ index: Int) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    return isCancelled || index == nextDelivered
  }

  func next(wake: () -> Void) -> Item? {
    wake()
    condition.lock()
    defer { condition.unlock() }
    while !isCancelled, nextDelivered < end {
      if let item = finished.removeValue(forKey: nextDelivered) {
        nextDelivered += 1
        condition.broadcast()
        return item
      }
      condition.wait()
    }
    return nil
  }

  func cancel(waits: Bool) {
    condition.lock()
    isCancelled = true
    condition.broadcast()
    while waits, threads > 0 { condition.wait() }
    let rest = finished
    finished = [:]
    condition.unlock()
    // What items give back where they end may take other locks, so they end here.
    withExtendedLifetime(rest) {}
  }
}
