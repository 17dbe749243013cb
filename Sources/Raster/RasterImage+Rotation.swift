import CImageCodecs
import Foundation

extension RasterImage {
  /// The picture turned about its middle in a frame of its own size, resampled bilinearly.
  ///
  /// - Parameters:
  ///   - radians: Clockwise, as y grows downwards.
  ///   - fill: What enters at the corners.
  /// - Returns: A picture of the same size.
  package func rotated(radians: Double, fill: SIMD3<UInt8>) -> RasterImage {
    let count = width * height * Self.channels
    let pixels = withCheckedPixels { source in
      [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
        ic_rotate(
          source.baseAddress,
          width,
          height,
          cos(radians),
          sin(radians),
          [fill.x, fill.y, fill.z],
          target.baseAddress
        )
        initializedCount = count
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }
}
