import BoxGeometry
import DetectionPrediction
import Testing

struct TileLayoutTests {
  /// 10 pixels, tiles of 4, 1 shared: steps of 3 at most, so two of them.
  @Test func `tiles are as few as share the overlap, spread evenly`() {
    let layout = TileLayout(width: 10, height: 4, side: 4, overlap: 1)
    #expect(
      layout.tiles == [0, 3, 6].map { PixelRegion(x: $0, y: 0, width: 4, height: 4) }
    )
    let longer = TileLayout(width: 4, height: 11, side: 4, overlap: 1)
    #expect(longer.tiles.map(\.y) == [0, 2, 4, 7])
  }

  @Test func `a picture no larger than a tile is one tile`() {
    for (width, height) in [(1, 1), (7, 8), (8, 8)] {
      let layout = TileLayout(width: width, height: height, side: 8, overlap: 7)
      #expect(layout.tiles == [PixelRegion(x: 0, y: 0, width: width, height: height)])
    }
  }

  @Test(arguments: 0..<300) func `every pixel lies in a tile, every tile in the picture`(
    seed: UInt64
  ) {
    var generator = SplitMix64(state: seed)
    let layout = TileLayout.random(using: &generator)
    var columns = [Bool](repeating: false, count: layout.width)
    var rows = [Bool](repeating: false, count: layout.height)
    for tile in layout.tiles {
      #expect(tile.x >= 0 && tile.x + tile.width <= layout.width)
      #expect(tile.y >= 0 && tile.y + tile.height <= layout.height)
      for column in tile.x..<(tile.x + tile.width) { columns[column] = true }
      for row in tile.y..<(tile.y + tile.height) { rows[row] = true }
    }
    // Tiles are the product of columns and rows.
    #expect(!columns.contains(false) && !rows.contains(false))
    #expect(
      Set(layout.tiles.map(\.x)).count * Set(layout.tiles.map(\.y)).count == layout.tiles.count
    )
    #expect(Set(layout.tiles.map { [$0.width, $0.height] }).count == 1)
  }

  @Test(arguments: 0..<300) func `what is no larger than the overlap is whole in a tile`(
    seed: UInt64
  ) {
    var generator = SplitMix64(state: seed)
    let layout = TileLayout.random(using: &generator)
    guard layout.overlap > 0 else { return }
    for _ in 0..<100 {
      let width = Int.random(in: 1...min(layout.overlap, layout.width), using: &generator)
      let height = Int.random(in: 1...min(layout.overlap, layout.height), using: &generator)
      let x = Int.random(in: 0...(layout.width - width), using: &generator)
      let y = Int.random(in: 0...(layout.height - height), using: &generator)
      #expect(
        layout.tiles.contains {
          $0.x <= x && x + width <= $0.x + $0.width && $0.y <= y && y + height <= $0.y + $0.height
        },
        "\(width)x\(height) at \(x), \(y) in \(layout)"
      )
    }
  }

  @Test func `the automatic choice takes tiles of what would be seen at less than half its size`() {
    let resize = ResizeRule(shortSide: 240, longSideCap: 400)
    let rule = TilingRule(side: .automatic)
    #expect(rule.layout(width: 640, height: 480, resize: resize) == nil)
    let layout = rule.layout(width: 641, height: 481, resize: resize)
    #expect(layout?.tiles.first == PixelRegion(x: 0, y: 0, width: 240, height: 240))
    #expect(layout?.overlap == 48)
    // The cap of the long side counts, too: 1000x400 becomes 400x160.
    #expect(rule.layout(width: 1000, height: 400, resize: resize) != nil)
  }

  @Test func `tiles of a given side are taken of whatever is larger`() {
    let resize = ResizeRule(shortSide: 240, longSideCap: 400)
    let rule = TilingRule(side: .pixels(1024))
    #expect(rule.layout(width: 1024, height: 1024, resize: resize) == nil)
    #expect(rule.layout(width: 1025, height: 7, resize: resize)?.tiles.count == 2)
    // (6000 − 205) / (1024 − 205) and (4000 − 205) / (1024 − 205), rounded up.
    #expect(rule.layout(width: 6000, height: 4000, resize: resize)?.tiles.count == 8 * 5)
    #expect(rule.layout(width: 6000, height: 4000, resize: resize)?.overlap == 205)
  }
}

extension TileLayout {
  static func random(using generator: inout SplitMix64) -> TileLayout {
    let side = Int.random(in: 1...64, using: &generator)
    return TileLayout(
      width: .random(in: 1...300, using: &generator),
      height: .random(in: 1...300, using: &generator),
      side: side,
      overlap: .random(in: 0..<side, using: &generator)
    )
  }
}
