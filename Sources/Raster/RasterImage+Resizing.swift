import CImageCodecs

extension RasterImage {
  /// The picture resampled with the antialiased triangle filter.
  ///
  /// Pillow's `BILINEAR` and PyTorch's `_upsample_bilinear2d_aa`: half-pixel centres, the filter
  /// widened by the scale when shrinking. Weights and sums are single precision, rounded once at
  /// the end, so values lie within half a level of the exact ones and within one of Pillow's, which rounds
  /// between its two passes. They are the same on every machine.
  /// - Parameters:
  ///   - width: Pixels of a row; below 1 is taken as 1.
  ///   - height: Rows; below 1 is taken as 1.
  /// - Returns: A picture of that size; the same picture if it has that size already.
  package func resized(width: Int, height: Int) -> RasterImage {
    let (width, height) = (max(1, width), max(1, height))
    guard width != self.width || height != self.height else { return self }
    return resized(width: width, height: height, by: ic_resize)
  }

  /// The same with the kernels of the oldest processors, for comparison.
  func resizedByBaseline(width: Int, height: Int) -> RasterImage {
    resized(width: width, height: height, by: ic_resize_baseline)
  }

  private typealias Kernel = (
    UnsafePointer<UInt8>?, UInt32, UInt32, UnsafeMutablePointer<UInt8>?, UInt32, UInt32,
    UnsafeMutablePointer<ic_error>?
  ) -> Bool

  private func resized(width: Int, height: Int, by kernel: Kernel) -> RasterImage {
    let count = width * height * Self.channels
    var error = ic_error()
    let pixels = withCheckedPixels { source in
      [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
        let isDone = kernel(
          source.baseAddress,
          UInt32(self.width),
          UInt32(self.height),
          target.baseAddress,
          UInt32(width),
          UInt32(height),
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
