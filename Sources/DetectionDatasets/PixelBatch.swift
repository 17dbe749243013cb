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

  /// The same pictures in the upper left corners of larger ones.
  /// - Parameters:
  ///   - pixels: Shape [N, height, width, 3].
  ///   - count: The number of pictures N.
  ///   - old: Width and height.
  ///   - new: Width and height, neither less.
  /// - Returns: Shape [N, height, width, 3]; 0 where there was nothing.
  static func padded(
    _ pixels: [Float],
    count: Int,
    from old: (width: Int, height: Int),
    to new: (width: Int, height: Int)
  ) -> [Float] {
    precondition(old.width <= new.width && old.height <= new.height, "padding shrinks nothing")
    var larger = [Float](repeating: 0, count: count * new.width * new.height * 3)
    let row = old.width * 3
    for line in 0..<count * old.height {
      let (number, y) = line.quotientAndRemainder(dividingBy: old.height)
      let start = (number * new.height + y) * new.width * 3
      larger.replaceSubrange(start..<start + row, with: pixels[line * row..<(line + 1) * row])
    }
    return larger
  }
}
