/// How often a network's values fall where, in bins of equal width.
///
/// Memory does not grow with what is counted. Zeros are counted apart: each grid holds 0 exactly.
package struct ValueHistogram: Hashable, Sendable {
  /// 16 times as many as a grid has values.
  private static let binCount = 4096

  /// From the first bin's lower end to the last one's upper end; holds 0.
  package let range: ClosedRange<Double>
  /// Values other than 0 in each bin.
  package private(set) var counts: [Int]
  /// Values that are 0.
  package private(set) var zeros = 0

  /// - Parameter range: Where the values lie; widened to hold 0. What is beyond counts in the outermost bins.
  package init(range: ClosedRange<Double>) {
    self.range = min(range.lowerBound, 0)...max(range.upperBound, 0)
    counts = Array(repeating: 0, count: Self.binCount)
  }

  /// Width of a bin.
  package var binWidth: Double { (range.upperBound - range.lowerBound) / Double(counts.count) }

  /// Counts values.
  ///
  /// - Parameter values: Finite.
  package mutating func add(_ values: UnsafeBufferPointer<Float>) {
    let low = Float(range.lowerBound)
    let width = Float(binWidth)
    let last = Float(counts.count - 1)
    guard width > 0 else {
      zeros += values.count
      return
    }
    var zeros = 0
    counts.withUnsafeMutableBufferPointer { counts in
      for value in values {
        if value == 0 {
          zeros += 1
          continue
        }
        let place = (value - low) / width
        // A NaN, which the caller should not have given, fails both comparisons.
        counts[place > 0 ? (place < last ? Int(place) : counts.count - 1) : 0] += 1
      }
    }
    self.zeros += zeros
  }
}
