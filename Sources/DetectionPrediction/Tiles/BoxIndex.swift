import BoxGeometry

/// Which of many boxes are near a box, without asking all of them.
struct BoxIndex {
  private struct Cell: Hashable {
    let column: Int32
    let row: Int32
  }

  // A box over more cells than this is asked every time instead.
  private static let mostCells = 256

  private let boxes: [BoundingBox]
  private let cellSide: Float
  private var cells: [Cell: [Int]] = [:]
  private var large: [Int] = []

  /// - Parameters:
  ///   - boxes: Finite.
  ///   - cellSide: Side of a cell, in pixels: about that of the boxes.
  init(_ boxes: [BoundingBox], cellSide: Float) {
    (self.boxes, self.cellSide) = (boxes, cellSide)
    for (index, box) in boxes.enumerated() {
      guard let range = range(of: box) else {
        large.append(index)
        continue
      }
      for row in range.rows {
        for column in range.columns {
          cells[Cell(column: column, row: row), default: []].append(index)
        }
      }
    }
  }

  /// Calls for each box that has pixels in common with one, once.
  func visit(touching box: BoundingBox, _ body: (Int) -> Void) {
    _ = contains(touching: box) {
      body($0)
      return false
    }
  }

  /// Whether any box that has pixels in common with one answers to a condition.
  func contains(touching box: BoundingBox, where condition: (Int) -> Bool) -> Bool {
    for index in large where boxes[index].intersectionArea(with: box) > 0 && condition(index) {
      return true
    }
    guard let range = range(of: box) else {
      return boxes.indices.contains {
        boxes[$0].intersectionArea(with: box) > 0 && self.range(of: boxes[$0]) != nil
          && condition($0)
      }
    }
    for row in range.rows {
      for column in range.columns {
        for index in cells[Cell(column: column, row: row)] ?? [] {
          // A box lies in several cells: it is asked in the first that both are in.
          guard let other = self.range(of: boxes[index]),
            row == max(range.rows.lowerBound, other.rows.lowerBound),
            column == max(range.columns.lowerBound, other.columns.lowerBound)
          else { continue }
          if boxes[index].intersectionArea(with: box) > 0 && condition(index) { return true }
        }
      }
    }
    return false
  }

  /// The cells of a box; `nil` where they are too many.
  private func range(
    of box: BoundingBox
  ) -> (columns: ClosedRange<Int32>, rows: ClosedRange<Int32>)? {
    let low = (box.corners / cellSide).rounded(.down)
    guard low.x <= low.z, low.y <= low.w, abs(low.min()) < 1e6, abs(low.max()) < 1e6,
      (low.z - low.x + 1) * (low.w - low.y + 1) <= Float(Self.mostCells)
    else { return nil }
    return (Int32(low.x)...Int32(low.z), Int32(low.y)...Int32(low.w))
  }
}
