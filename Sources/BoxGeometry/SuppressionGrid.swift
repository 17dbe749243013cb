/// The boxes kept by non-maximum suppression, found by where their centres are.
///
/// Two boxes with an IoU above t share more than t of each one's width and of each one's height.
/// So their centres are close: with w the candidate's width and w' ≤ w / t the other's, the distance is
/// below (w + w') / 2 − t · max(w, w') ≤ w · max(1 − t, (1 / t − 1) / 2). Only the cells within that
/// distance hold boxes that can suppress it; at t = 0.5 that is the candidate itself.
struct SuppressionGrid {
  private struct Kept {
    var corners: SIMD4<Float>
    var area: Float
    var label: Int
    /// The box inserted into the same cell before this one, or −1.
    var previousInCell: Int32
  }

  private let threshold: Float
  /// Half sides of the window to search, as a multiple of the candidate's sides.
  private let reach: Float
  private let cellsPerSide: Int
  private let origin: SIMD2<Float>
  private let cellsPerPixel: SIMD2<Float>
  private var newestInCell: [Int32]
  private var kept: [Kept] = []

  init(_ boxes: [ScoredBox], _ order: [Int], iouThreshold: Float, limit: Int) {
    threshold = iouThreshold
    // A percent more than the bound, for rounding.
    reach = 1.01 * max(1 - iouThreshold, (1 / iouThreshold - 1) / 2)
    let most = min(order.count, limit)
    // About four kept boxes a cell; a list of few boxes is faster to read through.
    let side = most < 64 ? 1 : min(64, Int((Float(most) / 4).squareRoot()))
    var low = SIMD2<Float>(repeating: .infinity)
    var high = SIMD2<Float>(repeating: -.infinity)
    if side > 1 {
      for index in order {
        let center = boxes[index].box.center
        low = SIMD2(min(low.x, center.x), min(low.y, center.y))
        high = SIMD2(max(high.x, center.x), max(high.y, center.y))
      }
    }
    cellsPerSide = side
    origin = low
    cellsPerPixel = Float(side) / (high - low)
    newestInCell = [Int32](repeating: -1, count: side * side)
    kept.reserveCapacity(most)
  }

  /// Whether a kept box of the same label overlaps the candidate by more than the threshold.
  func suppresses(_ box: BoundingBox, label: Int) -> Bool {
    let (corners, area) = (box.corners, box.area)
    guard area > 0 else { return false }
    let half = SIMD2(box.width, box.height) * reach
    let center = box.center
    // The least a centre can have been rounded by, beside pictures' worth of coordinates.
    let slack = (corners.lowHalf.magnitudes + corners.highHalf.magnitudes) * 1e-6
    let (firstColumn, firstRow) = cell(of: center - half - slack)
    let (lastColumn, lastRow) = cell(of: center + half + slack)
    return kept.withUnsafeBufferPointer { kept in
      if (lastColumn - firstColumn + 1) * (lastRow - firstRow + 1) >= kept.count {
        for other in kept where overlaps(corners, area, label, other) { return true }
        return false
      }
      return newestInCell.withUnsafeBufferPointer { newestInCell in
        for row in firstRow...lastRow {
          for column in firstColumn...lastColumn {
            var next = newestInCell[row * cellsPerSide + column]
            while next >= 0 {
              let other = kept[Int(next)]
              if overlaps(corners, area, label, other) { return true }
              next = other.previousInCell
            }
          }
        }
        return false
      }
    }
  }

  /// Adds a box that was kept.
  mutating func insert(_ box: BoundingBox, label: Int) {
    let (column, row) = cell(of: box.center)
    let cell = row * cellsPerSide + column
    kept.append(
      Kept(
        corners: box.corners,
        area: box.area,
        label: label,
        previousInCell: newestInCell[cell]
      )
    )
    newestInCell[cell] = Int32(kept.count - 1)
  }

  @inline(__always)
  private func overlaps(
    _ corners: SIMD4<Float>,
    _ area: Float,
    _ label: Int,
    _ other: Kept
  ) -> Bool {
    label == other.label
      && intersectionOverUnion(corners, area, other.corners, other.area) > threshold
  }

  /// The cell of a point, monotone in both coordinates; points outside belong to the nearest one.
  private func cell(of point: SIMD2<Float>) -> (column: Int, row: Int) {
    let position = (point - origin) * cellsPerPixel
    return (clamped(position.x), clamped(position.y))
  }

  /// Not a number only when every centre has the same coordinate or their range is not finite.
  private func clamped(_ position: Float) -> Int {
    position > 0 ? Int(min(position, Float(cellsPerSide - 1))) : 0
  }
}

extension BoundingBox {
  fileprivate var center: SIMD2<Float> { SIMD2(centerX, centerY) }
}

extension SIMD2<Float> {
  fileprivate var magnitudes: SIMD2<Float> { SIMD2(abs(x), abs(y)) }
}
