/// To which size a picture is brought before the network sees it.
///
/// The short side becomes ``shortSide``, unless the long side would then exceed ``longSideCap``; the
/// aspect ratio is kept up to rounding. The result is padded at the right and at the bottom.
public struct ResizeRule: Codable, Hashable, Sendable {
  /// Wanted length of the shorter side, in pixels, >= 1.
  public var shortSide: Int

  /// Greatest length of the longer side, in pixels, >= 1; it wins over ``shortSide``.
  public var longSideCap: Int

  /// Sides of a padded picture are multiples of this, in pixels, >= 1.
  public var multiple: Int

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - shortSide: Wanted length of the shorter side, in pixels.
  ///   - longSideCap: Greatest length of the longer side, in pixels.
  ///   - multiple: What padded sides are multiples of. torchvision, Detectron: 32.
  public init(shortSide: Int, longSideCap: Int, multiple: Int = 32) {
    self.shortSide = shortSide
    self.longSideCap = longSideCap
    self.multiple = multiple
    let fault = self.fault
    precondition(
      fault == nil,
      "resize: \(fault?.key.rawValue ?? ""): \(fault?.message ?? "")"
    )
  }

  /// Reads a rule; only ``multiple`` may be missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing, has the wrong type or cannot be used.
  public init(from decoder: any Decoder) throws {
    self.init(shortSide: 1, longSideCap: 1)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shortSide = try container.decode(Int.self, forKey: .shortSide)
    longSideCap = try container.decode(Int.self, forKey: .longSideCap)
    try container.update(&multiple, forKey: .multiple)
    try container.refuse(fault)
  }

  /// The factor that the rule asks for.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, in pixels, >= 1.
  ///   - height: Height of the picture, in pixels, >= 1.
  /// - Returns: min(shortSide / short, longSideCap / long), above 0.
  public func scale(width: Int, height: Int) -> Double {
    precondition(width > 0 && height > 0, "an image has pixels: \(width) x \(height)")
    let short = Double(min(width, height))
    let long = Double(max(width, height))
    return min(Double(shortSide) / short, Double(longSideCap) / long)
  }

  /// The size of a picture after resizing, before padding.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, in pixels, >= 1.
  ///   - height: Height of the picture, in pixels, >= 1.
  /// - Returns: Each side times ``scale(width:height:)``, rounded to the nearest pixel, at least 1.
  ///   As boxes follow the pixels, scale them by the ratio of the sizes, not by the factor.
  public func resized(width: Int, height: Int) -> (width: Int, height: Int) {
    let factor = scale(width: width, height: height)
    return (
      max(1, Int((Double(width) * factor).rounded())),
      max(1, Int((Double(height) * factor).rounded()))
    )
  }

  /// The size of the canvas that holds a resized picture.
  ///
  /// - Parameters:
  ///   - width: Width after resizing, in pixels; of a batch, the largest.
  ///   - height: Height after resizing, in pixels; of a batch, the largest.
  /// - Returns: Each side rounded up to a multiple of ``multiple``.
  public func padded(width: Int, height: Int) -> (width: Int, height: Int) {
    precondition(width >= 0 && height >= 0, "an image has no negative side: \(width) x \(height)")
    return (roundedUp(width), roundedUp(height))
  }

  private func roundedUp(_ side: Int) -> Int {
    let remainder = side % multiple
    return remainder == 0 ? side : side + multiple - remainder
  }

  /// Sides and multiples above this are refused: products with them could overflow.
  private static let largestSide = 1 << 24

  private var fault: (key: CodingKeys, message: String)? {
    let range = 1...Self.largestSide
    for (key, value) in [
      (CodingKeys.shortSide, shortSide), (.longSideCap, longSideCap), (.multiple, multiple),
    ] where !range.contains(value) {
      return (key, "expected a number of pixels in \(range), found \(value)")
    }
    return nil
  }

  private enum CodingKeys: String, CodingKey {
    case shortSide, longSideCap, multiple
  }
}
