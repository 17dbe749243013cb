/// The anchors over one picture as the lattice they are, so that the best for a box is found without
/// making any.
///
/// All anchors of one shape on one level stand at equal steps in x and in y. What a box has in
/// common with one of them falls with the distance of the centres in x and, apart from it, in y. So
/// the anchor at the nearest lattice point is the best of its shape, and those above a threshold
/// surround it without a gap.
package struct AnchorLattice: Sendable {
  /// The anchor that overlaps a box most.
  package struct Best: Hashable, Sendable {
    /// Its IoU with the box; 0 where no anchor overlaps it.
    package var iou: Float
    /// Its level: an index into the configuration's sizes.
    package var level: Int
    /// Its place among the anchors of its cell.
    package var shape: Int
  }

  /// What becomes of the anchors of a picture.
  package struct Counts: Hashable, Sendable, Codable {
    /// Anchors with an object.
    package var foreground = 0
    /// Anchors that take no part in the loss.
    package var ignored = 0
    /// All others.
    package var background = 0

    /// Counts.
    /// - Parameters:
    ///   - foreground: Anchors with an object.
    ///   - ignored: Anchors that take no part in the loss.
    ///   - background: All others.
    package init(foreground: Int = 0, ignored: Int = 0, background: Int = 0) {
      self.foreground = foreground
      self.ignored = ignored
      self.background = background
    }
  }

  fileprivate struct Level {
    var columns: Int
    var rows: Int
    var step: SIMD2<Float>
    var offset: Float
    var shapes: [BoundingBox]
    var areas: [Float]
    /// Index of its first anchor.
    var start: Int
  }

  private let levels: [Level]
  /// All anchors over the picture.
  package let count: Int

  /// The lattice over a picture.
  /// - Parameters:
  ///   - generator: Places the anchors.
  ///   - imageWidth: Width of the network's input, in pixels, >= 0.
  ///   - imageHeight: Height of the network's input, in pixels, >= 0.
  package init(_ generator: AnchorGenerator, imageWidth: Int, imageHeight: Int) {
    var levels: [Level] = []
    var start = 0
    let sizes = generator.featureSizes(imageWidth: imageWidth, imageHeight: imageHeight)
    for (level, size) in sizes.enumerated() {
      let shapes = generator.cellAnchors(level: level)
      let isThere = size.width > 0 && size.height > 0
      levels.append(
        Level(
          columns: size.width,
          rows: size.height,
          step: isThere ? generator.spacing(level: level, imageWidth, imageHeight, size) : .one,
          offset: generator.configuration.centerOffset,
          shapes: shapes,
          areas: shapes.map(\.area),
          start: start
        )
      )
      start += size.width * size.height * shapes.count
    }
    self.levels = levels
    count = start
  }

  /// The best anchor for a box.
  /// - Parameter box: In pixels of the network's input.
  /// - Returns: The first of the best, by level and shape.
  package func best(for box: BoundingBox) -> Best {
    var best = Best(iou: 0, level: 0, shape: 0)
    guard !box.isEmpty, box.isFinite else { return best }
    let area = box.area
    for (number, level) in levels.enumerated() where level.columns > 0 && level.rows > 0 {
      for shape in level.shapes.indices {
        let iou = level.iou(box, area, shape, level.nearest(to: box, shape))
        if iou > best.iou { best = Best(iou: iou, level: number, shape: shape) }
      }
    }
    return best
  }

  /// Calls a closure with every anchor that overlaps a box enough.
  /// - Parameters:
  ///   - box: In pixels of the network's input.
  ///   - least: Least IoU, above 0.
  ///   - body: Takes the anchor's index, as the generator orders them, and the IoU.
  package func visit(_ box: BoundingBox, atLeast least: Float, _ body: (Int, Float) -> Void) {
    precondition(least > 0, "all anchors overlap a box by 0 or more")
    guard !box.isEmpty, box.isFinite else { return }
    let area = box.area
    for level in levels where level.columns > 0 && level.rows > 0 {
      for shape in level.shapes.indices {
        level.visit(box, area, shape, atLeast: least, body)
      }
    }
  }

  /// What becomes of all anchors, as ``AnchorMatcher`` has it without low-quality matches.
  /// - Parameters:
  ///   - boxes: The objects, in pixels of the network's input.
  ///   - matcher: The thresholds; its low-quality matches are passed over.
  /// - Returns: How many anchors of each kind.
  package func counts(boxes: [BoundingBox], matcher: AnchorMatcher) -> Counts {
    // A background threshold of 0 ignores all anchors that are not foreground.
    let least =
      matcher.backgroundThreshold > 0 ? matcher.backgroundThreshold : .leastNonzeroMagnitude
    var counts = Counts()
    func take(_ iou: Float) {
      if iou >= matcher.foregroundThreshold { counts.foreground += 1 } else { counts.ignored += 1 }
    }
    if boxes.count > count / 100 {
      // Of many boxes each anchor meets several: what is kept does not grow with them.
      var best = [Float](repeating: 0, count: count)
      for box in boxes { visit(box, atLeast: least) { best[$0] = max(best[$0], $1) } }
      for iou in best where iou > 0 { take(iou) }
    } else {
      var touched: [(index: Int, iou: Float)] = []
      for box in boxes { visit(box, atLeast: least) { touched.append(($0, $1)) } }
      touched.sort { $0.index == $1.index ? $0.iou > $1.iou : $0.index < $1.index }
      var last = -1
      for (index, iou) in touched where index != last {
        last = index
        take(iou)
      }
    }
    if matcher.backgroundThreshold <= 0, !boxes.isEmpty {
      counts.ignored = count - counts.foreground
    }
    counts.background = count - counts.foreground - counts.ignored
    return counts
  }
}

