/// A box in continuous image coordinates: pixels, origin top left, `x1 <= x2`, no "+ 1".
///
/// A side is `x2 - x1`, so a box that covers one whole pixel has side 1 and touching boxes share no
/// area. Boxes come from data, so any four floats are accepted: a box whose corners are out of order
/// or not numbers is ``isEmpty``, has area 0, and overlaps nothing.
///
/// An array of boxes has the memory of an (N, 4) float tensor.
public struct BoundingBox: Hashable, Sendable {
  /// Lanes (x1, y1, x2, y2), in pixels.
  public var corners: SIMD4<Float>

  /// Makes a box of its four coordinates.
  ///
  /// - Parameter corners: Lanes (x1, y1, x2, y2), in pixels.
  public init(corners: SIMD4<Float>) {
    self.corners = corners
  }

  /// Makes a box of its left, top, right and bottom sides.
  ///
  /// - Parameters:
  ///   - x1: Left side, in pixels.
  ///   - y1: Top side, in pixels.
  ///   - x2: Right side, in pixels.
  ///   - y2: Bottom side, in pixels.
  public init(x1: Float, y1: Float, x2: Float, y2: Float) {
    self.init(corners: SIMD4(x1, y1, x2, y2))
  }

  /// Makes a box of its centre and its sides.
  ///
  /// - Parameters:
  ///   - centerX: Horizontal centre, in pixels.
  ///   - centerY: Vertical centre, in pixels.
  ///   - width: Horizontal side, in pixels.
  ///   - height: Vertical side, in pixels.
  public init(centerX: Float, centerY: Float, width: Float, height: Float) {
    let center = SIMD2(centerX, centerY)
    let half = SIMD2(width, height) * 0.5
    self.init(corners: SIMD4(lowHalf: center - half, highHalf: center + half))
  }

  /// Left side, in pixels.
  public var x1: Float { corners.x }
  /// Top side, in pixels.
  public var y1: Float { corners.y }
  /// Right side, in pixels.
  public var x2: Float { corners.z }
  /// Bottom side, in pixels.
  public var y2: Float { corners.w }
  /// Horizontal side, in pixels; negative when the corners are out of order.
  public var width: Float { corners.z - corners.x }
  /// Vertical side, in pixels; negative when the corners are out of order.
  public var height: Float { corners.w - corners.y }
  /// Horizontal centre, in pixels.
  public var centerX: Float { corners.x + 0.5 * (corners.z - corners.x) }
  /// Vertical centre, in pixels.
  public var centerY: Float { corners.y + 0.5 * (corners.w - corners.y) }

  /// Width times height in square pixels, 0 for an empty box.
  public var area: Float {
    let (width, height) = (self.width, self.height)
    return width > 0 && height > 0 ? width * height : 0
  }

  /// Whether all four coordinates are numbers, neither infinite nor NaN.
  public var isFinite: Bool {
    x1.isFinite && y1.isFinite && x2.isFinite && y2.isFinite
  }

  /// Whether a side is zero, negative or not a number.
  public var isEmpty: Bool {
    !(width > 0 && height > 0)
  }
}

extension BoundingBox: Codable {
  /// Reads a box written as the array `[x1, y1, x2, y2]`.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if there are not exactly four numbers.
  public init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    var corners = SIMD4<Float>()
    for lane in 0..<4 { corners[lane] = try container.decode(Float.self) }
    guard container.isAtEnd else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected [x1, y1, x2, y2], found more than four numbers"
      )
    }
    self.init(corners: corners)
  }

  /// Writes the box as the array `[x1, y1, x2, y2]`.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: `EncodingError` if the format has no such numbers (JSON has no NaN).
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for lane in 0..<4 { try container.encode(corners[lane]) }
  }
}
