/// One worker's part of every batch: neighbours in the order of the epoch.
///
/// Shares differ by a picture at most. One may be empty, where a batch has fewer pictures than there are workers.
package struct BatchShare: Hashable, Sendable {
  /// Whose share, from 0.
  package let rank: Int
  /// How many workers share.
  package let count: Int

  /// All pictures: a worker alone.
  package static let whole = BatchShare(rank: 0, count: 1)

  /// - Parameters:
  ///   - rank: Whose share, from 0.
  ///   - count: How many workers share.
  package init(rank: Int, count: Int) {
    precondition((0..<count).contains(rank), "a rank is below the number of workers")
    (self.rank, self.count) = (rank, count)
  }

  /// The share of a row of places.
  ///
  /// - Parameter places: All workers' places.
  /// - Returns: This worker's.
  package func of(_ places: Range<Int>) -> Range<Int> {
    let start = places.lowerBound
    return start + rank * places.count / count..<start + (rank + 1) * places.count / count
  }
}
