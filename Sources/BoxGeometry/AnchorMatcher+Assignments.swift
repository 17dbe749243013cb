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
    guard !boxes.isEmpty else {
      return [Int32](repeating: AnchorTargets.background, count: anchors.count)
    }
    var search = BestOverlaps(anchorCount: anchors.count, boxCount: boxes.count)
    // Without low-quality matches nothing below this is asked for; with them, a box's own best is.
    for (index, box) in boxes.enumerated() {
      var bestOfBox: Float = 0
      blocks.visit(
        box,
        anchors,
        atLeast: {
          lowQualityMatches == .always
            ? min(backgroundThreshold, bestOfBox) : backgroundThreshold
        }
      ) { anchor, iou in
        if iou > search.ofAnchor[anchor] {
          search.ofAnchor[anchor] = iou
          search.boxOfAnchor[anchor] = Int32(truncatingIfNeeded: index)
        }
        if iou > bestOfBox { bestOfBox = iou }
      }
      search.ofBox[index] = bestOfBox
    }
    var result = search.boxOfAnchor
    for anchor in result.indices where search.ofAnchor[anchor] < foregroundThreshold {
      result[anchor] =
        search.ofAnchor[anchor] < backgroundThreshold
        ? AnchorTargets.background : AnchorTargets.ignored
    }
    if lowQualityMatches != .never {
      promoteBestAnchors(of: anchors, in: blocks, boxes, search, &result)
    }
    return result
  }

  /// Makes the best anchors of every box foreground, ties included.
  private func promoteBestAnchors(
    of anchors: [BoundingBox],
    in blocks: AnchorBlocks,
    _ boxes: [BoundingBox],
    _ search: BestOverlaps,
    _ result: inout [Int32]
  ) {
    for (index, box) in boxes.enumerated() where search.ofBox[index] > 0 {
      let best = search.ofBox[index]
      if lowQualityMatches == .betweenThresholds && best < backgroundThreshold { continue }
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

/// The greatest IoU met so far, by anchor and by box.
private struct BestOverlaps {
  var ofAnchor: [Float]
  var boxOfAnchor: [Int32]
  var ofBox: [Float]

  init(anchorCount: Int, boxCount: Int) {
    ofAnchor = [Float](repeating: 0, count: anchorCount)
    boxOfAnchor = [Int32](repeating: AnchorTargets.background, count: anchorCount)
    ofBox = [Float](repeating: 0, count: boxCount)
  }
}
