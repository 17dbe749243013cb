import COCOFormat

/// A detection that counts, with what the evaluation needs of it time and again.
struct DetectionEntry: Sendable {
  var score: Double
  /// Where in the table the detection is.
  var source: Int32
  var image: Int32
  /// Which size ranges the detection is outside of, one bit a range.
  var outside: UInt32
  /// Its row in the matches; -1 if it overlaps no object.
  var row: Int32 = -1
}

/// The detections that count, grouped by category, then image, best first in each group.
///
/// The table is read front to back and its rows are dealt out to the categories: following an order through it instead
/// would miss the processor's page tables at almost every step.
struct DetectionColumns: Sendable {
  private(set) var entries: [DetectionEntry]
  /// Where the detections of each category end; they start where the ones before end.
  private(set) var categoryEnds: [Int]
  /// How many detections were given for each category.
  private(set) var given: [Int]

  /// Groups of the detections whose image and category count, no more than the limit in each group.
  ///
  /// A detection's area is its width times its height.
  init(
    _ detections: COCODetectionTable,
    index: EvaluationIndex,
    parameters: COCOEvaluationParameters
  ) {
    let places = index.places(imageIDs: detections.imageIDs, categoryIDs: detections.categoryIDs)
    (entries, given) = Self.dealt(detections, places, index, parameters)
    categoryEnds = []
    keepBest(limit: parameters.detectionLimits.last ?? 0)
  }

  /// The detections of one category.
  func range(of category: Int) -> Range<Int> {
    (category == 0 ? 0 : categoryEnds[category - 1])..<categoryEnds[category]
  }

  /// Which detections of a category are among the best of their image.
  ///
  /// - Parameters:
  ///   - limit: How many are.
  ///   - category: The category.
  /// - Returns: One value for each detection of the category.
  func isWithin(_ limit: Int, category: Int) -> [Bool] {
    var (rank, last) = (0, Int32(-1))
    return entries[range(of: category)].map { entry in
      rank = entry.image == last ? rank + 1 : 0
      last = entry.image
      return rank < limit
    }
  }

  /// Gives the detections their rows.
  mutating func withEntries<Result>(
    _ body: (UnsafeMutableBufferPointer<DetectionEntry>) -> Result
  ) -> Result {
    entries.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Deals the rows of the table out to their categories.
  private static func dealt(
    _ detections: COCODetectionTable,
    _ places: EvaluationIndex.Places,
    _ index: EvaluationIndex,
    _ parameters: COCOEvaluationParameters
  ) -> (entries: [DetectionEntry], counts: [Int]) {
    let sizes = SizeClasses(parameters.areaRanges)
    let (scores, boxes) = (detections.scores, detections.boxes)
    let (categoryOf, imageOf) = (places.categoryOf, places.imageOf)
    var counts = [Int](repeating: 0, count: index.cellCategories)
    var total = 0
    for (image, category) in zip(imageOf, categoryOf) where image >= 0 {
      counts[index.cellCategory(category)] += 1
      total += 1
    }
    var next = [Int](repeating: 0, count: counts.count)
    for category in counts.indices.dropFirst() {
      next[category] = next[category - 1] + counts[category - 1]
    }
    let entries = [DetectionEntry](unsafeUninitializedCapacity: total) { entries, used in
      func deal(_ position: Int) {
        guard imageOf[position] >= 0 else { return }
        let category = index.cellCategory(categoryOf[position])
        entries.initializeElement(
          at: next[category],
          to: DetectionEntry(
            score: scores[position],
            source: Int32(position),
            image: imageOf[position],
            outside: sizes.outside(boxes[position].area)
          )
        )
        next[category] += 1
      }
      if let order = places.order {
        for position in order { deal(Int(position)) }
      } else {
        for position in imageOf.indices { deal(position) }
      }
      used = total
    }
    return (entries, counts)
  }

  /// Sorts each group and cuts it off at the limit.
  private mutating func keepBest(limit: Int) {
    var (read, written) = (0, 0)
    for count in given {
      let end = read + count
      while read < end {
        var groupEnd = read + 1
        while groupEnd < end, entries[groupEnd].image == entries[read].image { groupEnd += 1 }
        if groupEnd - read > 1 { sort(read..<groupEnd) }
        for position in read..<read + min(groupEnd - read, limit) {
          if written < position { entries[written] = entries[position] }
          written += 1
        }
        read = groupEnd
      }
      categoryEnds.append(written)
    }
    entries.removeSubrange(written...)
  }

  /// Best first; of equal scores the one that came first.
  private mutating func sort(_ group: Range<Int>) {
    guard group.count > 16 else {
      for position in group.dropFirst() {
        let entry = entries[position]
        var place = position
        while place > group.lowerBound, entries[place - 1].score < entry.score {
          entries[place] = entries[place - 1]
          place -= 1
        }
        entries[place] = entry
      }
      return
    }
    let sorted = group.sorted { a, b in
      let (left, right) = (entries[a].score, entries[b].score)
      return left == right ? a < b : left > right
    }
    entries.replaceSubrange(group, with: sorted.map { entries[$0] })
  }
}
