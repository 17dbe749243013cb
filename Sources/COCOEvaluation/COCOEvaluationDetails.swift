/// What an evaluation computes besides the figures.
public struct COCOEvaluationDetails: OptionSet, Hashable, Sendable {
  /// One bit a detail.
  public let rawValue: Int

  /// Details by their bits.
  ///
  /// - Parameter rawValue: One bit a detail.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The figures of each image alone.
  public static let images = COCOEvaluationDetails(rawValue: 1)
  /// The arrays behind the figures, for every limit of detections.
  public static let arrays = COCOEvaluationDetails(rawValue: 2)
}
