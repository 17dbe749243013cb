import BoxGeometry
import Testing

@testable import DetectionServer

@Suite struct BatchQueueTests {
  private func queue(limit: Int = 3, wait: Duration = .milliseconds(5)) -> BatchQueue<String, Int> {
    BatchQueue(limit: limit, wait: wait)
  }

  private func ran(_ action: BatchQueue<String, Int>.Action) -> [Int]? {
    if case .run(let batch) = action { batch } else { nil }
  }

  @Test func `an empty queue has nothing to do`() {
    var queue = queue()
    if case .idle = queue.next(at: .zero) {} else { Issue.record("not idle") }
    if case .idle = queue.next(at: .zero, isLast: true) {} else { Issue.record("not idle") }
  }

  @Test func `a picture alone waits for its deadline and no longer`() {
    var queue = queue()
    queue.append(1, kind: "a", at: .milliseconds(10))
    guard case .wait(let deadline) = queue.next(at: .milliseconds(14)) else {
      Issue.record("did not wait")
      return
    }
    #expect(deadline == .milliseconds(15))
    #expect(queue.count == 1)
    #expect(ran(queue.next(at: .milliseconds(15))) == [1])
    #expect(queue.count == 0)
  }

  @Test func `a full batch waits for nothing, and takes no more than fit`() {
    var queue = queue()
    for number in 1...4 { queue.append(number, kind: "a", at: .zero) }
    #expect(ran(queue.next(at: .zero)) == [1, 2, 3])
    #expect(queue.count == 1)
  }

  @Test func `where no more come, nothing waits`() {
    var queue = queue()
    queue.append(1, kind: "a", at: .zero)
    #expect(ran(queue.next(at: .zero, isLast: true)) == [1])
  }

  @Test func `without a wait every picture goes at once`() {
    var queue = queue(wait: .zero)
    queue.append(1, kind: "a", at: .seconds(1))
    #expect(ran(queue.next(at: .seconds(1))) == [1])
  }

  /// b has waited longer than the third a, which fills a batch: b's turn is next all the same.
  @Test func `a rare kind is not passed over by a frequent one`() {
    var queue = queue(limit: 2)
    queue.append(1, kind: "a", at: .milliseconds(0))
    queue.append(2, kind: "b", at: .milliseconds(1))
    for number in 3...6 { queue.append(number, kind: "a", at: .milliseconds(2)) }
    #expect(ran(queue.next(at: .milliseconds(2))) == [1, 3])
    // The oldest decides, and may wait: but only until its own deadline.
    guard case .wait(let deadline) = queue.next(at: .milliseconds(3)) else {
      Issue.record("did not wait")
      return
    }
    #expect(deadline == .milliseconds(6))
    #expect(ran(queue.next(at: .milliseconds(6))) == [2])
    #expect(ran(queue.next(at: .milliseconds(6))) == [4, 5])
    #expect(ran(queue.next(at: .milliseconds(7))) == [6])
  }

  @Test func `what is taken out is not run`() {
    var queue = queue()
    for number in 1...3 { queue.append(number, kind: "a", at: .zero) }
    queue.removeAll { $0 == 2 }
    #expect(ran(queue.next(at: .seconds(1))) == [1, 3])
  }

  /// Whatever comes in whatever order, everything runs once, kinds apart, and a kind in its order.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func `every picture runs once, with its kind, in its order`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    var queue = BatchQueue<Int, (kind: Int, number: Int)>(limit: 3, wait: .milliseconds(2))
    var (now, sent, batches) = (Duration.zero, 0, [[(kind: Int, number: Int)]]())
    while sent < 60 || queue.count > 0 {
      if sent < 60, Bool.random(using: &generator) {
        let kind = Int.random(in: 0..<3, using: &generator)
        queue.append((kind, sent), kind: kind, at: now)
        sent += 1
      }
      now += .milliseconds(1)
      if case .run(let batch) = queue.next(at: now, isLast: sent == 60) { batches.append(batch) }
    }
    #expect(batches.allSatisfy { (1...3).contains($0.count) && Set($0.map(\.kind)).count == 1 })
    #expect(batches.flatMap { $0 }.map(\.number).sorted() == Array(0..<60))
    for kind in 0..<3 {
      let numbers = batches.flatMap { $0 }.filter { $0.kind == kind }.map(\.number)
      #expect(numbers == numbers.sorted())
    }
  }
}
