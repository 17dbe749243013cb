/// Runs of consecutive anchors with what they have in common, to rule out many pairs at once.
///
/// Anchors follow each other along a row of cells, so a run of them is a small part of the picture
/// and, as sizes go by level, holds areas of one order of magnitude. Nothing is assumed of either:
/// anchors in random order give the same answers, later.
struct AnchorBlocks {
  /// Anchors a block: a bit more than three cells of nine.
  static let length = 32

  private struct Block {
    /// The smallest box around the anchors; empty when all are.
    var hull = BoundingBox(
      x1: .infinity,
      y1: .infinity,
      x2: -.infinity,
      y2: -.infinity
    )
    var smallestArea = Float.infinity
    var largestArea: Float = 0
  }

  private let blocks: [Block]

  init(_ anchors: [BoundingBox]) {
    blocks = anchors.withUnsafeBufferPointer { anchors in
      stride(from: 0, to: anchors.count, by: Self.length).map { start in
        var block = Block()
        var low = block.hull.corners
        var high = block.hull.corners
        for anchor in anchors[start..<min(start + Self.length, anchors.count)] {
          // Lanes (x1, y1) of the smaller and (x2, y2) of the larger; a NaN leaves both alone.
          low = lesser(anchor.corners, low)
          high = greater(anchor.corners, high)
          let area = anchor.area
          block.smallestArea = min(block.smallestArea, area)
          block.largestArea = max(block.largestArea, area)
        }
        block.hull = BoundingBox(corners: SIMD4(lowHalf: low.lowHalf, highHalf: high.highHalf))
        return block
      }
    }
  }

  /// Calls a closure with every anchor that may overlap a box enough, and the IoU of the two.
  ///
  /// - Parameters:
  ///   - box: The box to overlap.
  ///   - anchors: The anchors that the blocks were made of.
  ///   - atLeast: Pairs with an IoU below this may be left out; asked again before every block.
  ///     Pairs that do not overlap are left out at 0, too.
  ///   - body: Takes the anchor's index and an IoU above 0.
  @inline(__always)
  func visit(
    _ box: BoundingBox,
    _ anchors: [BoundingBox],
    atLeast: () -> Float,
    _ body: (Int, Float) -> Void
  ) {
    guard !box.isEmpty else { return }
    let (corners, area) = (box.corners, box.area)
    anchors.withUnsafeBufferPointer { anchors in
      blocks.withUnsafeBufferPointer { blocks in
        for (number, block) in blocks.enumerated() {
          // No anchor has more in common with the box than the hull has, and no two areas have an
          // IoU above their quotient. The margin is for rounding.
          let common = overlap(of: block.hull.corners, with: corners)
          let needed = 0.999 * atLeast()
          if common <= 0 || common < needed * max(area, block.smallestArea)
            || block.largestArea < needed * area || area < needed * block.smallestArea
          {
            continue
          }
          let start = number * Self.length
          for index in start..<min(start + Self.length, anchors.count) {
            let anchor = anchors[index]
            let iou = intersectionOverUnion(anchor.corners, anchor.area, corners, area)
            if iou > 0 { body(index, iou) }
          }
        }
      }
    }
  }

  /// Calls a closure with every anchor of which a box covers at least a part.
  ///
  /// - Parameters:
  ///   - box: The box that covers.
  ///   - anchors: The anchors that the blocks were made of.
  ///   - fraction: Least part of the anchor's own area, above 0.
  ///   - body: Takes the anchor's index.
  @inline(__always)
  func visitCovered(
    by box: BoundingBox,
    _ anchors: [BoundingBox],
    fraction: Float,
    _ body: (Int) -> Void
  ) {
    let corners = box.corners
    anchors.withUnsafeBufferPointer { anchors in
      for (number, block) in blocks.enumerated()
      where overlap(of: block.hull.corners, with: corners) > 0 {
        let start = number * Self.length
        for index in start..<min(start + Self.length, anchors.count) {
          let common = overlap(of: anchors[index].corners, with: corners)
          if common > 0 && common >= fraction * anchors[index].area { body(index) }
        }
      }
    }
  }
}
