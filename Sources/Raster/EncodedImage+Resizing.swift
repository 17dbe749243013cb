import CImageCodecs

extension EncodedImage {
  /// The picture, upright, of another size: what ``decoded(fitting:)`` of all pixels and
  /// `resized(width:height:)` give, byte for byte.
  ///
  /// An upright JPEG is resampled while it is decoded, so that no more than some rows of it are ever
  /// in memory.
  func resized(
    width: Int,
    height: Int,
    atMost machine: ic_machine = IC_WITH_AVX512
  ) throws(RasterError) -> RasterImage {
    guard isResampledOnTheWay(toWidth: width, height: height) else {
      return try decoded(fitting: nil).resized(width: width, height: height, atMost: machine)
    }
    var result = Result<Void, RasterError>.success(())
    let count = width * height * RasterImage.channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      var target = ic_target()
      target.bytes = buffer.baseAddress
      result = resample(width: width, height: height, to: target, atMost: machine)
      if case .success = result { initializedCount = count }
    }
    try result.get()
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  /// The same, normalised as it is written: row y from element `y * rowPixels * 3` on.
  func writeNormalized(
    width: Int,
    height: Int,
    isMirrored: Bool,
    normalization: PixelNormalization,
    into buffer: UnsafeMutableBufferPointer<Float>,
    rowPixels: Int
  ) throws(RasterError) {
    guard isResampledOnTheWay(toWidth: width, height: height) else {
      let image = try resized(width: width, height: height)
      return (isMirrored ? image.flippedHorizontally() : image).writeNormalized(
        mean: normalization.mean,
        standardDeviation: normalization.standardDeviation,
        into: buffer,
        rowPixels: rowPixels
      )
    }
    precondition(rowPixels >= width, "rows would overlap")
    precondition(
      buffer.count >= ((height - 1) * rowPixels + width) * RasterImage.channels,
      "the buffer is too small for the picture"
    )
    var target = ic_target()
    target.floats = buffer.baseAddress
    target.row_pixels = rowPixels
    let (scale, bias) = (normalization.scale, normalization.bias)
    target.scale = (scale.x, scale.y, scale.z)
    target.bias = (bias.x, bias.y, bias.z)
    target.mirrored = isMirrored
    try resample(width: width, height: height, to: target).get()
  }

  private func isResampledOnTheWay(toWidth width: Int, height: Int) -> Bool {
    format == .jpeg && orientation == .upright && (width != storedWidth || height != storedHeight)
  }

  private func resample(
    width: Int,
    height: Int,
    to target: ic_target,
    atMost machine: ic_machine = IC_WITH_AVX512
  ) -> Result<Void, RasterError> {
    var error = ic_error()
    var target = target
    let isDone = ic_jpeg_resample(
      bytes.baseAddress,
      bytes.count,
      1,
      UInt32(storedWidth),
      UInt32(storedHeight),
      UInt32(width),
      UInt32(height),
      &target,
      machine,
      &error
    )
    return isDone ? .success(()) : .failure(RasterError(error, file: name))
  }
}
