import Foundation

/// A number that only grows.
///
/// `@unchecked`: `value` is read and written under the lock.
package final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var value = 0

  /// The number.
  package var total: Int { lock.withLock { value } }

  /// Adds to it.
  ///
  /// - Parameter count: How much.
  package func add(_ count: Int = 1) { lock.withLock { value += count } }
}

/// How often values fell below each of some bounds.
///
/// `@unchecked`: everything below `lock` is read and written under it.
package final class Histogram: @unchecked Sendable {
  let bounds: [Double]
  private let lock = NSLock()
  private var counts: [Int]
  private var sum = 0.0

  /// An empty histogram.
  ///
  /// - Parameter bounds: Upper bounds, ascending; the bounds belong to their own buckets.
  package init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// Counts a time.
  ///
  /// - Parameter duration: The time.
  package func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

  /// Counts a number of things.
  ///
  /// - Parameter count: The number.
  package func observe(_ count: Int) { observe(Double(count)) }

  private func observe(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    lock.withLock {
      counts[bucket] += 1
      sum += value
    }
  }

  /// How many values fell at or below each bound, all of them, and their sum.
  var cumulative: (counts: [Int], total: Int, sum: Double) {
    lock.withLock {
      var total = 0
      let below = counts.map { count in
        total += count
        return total
      }
      return (Array(below.dropLast()), total, sum)
    }
  }
}

/// What a server counts while it runs.
///
/// `@unchecked`: `answers` is read and written under the lock.
package final class ServerMetrics: @unchecked Sendable {
  // From a cached health check to a large network's batch on a small machine.
  private static let times = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]

  let queueSeconds = Histogram(bounds: times)
  let decodeSeconds = Histogram(bounds: times)
  let inferenceSeconds = Histogram(bounds: times)
  let totalSeconds = Histogram(bounds: times)
  let batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  let pictures = Counter()
  let abandoned = Counter()
  let reloads = Counter()
  let failedReloads = Counter()
  private let lock = NSLock()
  private var answers: [Answer: Int] = [:]

  /// A kind of answer.
  struct Answer: Hashable {
    let route: String
    let status: Int
  }

  /// Zeros.
  package init() {}

  /// Counts an answer.
  ///
  /// - Parameters:
  ///   - route: The route, `other` for a path that is none: what clients make up would fill the memory.
  ///   - status: Its status.
  func count(_ route: String, status: Int) {
    lock.withLock { answers[Answer(route: route, status: status), default: 0] += 1 }
  }

  /// Answers by route and status, in order.
  var answerCounts: [(answer: Answer, count: Int)] {
    lock.withLock { answers }.sorted {
      ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
    }.map { ($0.key, $0.value) }
  }
}
