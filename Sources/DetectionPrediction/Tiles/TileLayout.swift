/// Where the tiles of a large picture lie.
///
/// Tiles are all of one size, so that a network takes several at once, and spread evenly: along each axis there are as few
/// as share the wanted overlap with their neighbours. Every pixel lies in a tile, and everything that is neither wider
/// nor higher than the overlap lies wholly in at least one.
package struct TileLayout: Hashable, Sendable {
  /// Width of the picture, in pixels.
  package let width: Int
  /// Its height.
  package let height: Int
  /// Pixels that neighbours share at least.
  package let overlap: Int
  /// The tiles, row by row.
  package let tiles: [PixelRegion]

  /// Lays tiles over a picture.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, at least 1.
  ///   - height: Its height, at least 1.
  ///   - side: Side of a tile, at least 1; where the picture is smaller, so are the tiles.
  ///   - overlap: Pixels that neighbours share at least, in 0..<side.
  package init(width: Int, height: Int, side: Int, overlap: Int) {
    precondition(width > 0 && height > 0, "a picture has pixels: \(width) x \(height)")
    precondition(side > 0 && (0..<side).contains(overlap), "found \(overlap) of \(side) shared")
    (self.width, self.height, self.overlap) = (width, height, overlap)
    let columns = Self.starts(extent: width, side: side, overlap: overlap)
    let rows = Self.starts(extent: height, side: side, overlap: overlap)
    tiles = rows.flatMap { y in
      columns.map {
        PixelRegion(x: $0, y: y, width: min(side, width), height: min(side, height))
      }
    }
  }

  /// Where tiles begin along one axis: as few as share the overlap, spread evenly from end to end.
  static func starts(extent: Int, side: Int, overlap: Int) -> [Int] {
    let rest = extent - side
    guard rest > 0 else { return [0] }
    // Steps of side − overlap at most; rounded down, no two of them differ by more than a pixel.
    let step = side - overlap
    let steps = (rest + step - 1) / step
    return (0...steps).map { $0 * rest / steps }
  }
}
