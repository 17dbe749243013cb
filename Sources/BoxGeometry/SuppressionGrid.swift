/// The boxes kept by non-maximum suppression, found by their label and by where their centres are.
///
/// Two boxes with an IoU above t share more than t of each one's width and of each one's height.
/// So their centres are close: with w the candidate's width and w' ≤ w / t the other's, the distance is
/// below (w + w') / 2 − t · max(w, w') ≤ w · max(1 − t, (1 / t − 1) / 2). Only the cells within that
/// distance hold boxes that can suppress it; at t = 0.5 that is the candidate itself.
///
/// A cell is a chain of tiles of one label. Nothing is allocated once the grid is made.
struct SuppressionGrid: ~Copyable {
  private let threshold: Float
  /// Half sides of the window to search, as a multiple of the candidate's sides.
  private let reach: Float
  private let columns: Int
  private let rows: Int
  private let lastCell: SIMD2<Float>
  private let origin: SIMD2<Float>
  private let cellsPerPixel: SIMD2<Float>
  /// Of each label's each cell how many boxes it holds, and the tile that was begun last.
  private let buckets: UnsafeMutableBufferPointer<Bucket>
  private let vectors: UnsafeMutablePointer<SIMD4<Float>>
  /// Of each tile the one before it in its cell.
  private let previous: UnsafeMutablePointer<Int32>
  private var tileCount = 0

  private struct Bucket {
    var count: Int32 = 0
    var newest: Int32 = -1
  }

  /// - Parameters:
  ///   - extent: Where the candidates are.
  ///   - labelCount: One more than the greatest label.
  ///   - iouThreshold: 0...1.
  ///   - limit: The most boxes that are going to be inserted.
  init(_ extent: SuppressionExtent, labelCount: Int, iouThreshold: Float, limit: Int) {
    threshold = iouThreshold
    // A percent more than the bound, for rounding.
    reach = 1.01 * max(1 - iouThreshold, (1 / iouThreshold - 1) / 2)
    // About a tile a cell, but no cell smaller than a box: a window then touches four of them or so.
    let most = min(extent.count, limit)
    let cells = Float(most / labelCount / SuppressionTile.capacity)
    let sides = extent.high - extent.low
    let perMean = SIMD2(sides.x / extent.meanWidth, sides.y / extent.meanHeight)
    // What is no number, as of boxes on one line, comes second: `min` then takes the first.
    columns = Self.whole(min(cells, min(perMean.x, (cells * sides.x / sides.y).squareRoot())))
    rows = Self.whole(min(cells / Float(columns), perMean.y))
    origin = extent.low
    cellsPerPixel = SIMD2(Float(columns), Float(rows)) / sides
    lastCell = SIMD2(Float(columns - 1), Float(rows - 1))
    buckets = .allocate(capacity: labelCount * columns * rows)
    buckets.initialize(repeating: Bucket())
    // Each bucket may hold one tile that is not full.
    let tiles = most / SuppressionTile.capacity + min(most, buckets.count) + 1
    vectors = .allocate(capacity: tiles * SuppressionTile.vectors)
    previous = .allocate(capacity: tiles)
  }

  deinit {
    buckets.deallocate()
    vectors.deallocate()
    previous.deallocate()
  }

  /// Whether a kept box of the same label overlaps the candidate by more than the threshold.
  @inline(__always)
  func suppresses(_ box: SuppressionTile.Candidate, label: Int) -> Bool {
    let cells = columns &* rows
    let first = label &* cells
    guard cells > 1 else { return cell(first, overlaps: box) }
    let (low, high) = (box.corners.lowHalf, box.corners.highHalf)
    let half = (high - low) * reach
    let center = low + 0.5 * (high - low)
    // The least a centre can have been rounded by, beside pictures' worth of coordinates.
    let slack = (low.magnitudes + high.magnitudes) * 1e-6
    let (firstColumn, firstRow) = place(of: center - half - slack)
    let (lastColumn, lastRow) = place(of: center + half + slack)
    var row = first &+ firstRow &* columns
    let last = first &+ lastRow &* columns
    while row <= last {
      var bucket = row &+ firstColumn
      while bucket <= row &+ lastColumn {
        if cell(bucket, overlaps: box) { return true }
        bucket &+= 1
      }
      row &+= columns
    }
    return false
  }

  /// Adds a box that was kept; no more than the limit.
  @inline(__always)
  mutating func insert(_ box: SuppressionTile.Candidate, label: Int) {
    let (low, high) = (box.corners.lowHalf, box.corners.highHalf)
    let (column, row) = place(of: low + 0.5 * (high - low))
    let index = (label &* rows &+ row) &* columns &+ column
    var bucket = buckets[index]
    let place = Int(bucket.count) % SuppressionTile.capacity
    if place == 0 {
      previous[tileCount] = bucket.newest
      bucket.newest = Int32(tileCount)
      tileCount += 1
      tile(bucket.newest).clear()
    }
    tile(bucket.newest).put(box.corners, area: box.area, at: place)
    bucket.count += 1
    buckets[index] = bucket
  }

  @inline(__always)
  private func cell(_ bucket: Int, overlaps box: SuppressionTile.Candidate) -> Bool {
    var index = buckets[bucket].newest
    while index >= 0 {
      if tile(index).overlaps(box, above: threshold) { return true }
      index = previous[Int(index)]
    }
    return false
  }

  @inline(__always)
  private func tile(_ index: Int32) -> SuppressionTile {
    SuppressionTile(at: vectors + Int(index) &* SuppressionTile.vectors)
  }

  /// The cell of a point, monotone in both coordinates; points outside belong to the nearest one.
  @inline(__always)
  private func place(of point: SIMD2<Float>) -> (column: Int, row: Int) {
    let position = (point - origin) * cellsPerPixel
    return (Self.clamped(position.x, lastCell.x), Self.clamped(position.y, lastCell.y))
  }

  /// Not a number only when every centre has the same coordinate or their range is not finite.
  @inline(__always)
  private static func clamped(_ position: Float, _ last: Float) -> Int {
    position > 0 ? Int(min(position, last)) : 0
  }

  /// 1 or more, also of what is no number.
  private static func whole(_ count: Float) -> Int { count >= 1 ? Int(min(count, 1024)) : 1 }
}

/// Where candidates are and how large, as far as a grid over them has to know.
struct SuppressionExtent {
  private(set) var count = 0
  private(set) var low = SIMD2<Float>(repeating: .infinity)
  private(set) var high = SIMD2<Float>(repeating: -.infinity)
  private var sum = SIMD4<Float>()

  var meanWidth: Float { (sum.z - sum.x) / Float(count) }
  var meanHeight: Float { (sum.w - sum.y) / Float(count) }

  @inline(__always)
  mutating func insert(_ box: BoundingBox) {
    let (start, end) = (box.corners.lowHalf, box.corners.highHalf)
    low.replace(with: start, where: start .< low)
    high.replace(with: end, where: end .> high)
    sum += box.corners
    count += 1
  }
}

extension SIMD2<Float> {
  @inline(__always)
  fileprivate var magnitudes: SIMD2<Float> { SIMD2(abs(x), abs(y)) }
}
