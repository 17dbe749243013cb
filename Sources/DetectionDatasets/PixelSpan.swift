/// Where a box begins in one direction and how far it reaches, free of the noise of reckoning.
///
/// Shares of a picture's side, multiplied by it, miss the pixels that were meant by some units in the
/// last place: 259.99999999999994 for 260. A number closer to a shorter decimal than reckoning can
/// tell is that decimal. The bound is 2^-50 of the side; the four roundings (two of shares as they are
/// read, of their difference, of the product) come to at most 2.25 × 2^-53. Decimals of at most eight
/// places count, which holds all that rows of seven places can mean; they lie so far apart that a
/// number with more is moved one time in a hundred thousand, and then by less than 10^-12.
struct PixelSpan: Hashable {
  /// The left or upper edge, in pixels.
  var low: Double
  /// The width or height, in pixels.
  var side: Double

  private static let mostPlaces = 8
  private static let powers: [Double] = (0...mostPlaces).map { places in
    (0..<places).reduce(1.0) { power, _ in power * 10 }
  }

  /// Cleans a span.
  /// - Parameters:
  ///   - low: The left or upper edge, as reckoned.
  ///   - side: The width or height, as reckoned.
  ///   - extent: The picture's side; a span that ends beyond it by noise alone ends at it.
  init(low: Double, side: Double, of extent: Double) {
    self.low = Self.clean(low, scale: extent)
    self.side = Self.clean(side, scale: extent)
    let overhang = self.low + self.side - extent
    if overhang > 0, overhang <= Self.noise(extent) { self.side = extent - self.low }
  }

  /// The shortest decimal that a number cannot be told from.
  /// - Parameters:
  ///   - value: A number with noise.
  ///   - scale: The largest number that it was reckoned from.
  /// - Returns: The decimal, or the number where there is none of at most eight places.
  static func clean(_ value: Double, scale: Double) -> Double {
    let noise = noise(scale)
    for power in powers {
      let scaled = (value * power).rounded()
      // Beyond, whole numbers are no longer exact.
      guard abs(scaled) < 0x1p53 else { return value }
      let decimal = scaled / power
      if abs(value - decimal) <= noise { return decimal == 0 ? 0 : decimal }
    }
    return value
  }

  private static func noise(_ scale: Double) -> Double { abs(scale) * 0x1p-50 }
}
