extension RasterImage {
  /// At which fraction of its size a JPEG is decoded for a size that it will be resized to.
  ///
  /// - Parameters:
  ///   - width: Width of the upright picture, in pixels.
  ///   - height: Height of the upright picture, in pixels.
  ///   - target: The size it will be resized to.
  /// - Returns: 8, 4, 2 or 1: the largest n whose 1/n of the picture is not below the target.
  package static func scaleDenominator(
    width: Int,
    height: Int,
    fitting target: (width: Int, height: Int)
  ) -> Int {
    // Sides of the scaled picture are rounded up, so the comparison is with the exact quotient.
    [8, 4, 2].first {
      width >= max(1, target.width) * $0 && height >= max(1, target.height) * $0
    } ?? 1
  }
}
