import BoxGeometry
import Testing

struct DescendingOrderTests {
  private func sorted(_ values: [Float]) -> [Int] {
    var keys = values.indices.map { DescendingOrder.key(values[$0], at: $0) }
    DescendingOrder.sort(&keys)
    return keys.map(DescendingOrder.position)
  }

  @Test func `values descend, of equal ones the first comes first`() {
    #expect(sorted([0.5, -1, .infinity, 0.5, -.infinity, 2]) == [2, 5, 0, 3, 1, 4])
    #expect(sorted([-0.0, 0, -.leastNonzeroMagnitude, .leastNonzeroMagnitude]) == [3, 0, 1, 2])
    #expect(sorted([]) == [])
  }

  /// Below and above the length from which bytes are counted.
  @Test(arguments: [1, 95, 96, 97, 1000, 5000])
  func `a long list is sorted as a short one`(count: Int) {
    var generator = SplitMix64(state: UInt64(count))
    for spread in [3, 300, 1 << 30] {
      let values = (0..<count).map { _ in
        Float(generator.integer(below: spread)) - Float(spread / 2)
      }
      let expected = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
      #expect(sorted(values) == expected)
    }
    // One byte differs, or none.
    #expect(sorted([Float](repeating: 7, count: count)) == Array(0..<count))
  }
}
