import Foundation

/// Makes the items of a range on threads of its own, ahead of a consumer who gets them in order.
///
/// Which thread makes an item has no influence on the item or on the order. At most `depth` items
/// are in the making or waiting, so memory is bounded however slow the consumer is. An error is
/// delivered in its place, after the items before it; then nothing more is made.
final class OrderedPrefetcher<Output: Sendable>: Sendable {
  private let state: State

  /// Starts the threads.
  /// - Parameters:
  ///   - range: The items to make.
  ///   - workers: Number of threads; 0 makes each item in `next()` on the caller's thread.
  ///   - depth: Most items in the making or waiting, >= 1.
  ///   - name: Name of the threads, for debuggers.
  ///   - produce: Makes one item; called once for each, on any thread.
  init(
    range: Range<Int>,
    workers: Int,
    depth: Int,
    name: String,
    produce: @escaping @Sendable (Int) throws -> Output
  ) {
    precondition(workers >= 0 && depth >= 1, "workers must be >= 0 and depth >= 1")
    state = State(range: range, depth: depth, produce: produce)
    let count = min(workers, depth, range.count)
    state.start(threads: count, name: name)
  }

  deinit { state.cancel() }

  /// The next item; waits for it.
  ///
  /// Meant for one consumer at a time.
  /// - Returns: The item, or `nil` after the last.
  /// - Throws: What the making of the item threw, now and at every later call; `CancellationError`
  ///   after ``cancel()``.
  func next() throws -> Output? { try state.next() }

  /// Ends the making and waits until the threads have left; later calls of `next()` throw.
  func cancel() { state.cancel() }

  /// How long `next()` has waited so far, all calls together.
  var waited: Duration { state.waitedSoFar }
}

extension OrderedPrefetcher {
  /// What the threads share.
  ///
  /// `@unchecked`: everything below `condition` is read and written under it.
  private final class State: @unchecked Sendable {
    private let produce: @Sendable (Int) throws -> Output
    private let depth: Int
    private let condition = NSCondition()
    private var nextClaimed: Int
    private var nextDelivered: Int
    private var end: Int
    private var finished: [Int: Result<Output, any Error>] = [:]
    private var failure: (any Error)?
    private var threads = 0
    private var isThreaded = false
    private var isCancelled = false
    private var waited = Duration.zero

    init(range: Range<Int>, depth: Int, produce: @escaping @Sendable (Int) throws -> Output) {
      self.produce = produce
      self.depth = depth
      nextClaimed = range.lowerBound
      nextDelivered = range.lowerBound
      end = range.upperBound
    }

    func start(threads count: Int, name: String) {
      condition.lock()
      threads = count
      isThreaded = count > 0
      condition.unlock()
      for number in 0..<count {
        let thread = Thread { self.work() }
        thread.name = "\(name) \(number)"
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
        let item = nextClaimed
        nextClaimed += 1
        condition.unlock()
        let result = Result { try produce(item) }
        condition.lock()
        finished[item] = result
        if case .failure = result { end = min(end, item + 1) }
        condition.broadcast()
      }
      threads -= 1
      condition.broadcast()
      condition.unlock()
    }

    func next() throws -> Output? {
      let start = ContinuousClock.now
      condition.lock()
      defer {
        waited += start.duration(to: .now)
        condition.unlock()
      }
      if let failure { throw failure }
      guard !isCancelled else { throw CancellationError() }
      guard nextDelivered < end else { return nil }
      let result = isThreaded ? awaitResult() : produceHere()
      guard let result else { throw CancellationError() }
      nextDelivered += 1
      condition.broadcast()
      if case .failure(let error) = result { failure = error }
      return try result.get()
    }

    /// Called with the lock held.
    private func awaitResult() -> Result<Output, any Error>? {
      while !isCancelled {
        if let result = finished.removeValue(forKey: nextDelivered) { return result }
        condition.wait()
      }
      return nil
    }

    /// Called with the lock held.
    private func produceHere() -> Result<Output, any Error> {
      let item = nextDelivered
      condition.unlock()
      defer { condition.lock() }
      return Result { try produce(item) }
    }

    func cancel() {
      condition.lock()
      isCancelled = true
      condition.broadcast()
      while threads > 0 { condition.wait() }
      finished = [:]
      condition.unlock()
    }

    var waitedSoFar: Duration {
      condition.lock()
      defer { condition.unlock() }
      return waited
    }
  }
}

/// The results of `body` for each index, made on `workers` threads, in order.
/// - Parameters:
///   - count: Number of items.
///   - workers: Number of threads.
///   - chunk: Items that a thread takes at once: large against the cost of handing them over, small
///     against the whole.
///   - body: Makes one item; called once for each, on any thread.
/// - Returns: The items in order.
/// - Throws: The error of the first index that fails.
package func inParallel<Output: Sendable>(
  count: Int,
  workers: Int,
  chunk: Int = 64,
  _ body: @escaping @Sendable (Int) throws -> Output
) throws -> [Output] {
  let prefetcher = OrderedPrefetcher<[Output]>(
    range: 0..<((count + chunk - 1) / chunk),
    workers: count > chunk ? workers : 0,
    depth: 4 * max(workers, 1),
    name: "focal reader"
  ) { index in
    try (index * chunk..<min((index + 1) * chunk, count)).map { try body($0) }
  }
  var all: [Output] = []
  all.reserveCapacity(count)
  while let items = try prefetcher.next() { all += items }
  return all
}
