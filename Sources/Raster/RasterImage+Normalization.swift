import CImageCodecs

extension RasterImage {
  /// Writes (value/255 − mean) / standard deviation of every pixel, channels last.
  ///
  /// - Parameters:
  ///   - mean: Of red, green and blue, on the scale 0...1. ImageNet: 0.485, 0.456, 0.406.
  ///   - standardDeviation: Of the same, not zero. ImageNet: 0.229, 0.224, 0.225.
  ///   - buffer: Receives row y from element `y * rowPixels * 3` on; what lies between the rows is
  ///     left as it is. At least `((height - 1) * rowPixels + width) * 3` elements.
  ///   - rowPixels: Pixels from one row's start to the next, at least `width`.
  package func writeNormalized(
    mean: SIMD3<Float>,
    standardDeviation: SIMD3<Float>,
    into buffer: UnsafeMutableBufferPointer<Float>,
    rowPixels: Int
  ) {
    precondition(rowPixels >= width, "rows would overlap")
    precondition(
      buffer.count >= ((height - 1) * rowPixels + width) * Self.channels,
      "the buffer is too small for the picture"
    )
    let normalization = PixelNormalization(mean: mean, standardDeviation: standardDeviation)
    let (scale, bias) = (normalization.scale, normalization.bias)
    withCheckedPixels { pixels in
      ic_normalize(
        pixels.baseAddress,
        width,
        height,
        [scale.x, scale.y, scale.z],
        [bias.x, bias.y, bias.z],
        buffer.baseAddress,
        rowPixels
      )
    }
  }
}
