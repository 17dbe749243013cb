extension AnchorMatcher {
  /// The box index of every anchor, or ``AnchorTargets/background``, or ``AnchorTargets/ignored``.
  ///
  /// Exact, yet it looks at few of the R · M pairs: a pair whose IoU is certainly below the
  /// background threshold decides nothing, and ``AnchorBlocks`` rules those out 32 at a time.
  func assignments(
    of anchors: [BoundingBox],
    in blocks: AnchorBlocks,
    to boxes: [BoundingBox]
  ) -> [Int32] {
    let fault = self.fault
    precondition(
      fault == nil,
      "matcher: \(fault?.key.rawValue ?? ""): \(fault?.message ?? "")"
    )
    var result = [Int32](repeating: AnchorTargets.background, count: anchors.count)
    guard !boxes.isEmpty else { return result }
    var bestOfAnchor = [Float](repeating: 0, count: anchors.count)
    var bestOfBox = [Float](repeating: 0, count: boxes.count)
    for (index, box) in boxes.enumerated() {
      var best: Float = 0
      blocks.visit(box, anchors, atLeast: { backgroundThreshold }) { anchor, iou in
        if iou > bestOfAnchor[anchor] {
          bestOfAnchor[anchor] = iou
          result[anchor] = Int32(truncatingIfNeeded: index)
        }
        if iou > best { best = iou }
      }
      bestOfBox[index] = best
    }
    for anchor in result.indices where bestOfAnchor[anchor] < foregroundThreshold {
      result[anchor] =
        bestOfAnchor[anchor] < backgroundThreshold
        ? AnchorTargets.background : AnchorTargets.ignored
    }
    if lowQualityMatches != .never {
      promoteBestAnchors(of: anchors, in: blocks, boxes, bestOfBox, &result)
    }
    return result
  }

  /// Makes the best anchors of every box foreground, ties included.
  ///
  /// - Parameters:
  ///   - anchors: All anchors.
  ///   - blocks: The same in blocks.
  ///   - boxes: The boxes.
  ///   - bestOfBox: Greatest IoU of each box, right where it is at least the background threshold.
  ///   - result: The assignments so far.
  private func promoteBestAnchors(
    of anchors: [BoundingBox],
    in blocks: AnchorBlocks,
    _ boxes: [BoundingBox],
    _ bestOfBox: [Float],
    _ result: inout [Int32]
  ) {
    // Where the best is foreground already, so are its ties.
    for (index, box) in boxes.enumerated() where bestOfBox[index] < foregroundThreshold {
      var best = bestOfBox[index]
      if best < backgroundThreshold {
        if lowQualityMatches == .betweenThresholds { continue }
        blocks.visit(box, anchors, atLeast: { best }) { _, iou in
          if iou > best { best = iou }
        }
      }
      blocks.visit(box, anchors, atLeast: { best }) { anchor, iou in
        guard iou == best && result[anchor] < 0 else { return }
        result[anchor] = mostOverlapped(by: anchors[anchor], boxes)
      }
    }
  }

  /// The first of the boxes with the greatest IoU; one of them overlaps.
  ///
  /// The first search is no help: it left out pairs below the background threshold.
  private func mostOverlapped(by anchor: BoundingBox, _ boxes: [BoundingBox]) -> Int32 {
    var best: (iou: Float, index: Int) = (0, 0)
    for (index, box) in boxes.enumerated() {
      let iou = anchor.iou(with: box)
      if iou > best.iou { best = (iou, index) }
    }
    return Int32(truncatingIfNeeded: best.index)
  }
}
