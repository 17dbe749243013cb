import CImageCodecs

extension RasterImage {
  /// The picture resampled with the antialiased triangle filter.
  ///
  /// Pillow's `BILINEAR` and PyTorch's `_upsample_bilinear2d_aa`: half-pixel centres, the filter
  /// widened by the scale when shrinking. Weights and sums are single precision, rounded once at
  /// the end, so values lie within half a level of the exact ones and within one of Pillow's, which
  /// rounds between its two passes. They are the same on every machine.
  /// - Parameters:
  ///   - width: Pixels of a row; below 1 is taken as 1.
  ///   - height: Rows; below 1 is taken as 1.
  /// - Returns: A picture of that size; the same picture if it has that size already.
  package func resized(width: Int, height: Int) -> RasterImage {
    resized(width: max(1, width), height: max(1, height), atMost: IC_WITH_AVX512)
  }

  /// The same with the kernels of lesser processors, for comparison.
  func resized(width: Int, height: Int, atMost machine: ic_machine) -> RasterImage {
    guard width != self.width || height != self.height else { return self }
    let count = width * height * Self.channels
    var error = ic_error()
    let pixels = withCheckedPixels { source in
      [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        var target = ic_target()
        target.bytes = buffer.baseAddress
        let isDone = ic_resample(
          source.baseAddress,
          UInt32(self.width),
          UInt32(self.height),
          UInt32(width),
          UInt32(height),
          &target,
          machine,
          &error
        )
        // As everywhere in Swift, running out of memory ends the process.
        precondition(isDone, "memory ran out while resizing")
        initializedCount = count
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }
}
