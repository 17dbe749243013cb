import BoxGeometry

/// What is seen of an object on its way into a batch.
///
/// Each step that cuts, turns or covers the picture keeps ``visibleArea`` up, so that the rule of the
/// least visible share is asked once, at the end, of the object as it was.
struct VisibleBox: Hashable, Sendable {
  /// A box that holds all that is seen, in pixels of the frame.
  var box: BoundingBox
  /// The class, as an index.
  var label: Int
  /// Area that is seen, in pixels of the frame.
  var visibleArea: Float
  /// Area of the whole object at the same scale.
  var wholeArea: Float

  /// Least side of a box in the frame, in pixels: below it nothing is left to be seen.
  private static let leastSide: Float = 1

  /// Moves the box.
  func translated(x: Float, y: Float) -> VisibleBox {
    var moved = self
    moved.box = box.translated(x: x, y: y)
    return moved
  }

  /// What is left of it inside a rectangle; `nil` if nothing is.
  func cut(to frame: BoundingBox) -> VisibleBox? {
    var rest = self
    rest.box = box.intersection(frame)
    guard !rest.box.isEmpty else { return nil }
    if rest.box != box { rest.visibleArea *= rest.box.area / box.area }
    return rest
  }

  /// What is left of it around a rectangle that hides what lies below; `nil` if nothing is.
  func hidden(behind cover: BoundingBox) -> VisibleBox? {
    let overlap = box.intersection(cover)
    guard !overlap.isEmpty else { return self }
    guard overlap != box else { return nil }
    var rest = self
    rest.visibleArea *= 1 - overlap.area / box.area
    // Only what is covered from one side to the other makes the rest a smaller box.
    if overlap.y1 == box.y1, overlap.y2 == box.y2 {
      if overlap.x1 == box.x1 {
        rest.box = BoundingBox(x1: overlap.x2, y1: box.y1, x2: box.x2, y2: box.y2)
      } else if overlap.x2 == box.x2 {
        rest.box = BoundingBox(x1: box.x1, y1: box.y1, x2: overlap.x1, y2: box.y2)
      }
    } else if overlap.x1 == box.x1, overlap.x2 == box.x2 {
      if overlap.y1 == box.y1 {
        rest.box = BoundingBox(x1: box.x1, y1: overlap.y2, x2: box.x2, y2: box.y2)
      } else if overlap.y2 == box.y2 {
        rest.box = BoundingBox(x1: box.x1, y1: box.y1, x2: box.x2, y2: overlap.y1)
      }
    }
    return rest
  }

  /// Whether enough is seen for a target.
  func isTarget(minimumVisibleShare: Double) -> Bool {
    // Where nothing was cut both areas are the same number, so no rounding error drops a box.
    box.width >= Self.leastSide && box.height >= Self.leastSide
      && visibleArea >= Float(minimumVisibleShare) * wholeArea
  }
}

extension BoundingBox {
  /// The part inside another box; empty, with ordered corners, if there is none.
  func intersection(_ other: BoundingBox) -> BoundingBox {
    let (left, top) = (max(x1, other.x1), max(y1, other.y1))
    return BoundingBox(
      x1: left,
      y1: top,
      x2: max(left, min(x2, other.x2)),
      y2: max(top, min(y2, other.y2))
    )
  }
}

extension PixelRectangle {
  /// The rectangle as a box.
  var box: BoundingBox {
    BoundingBox(x1: Float(x), y1: Float(y), x2: Float(x + width), y2: Float(y + height))
  }
}
