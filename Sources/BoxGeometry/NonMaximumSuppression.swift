/// Keeps of detections that overlap each other only the best.
public enum NonMaximumSuppression {
  /// The detections that survive greedy suppression.
  ///
  /// From the highest score down, a detection is kept unless its IoU with one kept before is above the
  /// threshold; an IoU equal to the threshold suppresses nothing.
  /// - Parameters:
  ///   - boxes: The detections, in any order. Those with a NaN for a score or a coordinate that is
  ///     not finite are never kept.
  ///   - iouThreshold: Greatest IoU of two kept detections, 0...1. Paper, section 4: 0.5.
  ///   - limit: Greatest number to keep, of all labels together, >= 0. COCO: 100 an image.
  ///   - classAgnostic: Whether detections of different labels suppress each other, too.
  /// - Returns: Indices into `boxes` by descending score; of equal scores the lower index first.
  /// - Complexity: O(n log n) for boxes scattered over a picture, O(n · kept) when they crowd.
  public static func indices(
    of boxes: [ScoredBox],
    iouThreshold: Float,
    limit: Int,
    classAgnostic: Bool = false
  ) -> [Int] {
    precondition(
      (0...1).contains(iouThreshold),
      "expected an IoU threshold in 0...1, found \(iouThreshold)"
    )
    precondition(limit >= 0, "expected a limit of 0 or more, found \(limit)")
    var kept: [Int] = []
    guard limit > 0 else { return kept }
    let order = indicesByDescendingScore(boxes)
    var grid = SuppressionGrid(boxes, order, iouThreshold: iouThreshold, limit: limit)
    for index in order {
      let candidate = boxes[index]
      let isSuppressed = grid.suppresses(candidate.box, label: classAgnostic ? 0 : candidate.label)
      if isSuppressed { continue }
      kept.append(index)
      if kept.count == limit { break }
      grid.insert(candidate.box, label: classAgnostic ? 0 : candidate.label)
    }
    return kept
  }

  /// Indices of the usable detections, best first, of equal scores the lower index first.
  private static func indicesByDescendingScore(_ boxes: [ScoredBox]) -> [Int] {
    precondition(boxes.count < UInt32.max, "\(boxes.count) detections are more than supported")
    var keys: [UInt64] = []
    keys.reserveCapacity(boxes.count)
    for (index, detection) in boxes.enumerated()
    where !detection.score.isNaN && detection.box.isFinite {
      // The bits of floats, negative ones inverted, sort as unsigned numbers; + 0 makes −0 equal 0.
      let bits = (detection.score + 0).bitPattern
      let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
      keys.append(UInt64(~ascending) << 32 | UInt64(index))
    }
    keys.sort()
    return keys.map { Int($0 & 0xffff_ffff) }
  }
}
