import Foundation
import Testing

@testable import Raster

@Suite struct RasterImageEffectsTests {
  private func noise(width: Int, height: Int, seed: UInt64 = 1) -> RasterImage {
    var state = seed
    let pixels = (0..<width * height * 3).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  // MARK: Blur

  /// The blur by its definition: both sums at once, in double precision.
  private func direct(_ image: RasterImage, sigma: Double) -> [Double] {
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = weights.reduce(0, +)
    var result: [Double] = []
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<3 {
          var value = 0.0
          for (j, down) in weights.enumerated() {
            for (i, across) in weights.enumerated() {
              let column = min(max(x + i - radius, 0), image.width - 1)
              let row = min(max(y + j - radius, 0), image.height - 1)
              value += down * across * Double(image[column, row][channel])
            }
          }
          result.append(value / (sum * sum))
        }
      }
    }
    return result
  }

  @Test(arguments: [
    (17, 11, 0.3), (17, 11, 1.0), (9, 14, 2.5), (1, 9, 1.5), (12, 1, 1.5), (1, 1, 4.0), (5, 4, 6.0),
  ]) func `a blur is the sum that defines it`(width: Int, height: Int, sigma: Double) {
    let image = noise(width: width, height: height)
    let worst = zip(image.blurred(sigma: sigma).pixels, direct(image, sigma: sigma))
      .map { abs(Double($0) - $1) }.max()
    #expect((worst ?? .infinity) <= 0.501)
  }

  @Test func `a blur leaves one colour alone, and no blur everything`() {
    let plain = RasterImage(width: 30, height: 20, red: 255, green: 7, blue: 130)
    #expect(plain.blurred(sigma: 2) == plain)
    let image = noise(width: 20, height: 10)
    #expect(image.blurred(sigma: 0) == image)
    #expect(image.blurred(sigma: 0.5) != image)
  }

  // MARK: Rotation

  @Test func `a quarter turn of a square is exact`() {
    let image = noise(width: 12, height: 12)
    let turned = image.rotated(radians: .pi / 2, fill: .zero)
    #expect(turned == image.transposed().flippedHorizontally())
    #expect(image.rotated(radians: 0, fill: .zero) == image)
  }

  /// Bilinear interpolation by its definition, colour by colour, what is outside being `fill`.
  private func turned(_ image: RasterImage, _ radians: Double, fill: SIMD3<UInt8>) -> [Double] {
    var result: [Double] = []
    func value(_ x: Int, _ y: Int, _ channel: Int) -> Double {
      let isInside = (0..<image.width).contains(x) && (0..<image.height).contains(y)
      return Double(isInside ? image[x, y][channel] : fill[channel])
    }
    let middle = SIMD2(Double(image.width) / 2, Double(image.height) / 2)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let arm = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - middle
        let place = SIMD2(
          cos(radians) * arm.x + sin(radians) * arm.y,
          -sin(radians) * arm.x + cos(radians) * arm.y
        )
        let from = place + middle - 0.5
        let (left, top) = (from.x.rounded(.down), from.y.rounded(.down))
        let (across, down) = (from.x - left, from.y - top)
        let (column, row) = (Int(left), Int(top))
        for channel in 0..<3 {
          let above =
            value(column, row, channel) * (1 - across) + value(column + 1, row, channel) * across
          let below =
            value(column, row + 1, channel) * (1 - across)
            + value(column + 1, row + 1, channel) * across
          result.append(above * (1 - down) + below * down)
        }
      }
    }
    return result
  }

  @Test(arguments: [-40.0, -7, 0.5, 12, 33, 170])
  func `a rotation is bilinear interpolation`(degrees: Double) {
    let image = noise(width: 23, height: 15)
    let radians = degrees * .pi / 180
    let fill = SIMD3<UInt8>(10, 200, 90)
    let result = image.rotated(radians: radians, fill: fill)
    let worst = zip(result.pixels, turned(image, radians, fill: fill)).map { abs(Double($0) - $1) }
      .max()
    // Weights of 8 bits: at most 255/256 of a level in x and as much in y, and the rounding.
    #expect((worst ?? .infinity) <= 2.5)
  }

  @Test(arguments: [(1, 1), (1, 50), (50, 1), (2, 3)])
  func `narrow pictures turn too`(width: Int, height: Int) {
    for degrees in stride(from: -90.0, through: 90, by: 7) {
      let turned = noise(width: width, height: height)
        .rotated(radians: degrees * .pi / 180, fill: .zero)
      #expect((turned.width, turned.height) == (width, height))
    }
  }

  // MARK: Composition

  @Test func `what is drawn lies where it was put, the rest stays`() {
    let below = noise(width: 9, height: 7)
    let top = noise(width: 4, height: 3, seed: 2)
    for (x, y) in [(0, 0), (2, 3), (-2, -1), (7, 6), (-4, 0), (9, 0), (0, 7), (-9, -9)] {
      var drawn = below
      drawn.draw(top, x: x, y: y)
      for row in 0..<7 {
        for column in 0..<9 {
          let (i, j) = (column - x, row - y)
          let isCovered = (0..<4).contains(i) && (0..<3).contains(j)
          #expect(drawn[column, row] == (isCovered ? top[i, j] : below[column, row]))
        }
      }
    }
  }

  @Test func `a feathered edge rises evenly from what lies below`() {
    var image = RasterImage(width: 12, height: 6, red: 0, green: 0, blue: 0)
    let top = RasterImage(width: 10, height: 4, red: 240, green: 240, blue: 240)
    image.paste(top, x: 1, y: 1, feather: EdgeFeather(left: 3, top: 0, right: 1, bottom: 0))
    // Quarters from the left, a half at the right end.
    let row: [UInt8] = [0, 60, 120, 180, 240, 240, 240, 240, 240, 240, 120, 0]
    #expect((0..<12).map { image[$0, 2].x } == row)
    #expect((0..<6).map { image[6, $0].x } == [0, 240, 240, 240, 240, 0])
  }

  @Test func `a feather wider than the picture does not overflow`() {
    var image = RasterImage(width: 4, height: 4, red: 10, green: 10, blue: 10)
    let top = RasterImage(width: 4, height: 4, red: 250, green: 250, blue: 250)
    image.paste(top, x: 0, y: 0, feather: EdgeFeather(left: 99, top: 99, right: 99, bottom: 99))
    #expect(image.pixels.allSatisfy { $0 >= 10 && $0 < 250 })
  }

  @Test func `a mix is the weighted mean`() {
    let (one, other) = (noise(width: 8, height: 5), noise(width: 8, height: 5, seed: 3))
    for share in [0, 0.25, 0.5, 0.4375, 1] {
      var mixed = one
      mixed.blend(with: other, share: share)
      let worst = zip(mixed.pixels, zip(one.pixels, other.pixels)).map { value, parts in
        abs(Double(value) - share * Double(parts.0) - (1 - share) * Double(parts.1))
      }.max()
      #expect((worst ?? 1) <= 0.5)
    }
  }
}
