import CImageCodecs
import Foundation

extension RasterImage {
  /// The picture blurred by a Gaussian, across and then down.
  ///
  /// The filter ends at three standard deviations and its weights are divided by their sum; beyond
  /// the border its pixels go on.
  /// - Parameter sigma: Standard deviation in pixels, 0...64; below 0.05 the picture stays as it is.
  /// - Returns: A picture of the same size.
  package func blurred(sigma: Double) -> RasterImage {
    precondition((0...64).contains(sigma), "a blur has 0 to 64 pixels: \(sigma)")
    guard sigma >= 0.05 else { return self }
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    let values = (0...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = values[0] + 2 * values.dropFirst().reduce(0, +)
    let weights = values.map { Float($0 / sum) }
    let count = width * height * Self.channels
    let pixels = withCheckedPixels { source in
      [UInt8](unsafeUninitializedCapacity: count) { target, initializedCount in
        let isDone = ic_blur(source.baseAddress, width, height, weights, radius, target.baseAddress)
        // As everywhere in Swift, running out of memory ends the process.
        precondition(isDone, "memory ran out while blurring")
        initializedCount = count
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }
}