extension AnchorLattice.Level {
  fileprivate typealias Cell = (column: Int, row: Int)

  /// The cell whose anchor of a shape has its centre next to that of a box.
  fileprivate func nearest(to box: BoundingBox, _ shape: Int) -> Cell {
    let anchor = shapes[shape]
    let column = ((box.centerX - anchor.centerX) / step.x - offset).rounded()
    let row = ((box.centerY - anchor.centerY) / step.y - offset).rounded()
    return (
      Int(max(0, min(column, Float(columns - 1)))), Int(max(0, min(row, Float(rows - 1))))
    )
  }

  /// In the same arithmetic as ``AnchorGenerator`` and ``BoundingBox/iou(with:)``.
  @inline(__always)
  fileprivate func iou(_ box: BoundingBox, _ area: Float, _ shape: Int, _ cell: Cell) -> Float {
    let x = (Float(cell.column) + offset) * step.x
    let y = (Float(cell.row) + offset) * step.y
    let anchor = BoundingBox(corners: shapes[shape].corners + SIMD4(x, y, x, y))
    return intersectionOverUnion(anchor.corners, anchor.area, box.corners, area)
  }

  fileprivate func visit(
    _ box: BoundingBox,
    _ area: Float,
    _ shape: Int,
    atLeast least: Float,
    _ body: (Int, Float) -> Void
  ) {
    let best = nearest(to: box, shape)
    // The quotient of the areas is the most there can be; a part in a thousand is for rounding.
    let bound = min(area, areas[shape]) / max(area, areas[shape])
    guard bound >= 0.999 * least else { return }
    for row in stride(from: best.row, to: rows, by: 1) {
      guard visit(row, best.column, box, area, shape, least, body) else { break }
    }
    for row in stride(from: best.row - 1, through: 0, by: -1) {
      guard visit(row, best.column, box, area, shape, least, body) else { break }
    }
  }

  /// The anchors of a row around a column; whether there is one.
  private func visit(
    _ row: Int,
    _ column: Int,
    _ box: BoundingBox,
    _ area: Float,
    _ shape: Int,
    _ least: Float,
    _ body: (Int, Float) -> Void
  ) -> Bool {
    var isAny = false
    let first = start + row * columns * shapes.count + shape
    for place in stride(from: column, to: columns, by: 1) {
      let iou = iou(box, area, shape, (place, row))
      guard iou >= least else { break }
      isAny = true
      body(first + place * shapes.count, iou)
    }
    for place in stride(from: column - 1, through: 0, by: -1) {
      let iou = iou(box, area, shape, (place, row))
      guard iou >= least else { break }
      isAny = true
      body(first + place * shapes.count, iou)
    }
    return isAny
  }
}
