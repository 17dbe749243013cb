import BoxGeometry
import Testing

@testable import COCOEvaluation

struct StableOrderTests {
  private func entries(_ scores: [Double]) -> [DetectionEntry] {
    scores.map { DetectionEntry(score: $0, source: 0, image: 0, outside: 0) }
  }

  private func descending(_ scores: [Double], _ range: Range<Int>? = nil) -> [Int32] {
    entries(scores).withUnsafeBufferPointer {
      StableOrder.descending(range ?? scores.indices, $0)
    }
  }

  @Test func `scores descend and ties keep their order`() {
    #expect(descending([0.5, 0.9, 0.5, -1, 0.9]) == [1, 4, 0, 2, 3])
    #expect(descending([0.5, 0.9, 0.5, -1, 0.9], 1..<4) == [1, 2, 3])
    #expect(descending([]).isEmpty)
  }

  @Test(arguments: [0, 1, 2, 255, 256, 257, 1000, 20_000], 0..<3 as Range<UInt64>)
  func `counting digits gives what comparing gives`(count: Int, seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let odd: [Double] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, 1, -1,
    ]
    let scores = (0..<count).map { _ in
      switch generator.next() % 4 {
      case 0: odd[Int(generator.next() % UInt64(odd.count))]
      case 1: Double(generator.next() % 16) / 16 - 0.5
      default: Double.random(in: -2...2, using: &generator)
      }
    }
    let wanted = scores.indices.sorted {
      scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
    }
    #expect(descending(scores).map(Int.init) == wanted)
  }

  @Test func `equal scores alone stay as they are`() {
    let scores = [Double](repeating: 0.25, count: 600)
    #expect(descending(scores) == scores.indices.map { Int32($0) })
  }

  @Test func `small keys sort stably`() {
    let keys: [Int32] = [2, 0, 1, 0, 2, 1]
    #expect(StableOrder.sorted([0, 1, 2, 3, 4, 5], by: keys, count: 3) == [1, 3, 2, 5, 0, 4])
    #expect(StableOrder.sorted([5, 3, 1], by: keys, count: 3) == [3, 1, 5])
  }
}
