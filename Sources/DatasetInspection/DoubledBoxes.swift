import Foundation
package import BoxGeometry

/// Boxes of one picture that lie so much upon each other that one object may have been boxed twice.
package enum DoubledBoxes {
  /// Two boxes.
  package struct Pair: Hashable, Sendable {
    /// The boxes by number, the lower first.
    package var first: Int
    package var second: Int
    /// Their intersection over union.
    package var iou: Float
  }

  /// Least IoU of a pair: of two cells that touch it is far below, of one cell boxed twice by hand
  /// above 0.83 (BCCD).
  package static let leastIoU: Float = 0.8
  /// As many pairs are looked for in one picture: a thousand equal boxes are half a million pairs.
  package static let most = 1000
  /// As many boxes of one picture are held against each other: a million boxes in a heap are 5 · 10¹¹
  /// pairs, of which none may be alike.
  package static let mostComparisons = 5_000_000

  /// What a look at one picture gives.
  package struct Found: Hashable, Sendable {
    /// The pairs by the number of the first and the second box; ``most`` at most.
    package var pairs: [Pair] = []
    /// Whether the look was ended before all was seen.
    package var isCut = false
  }

  /// Finds the pairs.
  ///
  /// - Parameters:
  ///   - boxes: The boxes of one picture.
  ///   - leastIoU: Least IoU of a pair, above 0.5.
  /// - Returns: The pairs by the number of the first and the second box; ``most`` at most.
  package static func pairs(_ boxes: [BoundingBox], leastIoU: Float = leastIoU) -> [Pair] {
    search(boxes, leastIoU: leastIoU).pairs
  }

  /// Looks for pairs, and ends where there is too much to look at.
  ///
  /// Boxes with an IoU of t have widths and heights within a factor of t, and left and upper sides
  /// no further apart than (1 − t) of the greater width and height; so only few are compared.
  /// - Parameters:
  ///   - boxes: The boxes of one picture.
  ///   - leastIoU: Least IoU of a pair, above 0.5.
  /// - Returns: The pairs, and whether there may be more.
  package static func search(_ boxes: [BoundingBox], leastIoU: Float = leastIoU) -> Found {
    precondition(leastIoU > 0.5, "twice the same object is an IoU above 0.5")
    var found = Found()
    if boxes.count < 2 { return found }
    let grid = Grid(boxes, leastIoU)
    var comparisons = 0
    for index in boxes.indices where grid.isUsable(boxes[index]) {
      grid.visit(boxes[index]) { other in
        comparisons += 1
        if found.pairs.count == most || comparisons > mostComparisons { found.isCut = true }
        if found.isCut { return false }
        if other <= index { return true }
        let iou = boxes[index].iou(with: boxes[other])
        if iou >= leastIoU { found.pairs.append(Pair(first: index, second: other, iou: iou)) }
        return true
      }
      if found.isCut { break }
    }
    found.pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
    return found
  }

  /// Boxes by the octave of their sides and the place of their upper left corner in units of it.
  private struct Grid {
    private struct Cell: Hashable {
      var octaveX: Int
      var octaveY: Int
      var column: Int
      var row: Int
    }

    private var cells: [Cell: [Int]] = [:]
    private let leastIoU: Float

    init(_ boxes: [BoundingBox], _ leastIoU: Float) {
      self.leastIoU = leastIoU
      for (index, box) in boxes.enumerated() where isUsable(box) {
        let (x, y) = (Self.octave(box.width), Self.octave(box.height))
        let cell = Cell(
          octaveX: x,
          octaveY: y,
          column: Self.place(box.x1, x),
          row: Self.place(box.y1, y)
        )
        cells[cell, default: []].append(index)
      }
    }

    /// Places of sides below a millionth of the coordinate would overflow and tell nothing.
    func isUsable(_ box: BoundingBox) -> Bool {
      box.isFinite && !box.isEmpty && box.area.isNormal
        && max(abs(box.x1), abs(box.y1)) < 1e6 * min(box.width, box.height)
    }

    /// Calls a closure with all boxes that may have so much in common with one, itself among them,
    /// until it has enough.
    func visit(_ box: BoundingBox, _ body: (Int) -> Bool) {
      // A percent more than the bounds, for rounding.
      let slack = 1.01 * (1 - leastIoU)
      for x in Self.octave(box.width * leastIoU * 0.99)...Self.octave(box.width / leastIoU * 1.01) {
        let reachX = slack * box.width / leastIoU
        let columns = Self.place(box.x1 - reachX, x)...Self.place(box.x1 + reachX, x)
        for y
          in Self.octave(box.height * leastIoU * 0.99)...Self.octave(box.height / leastIoU * 1.01)
        {
          let reachY = slack * box.height / leastIoU
          for row in Self.place(box.y1 - reachY, y)...Self.place(box.y1 + reachY, y) {
            for column in columns {
              let cell = Cell(octaveX: x, octaveY: y, column: column, row: row)
              for other in cells[cell] ?? [] where !body(other) { return }
            }
          }
        }
      }
    }

    private static func octave(_ side: Float) -> Int { Int(side.exponent) }

    /// In units of the side that opens the octave.
    private static func place(_ position: Float, _ octave: Int) -> Int {
      Int((Double(position) / scalbn(1.0, octave)).rounded(.down))
    }
  }
}
