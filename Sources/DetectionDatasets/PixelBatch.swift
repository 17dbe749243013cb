import BoxGeometry
import Raster

/// Pictures of one size side by side, normalised, as the network takes them.
enum PixelBatch {
  /// Writes pictures into one buffer.
  /// - Parameters:
  ///   - images: The pictures, each with the place of its upper left corner.
  ///   - width: Width of all once padded.
  ///   - height: Height of all once padded.
  ///   - mean: Mean of each colour, of values in 0...1.
  ///   - standardDeviation: Standard deviation of each colour.
  /// - Returns: Shape [N, height, width, 3]; 0 where there is no picture.
  static func pixels(
    of images: [(image: RasterImage, x: Int, y: Int)],
    width: Int,
    height: Int,
    mean: [Float],
    standardDeviation: [Float]
  ) -> [Float] {
    precondition(mean.count == 3 && standardDeviation.count == 3, "one value for each of 3 colours")
    let mean = SIMD3(mean[0], mean[1], mean[2])
    let deviation = SIMD3(standardDeviation[0], standardDeviation[1], standardDeviation[2])
    let size = height * width * 3
    return [Float](unsafeUninitializedCapacity: images.count * size) { buffer, count in
      count = images.count * size
      buffer.initialize(repeating: 0)
      for (number, (image, x, y)) in images.enumerated() {
        let start = number * size + (y * width + x) * 3
        image.writeNormalized(
          mean: mean,
          standardDeviation: deviation,
          into: UnsafeMutableBufferPointer(rebasing: buffer[start..<(number + 1) * size]),
          rowPixels: width
        )
      }
    }
  }
}
