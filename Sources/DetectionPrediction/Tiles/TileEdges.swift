import BoxGeometry

/// The sides of a tile, and which of them cut through the picture.
struct TileEdges {
  /// How near a box's end has to be to a tile's, as a share of the tile's side.
  ///
  /// A network says where a cut object ends to a pixel or two of its input, of which a tile has some hundreds.
  private static let sideShare: Float = 0.01
  /// The same, as a share of the box's own side: large boxes are placed less exactly.
  private static let boxShare: Float = 0.05

  private let tile: BoundingBox
  /// 1 at left, top, right, bottom where the picture goes on beyond the side.
  private let isInner: SIMD4<Float>

  init(_ region: PixelRegion, in layout: TileLayout) {
    tile = region.box
    isInner = SIMD4(
      region.x > 0 ? 1 : 0,
      region.y > 0 ? 1 : 0,
      region.x + region.width < layout.width ? 1 : 0,
      region.y + region.height < layout.height ? 1 : 0
    )
  }

  /// Whether a box ends where the tile does and the picture does not.
  ///
  /// A whole object that happens to end there may be taken for a cut one: what sees it elsewhere then takes its place,
  /// and if nothing does, it stays.
  func mayCut(_ box: BoundingBox) -> Bool {
    let near = Self.tolerance(tile) + Self.boxShare * SIMD2(box.width, box.height)
    let distance = Self.distance(box, tile)
    for side in 0..<4 where isInner[side] > 0 && distance[side] <= near[side % 2] { return true }
    return false
  }

  /// Whether a box, as a tile sees it, and one that the tile saw are nowhere further apart than both may be off.
  ///
  /// Then a sliver is a sliver of the other, however little the two have in common.
  static func isClose(
    _ seen: BoundingBox,
    of other: BoundingBox,
    to box: BoundingBox,
    in layout: TileLayout
  ) -> Bool {
    let near = tolerance(layout.tiles[0].box) + slack(of: other, in: layout)
    let apart = distance(seen, box)
    return (0..<4).allSatisfy { apart[$0] <= near[$0 % 2] }
  }

  /// How far from a box another may be that is close to it.
  static func reach(in layout: TileLayout) -> Float {
    (tolerance(layout.tiles[0].box) + slack(of: layout.tiles[0].box, in: layout)).max()
  }

  /// Both boxes may be off by a share of their sides; what is larger than the overlap is not seen whole by chance.
  private static func slack(of box: BoundingBox, in layout: TileLayout) -> SIMD2<Float> {
    let most = Float(layout.overlap)
    return 2 * boxShare * SIMD2(min(box.width, most), min(box.height, most))
  }

  private static func tolerance(_ tile: BoundingBox) -> SIMD2<Float> {
    SIMD2(max(2, sideShare * tile.width), max(2, sideShare * tile.height))
  }

  private static func distance(_ a: BoundingBox, _ b: BoundingBox) -> SIMD4<Float> {
    let difference = a.corners - b.corners
    return difference.replacing(with: -difference, where: difference .< 0)
  }
}
