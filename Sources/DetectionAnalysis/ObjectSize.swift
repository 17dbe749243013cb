/// The sizes that COCO tells apart, made disjoint so that counts add up.
///
/// COCO counts an area of exactly 32² as small and as medium; here, as in TIDE, it is small.
public enum ObjectSize: String, CaseIterable, Hashable, Sendable, Codable {
  /// Up to 32² square pixels.
  case small
  /// Above 32², up to 96² square pixels.
  case medium
  /// Above 96² square pixels.
  case large

  /// The size of an area.
  ///
  /// - Parameter area: Square pixels.
  public init(area: Double) {
    self = area <= 1024 ? .small : area <= 9216 ? .medium : .large
  }

  /// Its place among the sizes.
  var index: Int {
    switch self {
    case .small: 0
    case .medium: 1
    case .large: 2
    }
  }
}
