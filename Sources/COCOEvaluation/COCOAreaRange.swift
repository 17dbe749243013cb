/// A range of sizes of objects, by area in square pixels, both bounds included.
public struct COCOAreaRange: Hashable, Sendable, Codable {
  /// What figures of the range are called; the twelve figures ask for `all`, `small`, `medium` and `large`.
  public var name: String
  /// The areas that belong to the range.
  public var bounds: ClosedRange<Double>

  /// A range of sizes.
  ///
  /// - Parameters:
  ///   - name: What figures of the range are called.
  ///   - bounds: The areas that belong to it, in square pixels.
  public init(name: String, bounds: ClosedRange<Double>) {
    self.name = name
    self.bounds = bounds
  }

  /// Every object: up to 10⁵ squared, as COCO has it.
  public static let all = COCOAreaRange(name: "all", bounds: 0...1e10)
  /// Up to 32² square pixels.
  ///
  /// An area of exactly 32² is both small and medium.
  public static let small = COCOAreaRange(name: "small", bounds: 0...1024)
  /// From 32² to 96² square pixels.
  public static let medium = COCOAreaRange(name: "medium", bounds: 1024...9216)
  /// From 96² square pixels.
  public static let large = COCOAreaRange(name: "large", bounds: 9216...1e10)

  /// COCO's four ranges.
  public static let standard: [COCOAreaRange] = [.all, .small, .medium, .large]
}
