import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct OrderedPrefetcherTests {
  private struct Fault: Error, Equatable { var item: Int }

  @Test(arguments: [0, 1, 2, 5]) func `items come in order whatever the number of threads`(
    workers: Int
  ) throws {
    let prefetcher = OrderedPrefetcher(range: 3..<40, workers: workers, depth: 4, name: "test") {
      item in
      // Early items take longest, so that order is not an accident.
      Thread.sleep(forTimeInterval: item % 4 == 3 ? 0.002 : 0)
      return item * item
    }
    var items: [Int] = []
    while let item = try prefetcher.next() { items.append(item) }
    #expect(items == (3..<40).map { $0 * $0 })
    #expect(try prefetcher.next() == nil)
  }

  @Test func `an empty range is at its end`() throws {
    let prefetcher = OrderedPrefetcher(range: 5..<5, workers: 3, depth: 2, name: "test") { $0 }
    #expect(try prefetcher.next() == nil)
  }

  @Test(arguments: [0, 1, 3]) func `an error comes after the items before it, and again`(
    workers: Int
  ) throws {
    let prefetcher = OrderedPrefetcher(range: 0..<20, workers: workers, depth: 6, name: "test") {
      item in
      if item >= 4 { throw Fault(item: item) }
      Thread.sleep(forTimeInterval: 0.002)
      return item
    }
    for item in 0..<4 { #expect(try prefetcher.next() == item) }
    #expect(throws: Fault(item: 4)) { try prefetcher.next() }
    #expect(throws: Fault(item: 4)) { try prefetcher.next() }
  }

  @Test func `no more than depth items are made ahead`() throws {
    let made = Counter()
    let prefetcher = OrderedPrefetcher(range: 0..<100, workers: 4, depth: 3, name: "test") {
      item in
      made.increment()
      return item
    }
    while made.value < 3 { Thread.sleep(forTimeInterval: 0.001) }
    Thread.sleep(forTimeInterval: 0.02)
    #expect(made.value == 3)
    #expect(try prefetcher.next() == 0)
    while made.value < 4 { Thread.sleep(forTimeInterval: 0.001) }
    Thread.sleep(forTimeInterval: 0.02)
    #expect(made.value == 4)
  }

  @Test func `cancel waits for the threads and stops the consumer`() throws {
    let (started, ended) = (Counter(), Counter())
    let prefetcher = OrderedPrefetcher(range: 0..<100, workers: 2, depth: 2, name: "test") {
      item in
      started.increment()
      Thread.sleep(forTimeInterval: 0.01)
      ended.increment()
      return item
    }
    while started.value < 2 { Thread.sleep(forTimeInterval: 0.001) }
    prefetcher.cancel()
    #expect(started.value == ended.value)
    #expect(throws: CancellationError.self) { try prefetcher.next() }
    prefetcher.cancel()
  }

  @Test func `giving up the last reference waits for the threads`() {
    let (started, ended) = (Counter(), Counter())
    var prefetcher: OrderedPrefetcher<Int>? = OrderedPrefetcher(
      range: 0..<100,
      workers: 3,
      depth: 3,
      name: "test"
    ) { item in
      started.increment()
      Thread.sleep(forTimeInterval: 0.01)
      ended.increment()
      return item
    }
    while started.value < 3 { Thread.sleep(forTimeInterval: 0.001) }
    _ = prefetcher
    prefetcher = nil
    #expect(started.value == 3)
    #expect(ended.value == 3)
  }

  @Test func `cancel wakes a consumer that waits on another thread`() {
    let prefetcher = OrderedPrefetcher(range: 0..<2, workers: 1, depth: 1, name: "test") { item in
      Thread.sleep(forTimeInterval: 0.1)
      return item
    }
    let woken = DispatchSemaphore(value: 0)
    Thread {
      #expect(throws: CancellationError.self) { try prefetcher.next() }
      woken.signal()
    }.start()
    Thread.sleep(forTimeInterval: 0.02)
    prefetcher.cancel()
    woken.wait()
  }

  @Test func `waiting is measured`() throws {
    let prefetcher = OrderedPrefetcher(range: 0..<1, workers: 1, depth: 1, name: "test") { item in
      Thread.sleep(forTimeInterval: 0.03)
      return item
    }
    _ = try prefetcher.next()
    #expect(prefetcher.waited >= .milliseconds(15))
  }

  @Test(arguments: [0, 1, 63, 64, 65, 1000]) func `a parallel map keeps the order`(count: Int)
    throws
  {
    #expect(try inParallel(count: count, workers: 3) { $0 * 2 } == (0..<count).map { $0 * 2 })
  }
}

/// A number that several threads count.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func increment() {
    lock.lock()
    count += 1
    lock.unlock()
  }

  var value: Int {
    lock.lock()
    defer { lock.unlock() }
    return count
  }
}
