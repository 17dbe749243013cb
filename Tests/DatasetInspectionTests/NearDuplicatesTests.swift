import BoxGeometry
import Raster
import Testing

@testable import DatasetInspection

@Suite struct NearDuplicatesTests {
  /// Smooth shades that a seed decides.
  static func shades(_ seed: UInt64) -> [UInt8] {
    var random = SplitMix64(state: seed)
    let waves = (0..<8).map { _ in
      (0..<4).map { _ in Float.random(in: -1...1, using: &random) }
    }
    return (0..<1024).map { place in
      let (x, y) = (Float(place % 32) / 32, Float(place / 32) / 32)
      var sum: Float = 0
      for wave in waves {
        let phase = 6 * (wave[0] * x + wave[1] * y) + 3 * wave[2]
        // A triangle wave: no library function needed.
        let turn = phase - phase.rounded(.down)
        sum += wave[3] * (turn < 0.5 ? turn : 1 - turn)
      }
      return UInt8(max(0, min(255, 128 + 90 * sum)))
    }
  }

  @Test func `a brighter copy with noise is found, another picture is not`() {
    var random = SplitMix64(state: 4)
    let shades = Self.shades(1)
    let copy = shades.map {
      UInt8(min(255, Int($0) * 9 / 10 + 20 + .random(in: 0...3, using: &random)))
    }
    let thumbnails = [shades, Self.shades(2), copy].map(PictureThumbnail.init(shades:))
    let pairs = NearDuplicates(thumbnails, parts: [0, 0, 1]).pairs
    #expect(pairs.map(\.first) == [0] && pairs.map(\.second) == [2])
    #expect((pairs.first?.correlation ?? 0) > 0.98)
  }

  @Test(arguments: PictureTurn.allCases)
  func `a copy is found however it is turned or mirrored`(turn: PictureTurn) throws {
    let picture = PictureThumbnail(shades: Self.shades(1))
    let pairs = NearDuplicates([picture, picture.turned(turn)], parts: [0, 1]).pairs
    let pair = try #require(pairs.first)
    #expect(pairs.count == 1 && pair.correlation > 0.999)
    #expect(picture.turned(turn).turned(pair.turn) == picture)
    // The transform of the turned picture itself says the same.
    let place = try #require(PictureTurn.allCases.firstIndex(of: turn))
    #expect((picture.turnedHashes[place] ^ picture.turned(turn).hash).nonzeroBitCount <= 1)
  }

  @Test func `a quarter turn moves the upper left corner to the upper right`() {
    var shades = [UInt8](repeating: 0, count: 1024)
    shades[0] = 200
    let turned = PictureThumbnail(shades: shades).turned(.quarterTurn)
    #expect(turned.shades[31] == 200 && turned.shades.count { $0 == 200 } == 1)
    let back = PictureThumbnail(shades: shades).turned(.quarterTurnBack)
    #expect(back.shades[31 * 32] == 200)
  }

  @Test func `pictures of one shade say nothing`() {
    let flat = PictureThumbnail(shades: [UInt8](repeating: 7, count: 1024))
    #expect(flat.normalized == nil)
    #expect(NearDuplicates([flat, flat, nil, nil], parts: [0, 0, 0, 0]).pairs.isEmpty)
    #expect(NearDuplicates([], parts: []).pairs.isEmpty)
  }

  @Test(arguments: 0..<2)
  func `pairs are those of comparing all with all`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    // Thirty pictures, each with a neighbour that is more or less like it.
    let thumbnails = (0..<60).map { index in
      let own = Self.shades(seed * 1000 + UInt64(index / 2))
      let other = Self.shades(seed * 1000 + 500 + UInt64(index))
      let part = index % 2 == 0 ? 0 : Int.random(in: 0...60, using: &random)
      return PictureThumbnail(
        shades: zip(own, other).map { UInt8((Int($0) * (100 - part) + Int($1) * part) / 100) }
      )
    }
    let (hashes, unit) = (thumbnails.map(\.hash), thumbnails.map { $0.normalized ?? [] })
    var expected: [[Int]] = []
    for second in thumbnails.indices {
      for first in 0..<second
      where (hashes[first] ^ hashes[second]).nonzeroBitCount <= NearDuplicates.mostBits {
        var correlation: Float = 0
        for place in 0..<1024 { correlation += unit[first][place] * unit[second][place] }
        // Rounding decides at the threshold itself.
        if abs(correlation - NearDuplicates.leastCorrelation) < 1e-4 { return }
        if correlation >= NearDuplicates.leastCorrelation { expected.append([first, second]) }
      }
    }
    let pairs = NearDuplicates(thumbnails, parts: thumbnails.map { _ in 0 }).pairs
      .filter { $0.turn == .upright }
    #expect(Set(pairs.map { [$0.first, $0.second] }) == Set(expected))
    #expect(expected.count > 5)
  }

  @Test func `a film of one picture does not hide the leak at its end`() {
    let film = [PictureThumbnail](
      repeating: PictureThumbnail(shades: Self.shades(1)),
      count: 60
    )
    let parts = [Int](repeating: 0, count: 59) + [1]
    let pairs = NearDuplicates(film, parts: parts).pairs
    #expect(pairs.count <= 59 * 16 + 16)
    #expect(pairs.contains { $0.second == 59 })
  }

  @Test func `a thumbnail is the picture's shades of gray`() {
    let red = PictureThumbnail(RasterImage(width: 64, height: 40, red: 255, green: 0, blue: 0))
    #expect(red.shades == [UInt8](repeating: 76, count: 1024))
    let one = PictureThumbnail(RasterImage(width: 1, height: 1, red: 9, green: 9, blue: 9))
    #expect(one.shades == [UInt8](repeating: 9, count: 1024))
  }
}
