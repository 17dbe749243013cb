/// Pictures that show the same, found without holding every picture against every other.
///
/// Two pictures are nearly the same where the correlation of their thumbnails is at least
/// ``leastCorrelation`` and their hashes differ in at most ``mostBits`` bits. On blood cells, 364
/// pictures of which two show one spot, that pair has 0.98 and 4 bits, the next one 0.69; frames of
/// one film have 0.95 and more.
package struct NearDuplicates: Sendable {
  /// Two pictures that are nearly the same.
  package struct Pair: Hashable, Sendable {
    /// The pictures by number, the lower first.
    package var first: Int
    package var second: Int
    /// How alike they are, -1...1; 1 is the same up to brightness and contrast.
    package var correlation: Double
    /// What makes of the second picture the first.
    package var turn: PictureTurn
  }

  /// Least correlation of a pair.
  package static let leastCorrelation: Float = 0.95
  /// Most bits in which the hashes of a pair differ: 4 bands of 16 bits, of which one then differs
  /// in at most one bit.
  package static let mostBits = 7
  /// As many pairs are held for one picture with those before it in its own part, and as many with
  /// those of other parts: of a film every frame is like every other.
  private static let mostOfOne = 16

  /// The pairs, by the number of the first and then the second picture.
  package let pairs: [Pair]

  /// Looks for pairs.
  /// - Parameters:
  ///   - thumbnails: One for each picture; `nil` where there is none.
  ///   - parts: The number of the part, such as a split, that each picture belongs to.
  package init(_ thumbnails: [PictureThumbnail?], parts: [Int]) {
    precondition(thumbnails.count == parts.count, "one part for each picture")
    let hashes = thumbnails.map { $0?.hash ?? 0 }
    // Of one shade: nothing can be said.
    let isUsable = thumbnails.map { $0?.normalized != nil }
    let bands = (0..<4).map { Self.bucket(hashes, isUsable, band: $0) }
    var found: [Pair] = []
    // For which picture, and for which turn of it, another was paired or looked at last.
    var (paired, seen) = (
      [Int](repeating: -1, count: hashes.count), [Int](repeating: -1, count: hashes.count)
    )
    for index in thumbnails.indices where isUsable[index] {
      guard let thumbnail = thumbnails[index] else { continue }
      var counts = (same: 0, others: 0)
      // As it is first: a picture that is its own mirror image is told of as it is.
      for (number, hash) in thumbnail.turnedHashes.enumerated() {
        let turn = PictureTurn.allCases[number]
        let key = index * PictureTurn.allCases.count + number
        var own: [Float]?
        Self.visit(hash, in: bands, below: index) { other in
          let isSame = parts[other] == parts[index]
          guard paired[other] != index, seen[other] != key,
            (isSame ? counts.same : counts.others) < Self.mostOfOne
          else { return }
          seen[other] = key
          guard (hash ^ hashes[other]).nonzeroBitCount <= Self.mostBits,
            let theirs = thumbnails[other]?.normalized
          else { return }
          let ours = own ?? thumbnail.turned(turn).normalized ?? []
          own = ours
          let correlation = Self.product(ours, theirs)
          guard correlation >= Self.leastCorrelation else { return }
          paired[other] = index
          if isSame { counts.same += 1 } else { counts.others += 1 }
          found.append(
            Pair(
              first: other,
              second: index,
              correlation: Double(min(correlation, 1)),
              turn: turn
            )
          )
        }
      }
    }
    pairs = found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// The pictures of each value of 16 bits of the hash, ascending.
  private struct Band {
    var starts: [Int32]
    var pictures: [Int32]

    /// The first place in a range whose picture is not before the given one.
    func firstPlace(of index: Int, in range: Range<Int>) -> Int {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if pictures[middle] < Int32(index) { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  private static func bucket(_ hashes: [UInt64], _ isUsable: [Bool], band: Int) -> Band {
    var starts = [Int32](repeating: 0, count: (1 << 16) + 1)
    for index in hashes.indices where isUsable[index] { starts[key(hashes[index], band) + 1] += 1 }
    for value in 1..<starts.count { starts[value] += starts[value - 1] }
    var next = starts
    var pictures = [Int32](repeating: 0, count: Int(starts[1 << 16]))
    for index in hashes.indices where isUsable[index] {
      let value = key(hashes[index], band)
      pictures[Int(next[value])] = Int32(index)
      next[value] += 1
    }
    return Band(starts: starts, pictures: pictures)
  }

  private static func key(_ hash: UInt64, _ band: Int) -> Int {
    Int(truncatingIfNeeded: hash >> UInt64(16 * band)) & 0xFFFF
  }

  /// Calls a closure with every picture before one whose hash agrees in a band but for one bit.
  ///
  /// The nearest before it come first, so that of many alike those of one film are found.
  private static func visit(
    _ hash: UInt64,
    in bands: [Band],
    below index: Int,
    _ body: (Int) -> Void
  ) {
    for (number, band) in bands.enumerated() {
      let own = key(hash, number)
      for flip in -1..<16 {
        let value = flip < 0 ? own : own ^ (1 << flip)
        let range = Int(band.starts[value])..<Int(band.starts[value + 1])
        let end = band.firstPlace(of: index, in: range)
        for place in (max(range.lowerBound, end - mostInBucket)..<end).reversed() {
          body(Int(band.pictures[place]))
        }
      }
    }
  }

  /// As many pictures of a bucket are looked at for one picture: all, unless the data is one film.
  private static let mostInBucket = 2048

  private static func product(_ a: [Float], _ b: [Float]) -> Float {
    var sums = SIMD8<Float>()
    for start in stride(from: 0, to: min(a.count, b.count) - 7, by: 8) {
      for lane in 0..<8 { sums[lane] += a[start + lane] * b[start + lane] }
    }
    return sums.sum()
  }
}
