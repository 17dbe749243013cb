import BoxGeometry

/// The best logits of a stretch of a level, gathered in one pass.
struct LevelCandidates {
  struct Candidate {
    let logit: Float
    /// Place in the level.
    let index: Int
  }

  private(set) var found: [Candidate] = []
  private let limit: Int
  /// So many may be gathered before all but the best are forgotten.
  private let room: Int

  /// - Parameter limit: How many the level may have.
  init(limit: Int) {
    self.limit = limit
    room = limit > 1 << 20 ? .max : max(8 * limit, 1 << 14)
  }

  /// Looks through a stretch that comes after those before it.
  ///
  /// - Parameters:
  ///   - logits: The level's.
  ///   - range: Which of them.
  ///   - least: What a candidate has to reach.
  ///   - layout: Logits of an anchor, and how many of them are the background's, which come first.
  mutating func insert(
    _ logits: UnsafeBufferPointer<Float>,
    in range: Range<Int>,
    atLeast least: Float,
    layout: (logits: Int, background: Int)
  ) {
    guard limit > 0 else { return }
    let scan = LogitScan(logits: logits)
    var least = least
    var index = scan.next(from: range.lowerBound, to: range.upperBound, atLeast: least)
    while index < range.upperBound {
      if layout.background == 0 || index % layout.logits >= layout.background {
        found.append(Candidate(logit: logits[index], index: index))
        if found.count == room {
          keepBest()
          // What equals the last of them comes after it, and would not be taken.
          if let worst = found.map(\.logit).min() { least = max(least, worst.nextUp) }
        }
      }
      index = scan.next(from: index + 1, to: range.upperBound, atLeast: least)
    }
  }

  /// Adds those of the stretch after this one.
  mutating func append(_ next: LevelCandidates) { found += next.found }

  /// The candidates: by place where there is room for all, else the best by descending logit, of equal ones the first.
  consuming func best() -> [Candidate] {
    guard found.count > limit else { return found }
    return order().map { found[$0] }
  }

  private mutating func keepBest() {
    let kept = order().sorted()
    found = kept.map { found[$0] }
  }

  /// Where the best are, best first.
  private func order() -> [Int] {
    var keys = found.indices.map { DescendingOrder.key(found[$0].logit, at: $0) }
    DescendingOrder.sort(&keys)
    return keys.prefix(limit).map(DescendingOrder.position)
  }
}
