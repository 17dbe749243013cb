/// The sizes of objects that COCO tells apart, by area in square pixels, both bounds included.
public enum COCOAreaRange: Int, CaseIterable, Hashable, Sendable, Codable {
  /// Every object.
  case all
  /// Up to 32² square pixels.
  case small
  /// From 32² to 96² square pixels.
  case medium
  /// From 96² square pixels.
  case large

  /// The areas that belong to the range.
  ///
  /// An area of exactly 32² is both small and medium.
  public var bounds: ClosedRange<Double> {
    switch self {
    case .all: 0...1e10
    case .small: 0...1024
    case .medium: 1024...9216
    case .large: 9216...1e10
    }
  }
}
