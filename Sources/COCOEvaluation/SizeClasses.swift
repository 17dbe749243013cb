/// Which size ranges an area lies outside of, one bit a range.
struct SizeClasses: Sendable {
  private let lower: [Double]
  private let upper: [Double]

  init(_ ranges: [COCOAreaRange]) {
    lower = ranges.map(\.bounds.lowerBound)
    upper = ranges.map(\.bounds.upperBound)
  }

  /// The bits of an area; all of them if it is not a number.
  func outside(_ area: Double) -> UInt32 {
    var bits: UInt32 = 0
    for range in lower.indices where !(area >= lower[range] && area <= upper[range]) {
      bits |= 1 << range
    }
    return bits
  }
}
