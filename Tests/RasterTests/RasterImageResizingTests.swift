import CImageCodecs
import Foundation
import Testing

@testable import Raster

@Suite struct RasterImageResizingTests {
  @Test func `halving a row weighs four pixels by the triangle`() {
    // Scale 2, support 2: the centre of target 0 is at 1, source centres 0.5, 1.5, 2.5 lie 0.5,
    // 0.5, 1.5 away: weights 0.75, 0.75, 0.25 over 1.75.
    let image = RasterImage(
      width: 4,
      height: 1,
      pixels: [0, 7, 255, 70, 7, 255, 140, 7, 255, 210, 7, 255]
    )
    let small = image.resized(width: 2, height: 1)
    #expect(small[0, 0] == SIMD3(50, 7, 255))  // (0.75 * 70 + 0.25 * 140) / 1.75
    #expect(small[1, 0] == SIMD3(160, 7, 255))  // (0.25 * 70 + 0.75 * 140 + 0.75 * 210) / 1.75
  }

  @Test func `doubling a column weighs two pixels by their distance`() {
    let image = RasterImage(width: 1, height: 2, pixels: [0, 0, 0, 100, 200, 40])
    let large = image.resized(width: 1, height: 4)
    #expect(large.pixels == [0, 0, 0, 25, 50, 10, 75, 150, 30, 100, 200, 40])
  }

  @Test func `a picture of one colour keeps it at any size`() {
    let image = RasterImage(width: 13, height: 29, red: 255, green: 0, blue: 131)
    for (width, height) in [(1, 1), (4, 9), (13, 100), (50, 3), (200, 201), (1, 5000), (3000, 1)] {
      let resized = image.resized(width: width, height: height)
      let expected = RasterImage(width: width, height: height, red: 255, green: 0, blue: 131)
      #expect(resized == expected, "at \(width) x \(height)")
    }
  }

  @Test func `the same size is the same picture`() {
    let image = RasterImage.noise(width: 9, height: 5)
    #expect(image.resized(width: 9, height: 5) == image)
  }

  @Test func `sides below one are taken as one`() {
    let image = RasterImage.noise(width: 9, height: 5)
    #expect(image.resized(width: 0, height: -4) == image.resized(width: 1, height: 1))
  }

  @Test func `resizing commutes with transposition`() {
    let image = RasterImage.noise(width: 31, height: 18)
    for (width, height) in [(7, 11), (31, 9), (80, 40), (80, 9), (12, 40)] {
      let one = image.resized(width: width, height: height).transposed()
      let other = image.transposed().resized(width: height, height: width)
      // The passes run in another order: a sum at the edge of two levels may fall either way.
      #expect(one.worstDifference(from: other) <= 1, "at \(width) x \(height)")
    }
  }

  @Test(arguments: 0..<40)
  func `every instruction set gives the same bytes`(seed: UInt64) {
    var generator = TestGenerator(state: seed)
    func side() -> Int { Int.random(in: 1...70, using: &generator) }
    let image = RasterImage.noise(width: side(), height: side(), seed: seed)
    let (width, height) = (side(), side())
    let one = image.resized(width: width, height: height)
    guard width != image.width || height != image.height else { return }
    for machine in [IC_BASELINE, IC_WITH_AVX2] {
      let other = image.resized(width: width, height: height, atMost: machine)
      #expect(one == other, "\(image.width) x \(image.height) to \(width) x \(height)")
    }
  }

  @Test func `extreme aspect ratios are resized`() {
    let wide = RasterImage.noise(width: 20000, height: 2)
    let small = wide.resized(width: 800, height: 1)
    #expect(small.width == 800 && small.height == 1)
    let tall = RasterImage.noise(width: 2, height: 20000).resized(width: 4, height: 333)
    #expect(tall.width == 4 && tall.height == 333)
  }

  /// The triangle's weights of each source place for each target place, in double precision.
  private static func exactWeights(_ source: Int, _ target: Int) -> [[Double]] {
    let scale = Double(source) / Double(target)
    return (0..<target).map { place in
      let centre = (Double(place) + 0.5) * scale
      let weights = (0..<source).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / max(scale, 1)) }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
  }

  @Test(arguments: [(10, 8), (46, 34), (40, 9), (9, 40), (1, 1), (23, 5), (24, 17), (70, 50)])
  func `no value is further from the exact one than rounding explains`(width: Int, height: Int) {
    let image = RasterImage.noise(width: 23, height: 17)
    let resized = image.resized(width: width, height: height)
    let across = Self.exactWeights(image.width, width)
    let down = Self.exactWeights(image.height, height)
    var worst = 0.0
    for y in 0..<height {
      for x in 0..<width {
        var exact = SIMD3<Double>.zero
        for (row, weight) in down[y].enumerated() where weight > 0 {
          for (column, other) in across[x].enumerated() where other > 0 {
            exact += weight * other * SIMD3<Double>(image[column, row])
          }
        }
        let difference = SIMD3<Double>(resized[x, y]) - exact
        for channel in 0..<3 { worst = max(worst, abs(difference[channel])) }
      }
    }
    // Half a level, and the error of single precision in a sum of at most 255.
    #expect(worst <= 0.5 + 1e-4)
  }

  private struct Golden: Decodable {
    struct Picture: Decodable {
      let width: Int
      let height: Int
      let pixels: String

      var image: RasterImage {
        RasterImage(width: width, height: height, pixels: [UInt8](hexadecimal: pixels))
      }
    }

    let source: Picture
    let cases: [Picture]
  }

  @Test func `results lie within one level of Pillow's`() throws {
    let data = try Data(contentsOf: TestFiles.golden("resize_pillow.json"))
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    #expect(golden.cases.count == 10)
    let source = golden.source.image
    for expected in golden.cases.map(\.image) {
      let resized = source.resized(width: expected.width, height: expected.height)
      // Pillow rounds to whole levels between its two passes; this is where the level comes from.
      let worst = resized.worstDifference(from: expected)
      #expect(worst <= 1, "\(expected.width) x \(expected.height)")
    }
  }
}
