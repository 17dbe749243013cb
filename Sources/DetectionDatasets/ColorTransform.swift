import Foundation
import Raster

/// A change of light and colour: one affine map of (red, green, blue), then rounding and clipping.
///
/// Brightness, contrast, saturation and hue follow one another in this order. Each is affine, so
/// their product is applied to a pixel once and nothing is clipped in between.
struct ColorTransform: Hashable, Sendable {
  /// Factor on all values.
  var brightness: Float = 1
  /// Factor on the distance from the picture's mean gray.
  var contrast: Float = 1
  /// Factor on the distance of a pixel from its own gray.
  var saturation: Float = 1
  /// Turn about the gray axis, in radians.
  var hue: Float = 0

  /// The weights of gray: luma of ITU-R BT.601, as Pillow's.
  private static let luma = SIMD3<Float>(0.299, 0.587, 0.114)

  /// Added to a number of 0...255, it leaves the number, rounded, in the lowest byte.
  ///
  /// The standard library's conversion and clamping of vectors were most of the loader's time.
  private static let roundingShift = SIMD4<Float>(repeating: 0x1p23)

  /// Whether pixels stay as they are.
  var isIdentity: Bool { brightness == 1 && contrast == 1 && saturation == 1 && hue == 0 }

  /// The picture with its colours changed.
  func callAsFunction(_ image: RasterImage) -> RasterImage {
    guard !isIdentity else { return image }
    var result = image
    let (columns, offset) = matrix(meanGray: contrast == 1 ? 0 : Self.meanGray(of: image))
    let (low, high) = (SIMD4<Float>.zero, SIMD4<Float>(repeating: 255))
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      for start in stride(from: 0, to: pixels.count - 2, by: 3) {
        var value = offset + columns.0 * Float(pixels[start])
        value += columns.1 * Float(pixels[start + 1])
        value += columns.2 * Float(pixels[start + 2])
        value.replace(with: low, where: value .< low)
        value.replace(with: high, where: value .> high)
        let byte = unsafeBitCast(value + Self.roundingShift, to: SIMD4<UInt32>.self)
        pixels[start] = UInt8(truncatingIfNeeded: byte.x)
        pixels[start + 1] = UInt8(truncatingIfNeeded: byte.y)
        pixels[start + 2] = UInt8(truncatingIfNeeded: byte.z)
      }
    }
    return result
  }

  /// The columns of the 3x3 matrix and the offset; the fourth lane is idle.
  private func matrix(
    meanGray: Float
  ) -> ((SIMD4<Float>, SIMD4<Float>, SIMD4<Float>), SIMD4<Float>) {
    let units = [SIMD3<Float>(1, 0, 0), SIMD3<Float>(0, 1, 0), SIMD3<Float>(0, 0, 1)]
    let columns = units.map { SIMD4(colourPart($0 * (brightness * contrast)), 0) }
    let offset = (1 - contrast) * brightness * meanGray
    return ((columns[0], columns[1], columns[2]), SIMD4(colourPart(.init(repeating: offset)), 0))
  }

  /// Saturation, then hue: both are linear and leave grays alone.
  private func colourPart(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let gray = (color * Self.luma).sum()
    let vivid = color * saturation + (1 - saturation) * gray
    guard hue != 0 else { return vivid }
    // Rodrigues' rotation about (1, 1, 1) / sqrt 3.
    let (cosine, sine) = (cos(hue), sin(hue))
    let third = vivid.sum() / 3
    let cross =
      SIMD3<Float>(vivid.z - vivid.y, vivid.x - vivid.z, vivid.y - vivid.x) / Float(3).squareRoot()
    return vivid * cosine + cross * sine + (1 - cosine) * third
  }

  private static func meanGray(of image: RasterImage) -> Float {
    var sums = SIMD3<UInt64>.zero
    image.pixels.withUnsafeBufferPointer { pixels in
      for start in stride(from: 0, to: pixels.count - 2, by: 3) {
        sums &+= SIMD3<UInt64>(
          UInt64(pixels[start]),
          UInt64(pixels[start + 1]),
          UInt64(pixels[start + 2])
        )
      }
    }
    let count = Float(max(image.pixels.count / 3, 1))
    return (luma * SIMD3(Float(sums.x), Float(sums.y), Float(sums.z)) / count).sum()
  }
}
