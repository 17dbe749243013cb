import Testing

@testable import Raster

@Suite struct RasterImageTransformsTests {
  // a b c
  // d e f, each letter a pixel
  private static let letters = picture(["abc", "def"])

  private static func picture(_ rows: [String]) -> RasterImage {
    let values = rows.flatMap { $0.utf8.flatMap { [$0, $0 + 1, $0 + 2] } }
    return RasterImage(width: rows[0].utf8.count, height: rows.count, pixels: values)
  }

  @Test func `flips and transposition, by hand`() {
    let image = Self.letters
    #expect(image.flippedHorizontally() == Self.picture(["cba", "fed"]))
    #expect(image.flippedVertically() == Self.picture(["def", "abc"]))
    #expect(image.transposed() == Self.picture(["ad", "be", "cf"]))
  }

  @Test(arguments: [(1, 1), (1, 9), (40, 17), (16, 16), (33, 64)])
  func `doing a transform twice changes nothing`(width: Int, height: Int) {
    let image = RasterImage.noise(width: width, height: height)
    #expect(image.flippedHorizontally().flippedHorizontally() == image)
    #expect(image.flippedVertically().flippedVertically() == image)
    #expect(image.transposed().transposed() == image)
  }

  @Test(arguments: [1, 2, 4, 5, 6, 7, 10, 11, 12, 33])
  func `a picture mirrored left to right has every pixel at the other side`(width: Int) {
    let image = RasterImage.noise(width: width, height: 3)
    let mirrored = image.flippedHorizontally()
    for y in 0..<3 {
      for x in 0..<width where mirrored[x, y] != image[width - 1 - x, y] {
        Issue.record("differs at \(x), \(y)")
      }
    }
  }

  @Test func `a transposed picture has every pixel with its coordinates exchanged`() {
    let image = RasterImage.noise(width: 37, height: 21)
    let transposed = image.transposed()
    #expect(transposed.width == 21 && transposed.height == 37)
    for y in 0..<21 {
      for x in 0..<37 where transposed[y, x] != image[x, y] {
        Issue.record("differs at \(x), \(y)")
      }
    }
  }

  @Test func `a crop is the part inside the picture`() {
    let image = Self.letters
    #expect(image.cropped(x: 1, y: 0, width: 2, height: 1) == Self.picture(["bc"]))
    #expect(image.cropped(x: -5, y: 1, width: 7, height: 9) == Self.picture(["de"]))
    #expect(image.cropped(x: 0, y: 0, width: .max, height: .max) == image)
  }

  @Test func `a crop outside the picture is its nearest pixel`() {
    let image = Self.letters
    #expect(image.cropped(x: 99, y: 99, width: 4, height: 4) == Self.picture(["f"]))
    #expect(image.cropped(x: -9, y: -9, width: 2, height: 2) == Self.picture(["a"]))
    #expect(image.cropped(x: .min, y: .max, width: .min, height: .max) == Self.picture(["d"]))
    #expect(image.cropped(x: 1, y: 0, width: 0, height: 0) == Self.picture(["b"]))
  }

  // What each of EXIF's orientations stores of the upright picture "abc", "def".
  @Test(arguments: [
    (1, ["abc", "def"]), (2, ["cba", "fed"]), (3, ["fed", "cba"]), (4, ["def", "abc"]),
    (5, ["ad", "be", "cf"]), (6, ["cf", "be", "ad"]), (7, ["fc", "eb", "da"]),
    (8, ["da", "eb", "fc"]),
  ])
  func `every orientation is turned upright`(value: Int, stored: [String]) throws {
    let orientation = try #require(ImageOrientation(rawValue: value))
    #expect(Self.picture(stored).upright(from: orientation) == Self.letters)
  }
}
