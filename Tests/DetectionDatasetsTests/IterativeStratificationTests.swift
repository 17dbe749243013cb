import BoxGeometry
import Testing

@testable import DetectionDatasets

@Suite struct IterativeStratificationTests {
  private typealias Group = IterativeStratification.Group

  private func group(_ labels: Set<Int>, of count: Int, pictures: Int = 1) -> Group {
    let counts = (0..<count).map { labels.contains($0) ? pictures : 0 }
    return Group(pictures: pictures, picturesOfLabel: counts, boxesOfLabel: counts)
  }

  private func deal(_ groups: [Group], _ fractions: [Double], seed: UInt64 = 0) -> [Int] {
    var generator = SplitMix64(state: seed)
    return IterativeStratification.splits(of: groups, fractions: fractions, using: &generator)
  }

  @Test func `worked by hand: two classes, half and half`() {
    // Four pictures of class 0, two of class 1, two of both, two of none.
    let groups =
      Array(repeating: group([0], of: 2), count: 4)
      + Array(repeating: group([1], of: 2), count: 2)
      + Array(repeating: group([0, 1], of: 2), count: 2)
      + Array(repeating: group([], of: 2), count: 2)
    let splits = deal(groups, [0.5, 0.5])
    for range in [0..<4, 4..<6, 6..<8, 8..<10] {
      #expect(splits[range].count { $0 == 0 } == range.count / 2, "\(range): \(splits)")
    }
  }

  @Test func `nothing, one picture and one split are dealt`() {
    #expect(deal([], [0.8, 0.2]).isEmpty)
    #expect(deal([group([0], of: 1)], [0.8, 0.2]) == [0])
    #expect(deal([group([], of: 0), group([], of: 0)], [1]) == [0, 0])
  }

  @Test func `a class of three pictures is in each of three splits`() {
    let groups = (0..<100).map { group($0 < 3 ? [0, 1] : [0], of: 2) }
    for seed in 0..<20 as Range<UInt64> {
      let splits = deal(groups, [0.8, 0.1, 0.1], seed: seed)
      #expect(Set(splits[0..<3]) == [0, 1, 2])
      #expect([0, 1, 2].map { split in splits.count { $0 == split } } == [80, 10, 10])
    }
  }

  @Test(arguments: 0..<60) func `each class has nearly its share in each split`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let labels = 1 + generator.integer(below: 8)
    let count = 60 + generator.integer(below: 200)
    // Some classes are everywhere, some in a few pictures.
    let chances = (0..<labels).map { 1 / Double(1 + $0 * $0) }
    let groups = (0..<count).map { _ in
      let held = Set((0..<labels).filter { chances[$0] > generator.uniform() })
      var group = group(held, of: labels)
      group.boxesOfLabel = group.picturesOfLabel.map { $0 * (1 + generator.integer(below: 6)) }
      return group
    }
    let fractions = [[0.8, 0.2], [0.7, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25]][Int(seed % 3)]
    let splits = deal(groups, fractions, seed: seed)
    #expect(splits == deal(groups, fractions, seed: seed))
    #expect(splits.count == count && splits.allSatisfy(fractions.indices.contains))
    for (split, fraction) in fractions.enumerated() {
      let size = Double(splits.count { $0 == split })
      #expect(abs(size - fraction * Double(count)) <= 4, "split \(split)")
      for label in 0..<labels {
        let total = groups.reduce(0) { $0 + $1.picturesOfLabel[label] }
        let got = zip(groups, splits).reduce(0) {
          $0 + ($1.1 == split ? $1.0.picturesOfLabel[label] : 0)
        }
        #expect(abs(Double(got) - fraction * Double(total)) <= 4, "class \(label) in \(split)")
        if total >= 5 * fractions.count { #expect(got > 0) }
      }
    }
  }

  @Test func `groups stay whole and are weighed by their pictures`() {
    let groups = [50, 20, 10, 10, 5, 5].map { group([0], of: 1, pictures: $0) }
    let splits = deal(groups, [0.5, 0.5])
    let size = zip(groups, splits).reduce(0) { $0 + ($1.1 == 0 ? $1.0.pictures : 0) }
    #expect(size == 50)
  }
}
