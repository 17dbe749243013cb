// swift-format-ignore: AlwaysUseLowerCamelCase
/// The figures of one category; -1 where a figure is undefined.
public struct COCOClassResult: Hashable, Sendable, Codable {
  /// The category's id.
  public var id: Int
  /// The category's name.
  public var name: String
  /// Average precision, the mean over the IoU thresholds.
  public var AP: Double
  /// Average precision at IoU 0.50.
  public var AP50: Double
  /// Average recall with the largest number of detections.
  public var AR100: Double
  /// Objects to be found; crowds are not among them.
  public var groundTruths: Int
  /// Detections of the category.
  public var detections: Int
}
