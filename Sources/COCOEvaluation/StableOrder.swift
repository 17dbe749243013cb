/// Sorting that keeps the order among equals, in linear time.
enum StableOrder {
  /// Sorts positions by a small whole number.
  ///
  /// - Parameters:
  ///   - order: Positions in the order so far.
  ///   - keys: The number of each position, in `0..<count`.
  ///   - count: One more than the largest number.
  /// - Returns: The positions by ascending number.
  static func sorted(_ order: [Int32], by keys: [Int32], count: Int) -> [Int32] {
    var next = [Int](repeating: 0, count: count + 1)
    for position in order { next[Int(keys[Int(position)]) + 1] += 1 }
    for key in 0..<count { next[key + 1] += next[key] }
    return [Int32](unsafeUninitializedCapacity: order.count) { sorted, used in
      for position in order {
        let key = Int(keys[Int(position)])
        sorted[next[key]] = position
        next[key] += 1
      }
      used = order.count
    }
  }

  /// Positions from the highest score to the lowest.
  ///
  /// - Parameters:
  ///   - range: The positions.
  ///   - detections: The detection at each position; no score is NaN.
  /// - Returns: The positions; of equal scores, 0 and -0 among them, the earlier comes first.
  static func descending(
    _ range: Range<Int>,
    _ detections: UnsafeBufferPointer<DetectionEntry>
  ) -> [Int32] {
    // Below that, comparing is faster than counting.
    guard range.count > 256 else {
      return range.map(Int32.init).sorted {
        let (a, b) = (detections[Int($0)].score, detections[Int($1)].score)
        return a == b ? $0 < $1 : a > b
      }
    }
    var entries = range.map { Entry(key: key(detections[$0].score), position: Int32($0)) }
    var other = entries
    // Eight digits of a byte each, the lowest first; a digit that all share is passed over.
    var counts = [Int](repeating: 0, count: 8 * 256)
    for entry in entries {
      for digit in 0..<8 { counts[digit * 256 + entry.digit(digit)] += 1 }
    }
    for digit in 0..<8 {
      let row = digit * 256
      if counts[row + entries[0].digit(digit)] == entries.count { continue }
      var sum = 0
      for value in row..<row + 256 { (counts[value], sum) = (sum, sum + counts[value]) }
      entries.withUnsafeBufferPointer { from in
        other.withUnsafeMutableBufferPointer { to in
          counts.withUnsafeMutableBufferPointer { next in
            for entry in from {
              let place = row + entry.digit(digit)
              to[next[place]] = entry
              next[place] += 1
            }
          }
        }
      }
      swap(&entries, &other)
    }
    return entries.map(\.position)
  }

  private struct Entry {
    var key: UInt64
    var position: Int32

    @inline(__always)
    func digit(_ digit: Int) -> Int { Int(truncatingIfNeeded: key >> UInt64(8 * digit)) & 255 }
  }

  /// A number that ascends as the score descends.
  private static func key(_ score: Double) -> UInt64 {
    // Adding 0 makes 0 of -0.
    let bits = (score + 0).bitPattern
    return bits >> 63 == 0 ? ~(bits | 1 << 63) : bits
  }
}
