package import BoxGeometry

/// What was found in tiles and in the whole picture, as if it had been found at once.
///
/// 1. A box that ends at a side of its tile where the picture goes on may be **cut**; all others are **whole**. Of the
///    whole picture's look, only boxes that are wider or higher than the overlap count: all else some tile sees whole,
///    and better.
/// 2. A cut box is left out where a whole one **explains** it: cut to the same tile, the whole box is the cut one (IoU of at
///    least 0.5, or no side further off than the tolerance), or it covers at least 0.8 of it and scores no
///    less, so that a doubtful large box swallows no sure small one.
/// 3. Cut boxes that nobody saw whole are joined with those of other tiles, the best fitting first, as long as the
///    box around them, cut to each one's tile, is that one (IoU of at least 0.7). The joined box has the best score of them.
/// 4. What is left goes through suppression once: an object in the overlap was seen by several tiles.
///
/// - Note: Cutting into overlapping tiles with one look at the whole: Akyon et al. 2022, *Slicing aided hyper inference*,
///   which merges by intersection over the smaller box alone; that would swallow a small object before a large one.
package struct TileMerging: Hashable, Sendable {
  private let layout: TileLayout
  private let iouThreshold: Float
  private let classAgnostic: Bool

  /// - Parameters:
  ///   - layout: Where the tiles lie.
  ///   - iouThreshold: Greatest IoU of two detections of one label, 0...1.
  ///   - classAgnostic: Whether labels are told apart.
  package init(layout: TileLayout, iouThreshold: Float, classAgnostic: Bool = false) {
    (self.layout, self.iouThreshold) = (layout, iouThreshold)
    self.classAgnostic = classAgnostic
  }

  /// The detections in the picture.
  ///
  /// - Parameters:
  ///   - tiles: What each tile of the layout found, in the picture's pixels.
  ///   - overview: What was found in the whole picture.
  /// - Returns: Best first.
  package func merged(tiles: [[ScoredBox]], overview: [ScoredBox] = []) -> [ScoredBox] {
    precondition(tiles.count == layout.tiles.count, "a list for each tile")
    var whole = overview.filter(isLarge).map { TilePiece(scored: $0, tile: nil) }
    var cut: [TilePiece] = []
    for (index, found) in tiles.enumerated() {
      let edges = TileEdges(layout.tiles[index], in: layout)
      for scored in found where scored.box.isFinite && !scored.box.isEmpty {
        let piece = TilePiece(scored: scored, tile: index)
        if edges.mayCut(scored.box) { cut.append(piece) } else { whole.append(piece) }
      }
    }
    let index = BoxIndex(whole.map(\.box), cellSide: cellSide)
    let unexplained = cut.filter { piece in
      // Of a sliver the whole may end a little before it.
      let near = piece.box.grown(by: TileEdges.reach(in: layout))
      return !index.contains(touching: near) { explains(whole[$0], piece) }
    }
    let joined = PieceJoining(
      pieces: unexplained,
      layout: layout,
      cellSide: cellSide,
      classAgnostic: classAgnostic
    ).joined()
    let all = whole.map(\.scored) + joined
    return NonMaximumSuppression.indices(
      of: all,
      iouThreshold: iouThreshold,
      limit: all.count,
      classAgnostic: classAgnostic
    ).map { all[$0] }
  }

  private var cellSide: Float { Float(max(32, layout.tiles[0].width / 8)) }

  private func isLarge(_ scored: ScoredBox) -> Bool {
    scored.box.isFinite && !scored.box.isEmpty
      && max(scored.box.width, scored.box.height) > Float(layout.overlap)
  }

  /// Whether a cut box shows a part of an object that was seen whole elsewhere.
  private func explains(_ other: TilePiece, _ piece: TilePiece) -> Bool {
    guard let tile = piece.tile, other.tile != tile,
      classAgnostic || other.scored.label == piece.scored.label
    else { return false }
    let seen = layout.tiles[tile].clipped(other.box)
    return seen.iou(with: piece.box) >= 0.5
      || TileEdges.isClose(seen, of: other.box, to: piece.box, in: layout)
      || (other.scored.score >= piece.scored.score
        && seen.intersectionArea(with: piece.box) >= 0.8 * piece.box.area)
  }
}

/// A box and the tile that saw it; none for the whole picture's.
struct TilePiece: Hashable, Sendable {
  let scored: ScoredBox
  let tile: Int?

  var box: BoundingBox { scored.box }
}
