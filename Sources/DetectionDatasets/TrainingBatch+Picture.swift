package import Raster

extension TrainingBatch {
  /// A picture of the batch as people see it, made of the very values that the network gets.
  ///
  /// - Parameters:
  ///   - number: The picture's place in the batch.
  ///   - mean: Mean of red, green and blue that was taken off, of values in 0...1.
  ///   - standardDeviation: What the rest was divided by.
  /// - Returns: The picture's frame, without the padding that the batch adds; rounded to bytes.
  package func picture(
    _ number: Int,
    mean: [Float],
    standardDeviation: [Float]
  ) -> RasterImage {
    precondition(mean.count == 3 && standardDeviation.count == 3, "one value for each of 3 colours")
    let origin = origins[number]
    let start = number * width * height * 3
    var bytes: [UInt8] = []
    bytes.reserveCapacity(origin.width * origin.height * 3)
    for y in 0..<origin.height {
      for x in 0..<origin.width {
        for channel in 0..<3 {
          let value = pixels[start + (y * width + x) * 3 + channel]
          let level = (value * standardDeviation[channel] + mean[channel]) * 255
          bytes.append(UInt8(min(max(level.rounded(), 0), 255)))
        }
      }
    }
    return RasterImage(width: origin.width, height: origin.height, pixels: bytes)
  }
}
