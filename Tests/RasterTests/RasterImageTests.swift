import Testing

@testable import Raster

@Suite struct RasterImageTests {
  @Test func `a filled picture has the colour everywhere`() {
    let image = RasterImage(width: 3, height: 2, red: 1, green: 2, blue: 3)
    #expect(image.pixels == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    #expect(image[2, 1] == SIMD3(1, 2, 3))
  }
}
