/// How two lists of numbers differ where they differ most.
package struct Deviation: Hashable, Sendable {
  /// Position of the worst element.
  package var index: Int
  /// What was computed there.
  package var actual: Double
  /// What was to be computed there.
  package var expected: Double
  /// How many elements are out of tolerance.
  package var count: Int

  /// Makes a deviation of its parts.
  ///
  /// - Parameters:
  ///   - index: Position of the worst element.
  ///   - actual: What was computed there.
  ///   - expected: What was to be computed there.
  ///   - count: How many elements are out of tolerance.
  package init(index: Int, actual: Double, expected: Double, count: Int) {
    self.index = index
    self.actual = actual
    self.expected = expected
    self.count = count
  }

  /// Distance of the worst element; not a number if one side is not.
  package var magnitude: Double { abs(actual - expected) }

  /// Finds the worst of the elements that are out of tolerance.
  ///
  /// An element is within tolerance if |actual − expected| <= absolute + relative · |expected|.
  /// Equal infinities are within it; a NaN never is, on either side, and is worse than any number.
  /// - Parameters:
  ///   - actual: What was computed.
  ///   - expected: What was to be computed; as many numbers.
  ///   - absolute: Tolerance for every element.
  ///   - relative: Tolerance as a part of the expected magnitude.
  /// - Returns: nil if all elements are within tolerance.
  package static func worst<Actual, Expected>(
    _ actual: Actual,
    _ expected: Expected,
    absolute: Double,
    relative: Double = 0
  ) -> Deviation?
  where
    Actual: Sequence, Expected: Sequence,
    Actual.Element: BinaryFloatingPoint, Expected.Element: BinaryFloatingPoint
  {
    var worst: (deviation: Deviation, excess: Double)?
    var count = 0
    for (index, pair) in zip(actual, expected).enumerated() {
      let (found, wanted) = (Double(pair.0), Double(pair.1))
      let excess = Self.excess(found, wanted, absolute + relative * abs(wanted))
      guard excess > 0 else { continue }
      count += 1
      if excess > (worst?.excess ?? 0) {
        let deviation = Deviation(index: index, actual: found, expected: wanted, count: 0)
        worst = (deviation, excess)
      }
    }
    worst?.deviation.count = count
    return worst?.deviation
  }

  /// By how much two numbers are further apart than allowed; infinite if one is not a number.
  private static func excess(_ actual: Double, _ expected: Double, _ tolerance: Double) -> Double {
    if actual == expected { return 0 }
    let excess = abs(actual - expected) - tolerance
    // An infinite tolerance comes of an infinite expectation, which is met by equality alone.
    return excess.isNaN || expected.isInfinite ? .infinity : excess
  }
}
