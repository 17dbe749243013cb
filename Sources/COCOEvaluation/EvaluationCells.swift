/// A category in an image: the boxes that can match one another.
struct EvaluationCell {
  /// Index of the category.
  var category: Int
  /// Positions in the columns of objects.
  var truths: Range<Int>
  /// Positions in the columns of detections, best first.
  var detections: Range<Int>
}

/// Positions grouped by cell: cell `key = category · images + image`, ascending.
struct CellRuns {
  /// The key of each cell that has a position at all.
  private(set) var keys: [Int] = []
  /// Where each cell's positions end; they start where the ones before end.
  private(set) var ends: [Int] = []

  /// Adds the next cell.
  mutating func append(key: Int, end: Int) {
    keys.append(key)
    ends.append(end)
  }

  /// The positions of one cell.
  func range(_ cell: Int) -> Range<Int> { (cell == 0 ? 0 : ends[cell - 1])..<ends[cell] }
}

extension EvaluationCell {
  /// Pairs the objects and the detections of each cell, in the order of their keys.
  ///
  /// - Parameters:
  ///   - truths: The cells with objects.
  ///   - detections: The cells with detections.
  ///   - imageCount: How many images there are; a key divided by it is the category.
  /// - Returns: Every cell that has an object or a detection.
  static func pairs(truths: CellRuns, detections: CellRuns, imageCount: Int) -> [EvaluationCell] {
    var cells: [EvaluationCell] = []
    cells.reserveCapacity(max(truths.keys.count, detections.keys.count))
    var (truth, detection) = (0, 0)
    while truth < truths.keys.count || detection < detections.keys.count {
      let truthKey = truth < truths.keys.count ? truths.keys[truth] : Int.max
      let detectionKey = detection < detections.keys.count ? detections.keys[detection] : Int.max
      let key = min(truthKey, detectionKey)
      cells.append(
        EvaluationCell(
          category: key / imageCount,
          truths: truthKey == key ? truths.range(truth) : 0..<0,
          detections: detectionKey == key ? detections.range(detection) : 0..<0
        )
      )
      if truthKey == key { truth += 1 }
      if detectionKey == key { detection += 1 }
    }
    return cells
  }
}

/// Sorts positions by a small whole number, keeping the order among equals.
///
/// - Parameters:
///   - order: Positions in the order so far.
///   - keys: The number of each position, in `0..<count`.
///   - count: One more than the largest number.
/// - Returns: The positions by ascending number.
func stablySorted(_ order: [Int32], by keys: [Int32], count: Int) -> [Int32] {
  var next = [Int](repeating: 0, count: count + 1)
  for position in order { next[Int(keys[Int(position)]) + 1] += 1 }
  for key in 0..<count { next[key + 1] += next[key] }
  var sorted = [Int32](repeating: 0, count: order.count)
  for position in order {
    let key = Int(keys[Int(position)])
    sorted[next[key]] = position
    next[key] += 1
  }
  return sorted
}
