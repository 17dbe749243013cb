import Testing

@testable import Raster

@Suite struct RasterImageTests {
  @Test func `a filled picture has the colour everywhere`() {
    let image = RasterImage(width: 3, height: 2, red: 1, green: 2, blue: 3)
    #expect(image.pixels == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    #expect(image[2, 1] == SIMD3(1, 2, 3))
  }

  @Test func `a pixel is found by column and row`() {
    var image = RasterImage(width: 2, height: 2, pixels: Array(0..<12))
    #expect(image[1, 0] == SIMD3(3, 4, 5))
    #expect(image[0, 1] == SIMD3(6, 7, 8))
    image[0, 1] = SIMD3(90, 91, 92)
    #expect(image.pixels == [0, 1, 2, 3, 4, 5, 90, 91, 92, 9, 10, 11])
  }
}
