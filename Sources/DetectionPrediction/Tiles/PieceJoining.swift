import BoxGeometry

/// Joins the parts of objects that no tile saw whole.
struct PieceJoining {
  /// How well the joined box has to fit each of its pieces.
  private static let leastFit: Float = 0.7

  private let pieces: [TilePiece]
  private let layout: TileLayout
  private let index: BoxIndex
  private let classAgnostic: Bool

  init(pieces: [TilePiece], layout: TileLayout, cellSide: Float, classAgnostic: Bool) {
    // The largest first: they say most of what the whole is like; then the best.
    self.pieces = pieces.sorted {
      ($0.box.area, $0.scored.score) > ($1.box.area, $1.scored.score)
    }
    (self.layout, self.classAgnostic) = (layout, classAgnostic)
    index = BoxIndex(self.pieces.map(\.box), cellSide: cellSide)
  }

  func joined() -> [ScoredBox] {
    var isTaken = [Bool](repeating: false, count: pieces.count)
    var result: [ScoredBox] = []
    for seed in pieces.indices where !isTaken[seed] {
      isTaken[seed] = true
      var group = PieceGroup(pieces[seed])
      while let next = best(for: group, isTaken) {
        isTaken[next] = true
        group.add(pieces[next])
      }
      result.append(group.scored)
    }
    return result
  }

  /// The piece that fits a group best; of equal ones the first.
  private func best(for group: PieceGroup, _ isTaken: [Bool]) -> Int? {
    var best: (index: Int, fit: Float)?
    // Without overlap, pieces of one object touch.
    index.visit(touching: group.box.grown(by: 1)) { candidate in
      let piece = pieces[candidate]
      guard !isTaken[candidate], classAgnostic || piece.scored.label == group.scored.label,
        group.isAdjacent(to: piece)
      else { return }
      let fit = fit(of: group, with: piece)
      guard fit >= Self.leastFit else { return }
      if let found = best, (found.fit, -found.index) >= (fit, -candidate) { return }
      best = (candidate, fit)
    }
    return best?.index
  }

  /// The least IoU of a piece with what its tile would see of the box around all of them.
  private func fit(of group: PieceGroup, with piece: TilePiece) -> Float {
    let around = group.box.united(with: piece.box)
    var least: Float = 1
    for member in group.members + [piece] {
      guard let tile = member.tile else { return 0 }
      least = min(least, layout.tiles[tile].clipped(around).iou(with: member.box))
    }
    return least
  }
}

/// Pieces of one object.
private struct PieceGroup {
  private(set) var members: [TilePiece]
  private(set) var scored: ScoredBox

  var box: BoundingBox { scored.box }

  init(_ piece: TilePiece) { (members, scored) = ([piece], piece.scored) }

  mutating func add(_ piece: TilePiece) {
    members.append(piece)
    if piece.scored.score > scored.score {
      (scored.score, scored.label) = (piece.scored.score, piece.scored.label)
    }
    scored.box = scored.box.united(with: piece.box)
  }

  /// Whether a piece of another tile touches one of these.
  ///
  /// No tile sees two pieces of one object.
  func isAdjacent(to piece: TilePiece) -> Bool {
    let near = piece.box.grown(by: 1)
    return !members.contains { $0.tile == piece.tile }
      && members.contains { $0.box.intersectionArea(with: near) > 0 }
  }
}

extension BoundingBox {
  /// The smallest box around two.
  func united(with other: BoundingBox) -> BoundingBox {
    BoundingBox(
      x1: min(x1, other.x1),
      y1: min(y1, other.y1),
      x2: max(x2, other.x2),
      y2: max(y2, other.y2)
    )
  }

  /// The box with every side moved outwards.
  func grown(by pixels: Float) -> BoundingBox {
    BoundingBox(corners: corners + SIMD4(-pixels, -pixels, pixels, pixels))
  }
}
