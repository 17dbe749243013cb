import Testing

@testable import Raster

@Suite struct RasterImageNormalizationTests {
  private static let mean = SIMD3<Float>(0.485, 0.456, 0.406)
  private static let deviation = SIMD3<Float>(0.229, 0.224, 0.225)

  @Test func `one pixel by hand`() {
    let image = RasterImage(width: 1, height: 1, red: 255, green: 0, blue: 51)
    var values = [Float](repeating: 0, count: 3)
    values.withUnsafeMutableBufferPointer {
      let half = SIMD3<Float>(0.5, 0.25, 0.2)
      image.writeNormalized(mean: half, standardDeviation: half, into: $0, rowPixels: 1)
    }
    // (1 - 0.5) / 0.5, (0 - 0.25) / 0.25, (0.2 - 0.2) / 0.2
    #expect(abs(values[0] - 1) < 1e-6)
    #expect(abs(values[1] + 1) < 1e-6)
    #expect(abs(values[2]) < 1e-6)
  }

  @Test(arguments: [1, 2, 5, 15, 16, 17, 31, 48, 101])
  func `every value is right and padding is left alone`(width: Int) {
    let height = 3
    let rowPixels = width + 2
    let image = RasterImage.noise(width: width, height: height)
    var values = [Float](repeating: .infinity, count: height * rowPixels * 3)
    values.withUnsafeMutableBufferPointer {
      image.writeNormalized(
        mean: Self.mean,
        standardDeviation: Self.deviation,
        into: $0,
        rowPixels: rowPixels
      )
    }
    var worst: Float = 0
    for y in 0..<height {
      for x in 0..<rowPixels {
        for channel in 0..<3 {
          let value = values[(y * rowPixels + x) * 3 + channel]
          guard x < width else {
            #expect(value == .infinity, "padding at \(x), \(y) was written")
            continue
          }
          let unit = Float(image[x, y][channel]) / 255
          let expected = (unit - Self.mean[channel]) / Self.deviation[channel]
          worst = max(worst, abs(value - expected))
        }
      }
    }
    // Two roundings of values up to 4.5.
    #expect(worst <= 1e-6)
  }
}
