/// Positions by descending value, sorted by their bits in linear time.
package enum DescendingOrder {
  /// Below that, comparing is faster than counting.
  private static let fewest = 96

  /// What sorts ascending where values descend and, of equal ones, positions ascend.
  ///
  /// - Parameters:
  ///   - value: Any number but NaN; −0 equals 0.
  ///   - position: Where it is.
  /// - Returns: The value's rank in the upper half, the position in the lower.
  @inline(__always)
  package static func key(_ value: Float, at position: Int) -> UInt64 {
    // The bits of floats, negative ones inverted, sort as unsigned numbers; + 0 makes −0 equal 0.
    let bits = (value + 0).bitPattern
    let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(~ascending) << 32 | UInt64(truncatingIfNeeded: position)
  }

  /// The position that a key was made of.
  @inline(__always)
  package static func position(of key: UInt64) -> Int { Int(key & 0xffff_ffff) }

  /// Sorts keys that come with their positions ascending.
  ///
  /// A byte at a time from the lowest, only those of the values: equal values stay as they came. A byte that all
  /// share is passed over.
  /// - Parameter keys: What ``key(_:at:)`` gave.
  package static func sort(_ keys: inout [UInt64]) {
    guard keys.count > fewest else { return keys.sort() }
    let digits = 4
    var other = [UInt64](repeating: 0, count: keys.count)
    var isSwapped = false
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: digits * 256) { counts in
      counts.initialize(repeating: 0)
      keys.withUnsafeMutableBufferPointer { keys in
        other.withUnsafeMutableBufferPointer { other in
          for key in keys {
            for digit in 0..<digits { counts[digit * 256 + value(key, digit)] &+= 1 }
          }
          var (from, to) = (keys, other)
          for digit in 0..<digits {
            let row = digit * 256
            if counts[row + value(from[0], digit)] == UInt32(from.count) { continue }
            var sum: UInt32 = 0
            for place in row..<row + 256 { (counts[place], sum) = (sum, sum &+ counts[place]) }
            for key in from {
              let place = row + value(key, digit)
              to[Int(counts[place])] = key
              counts[place] &+= 1
            }
            swap(&from, &to)
            isSwapped.toggle()
          }
        }
      }
    }
    if isSwapped { swap(&keys, &other) }
  }

  @inline(__always)
  private static func value(_ key: UInt64, _ digit: Int) -> Int {
    Int(truncatingIfNeeded: key >> UInt64(32 + 8 * digit)) & 255
  }
}
