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
  /// - Complexity: O(n) for boxes scattered over a picture, O(n · kept) when they crowd. Sorting the scores is a fifth to a
  ///   tenth of the time, holding each box against the kept ones near it the rest: `focal bench nms`.
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
    guard limit > 0 else { return [] }
    return boxes.withUnsafeBufferPointer { boxes in
      var candidates = SuppressionCandidates(boxes)
      let labels = classAgnostic ? LabelRanks.one : LabelRanks(boxes, candidates)
      DescendingOrder.sort(&candidates.keys)
      return kept(of: boxes, candidates, labels, iouThreshold: iouThreshold, limit: limit)
    }
  }

  private static func kept(
    of boxes: UnsafeBufferPointer<ScoredBox>,
    _ candidates: borrowing SuppressionCandidates,
    _ labels: LabelRanks,
    iouThreshold: Float,
    limit: Int
  ) -> [Int] {
    var kept: [Int] = []
    kept.reserveCapacity(min(candidates.keys.count, limit, 1024))
    var grid = SuppressionGrid(
      candidates.extent,
      labelCount: labels.count,
      iouThreshold: iouThreshold,
      limit: limit
    )
    // A block's boxes are fetched before they are looked at: fetching one by one would wait for memory each time.
    withUnsafeTemporaryAllocation(of: Fetched.self, capacity: Self.block) { block in
      for first in stride(from: 0, to: candidates.keys.count, by: Self.block) {
        let end = min(first + Self.block, candidates.keys.count)
        for place in first..<end {
          let index = DescendingOrder.position(of: candidates.keys[place])
          let fetched = Fetched(boxes[index], label: labels[boxes[index].label], index: index)
          block.initializeElement(at: place - first, to: fetched)
        }
        for place in 0..<end - first {
          let fetched = block[place]
          // A box without an area overlaps none.
          if fetched.box.area > 0 {
            if grid.suppresses(fetched.box, label: fetched.label) { continue }
            grid.insert(fetched.box, label: fetched.label)
          }
          kept.append(fetched.index)
          if kept.count == limit { return }
        }
      }
    }
    return kept
  }

  private static let block = 128

  private struct Fetched {
    let box: SuppressionTile.Candidate
    let label: Int
    let index: Int

    @inline(__always)
    init(_ detection: ScoredBox, label: Int, index: Int) {
      box = SuppressionTile.Candidate(corners: detection.box.corners, area: detection.box.area)
      (self.label, self.index) = (label, index)
    }
  }
}
