/// One point of a precision-recall curve.
public struct COCOPrecisionRecallPoint: Hashable, Sendable {
  /// The share of the objects that is found.
  public var recall: Double
  /// The best precision at this recall or a higher one; 0 where the recall is not reached.
  public var precision: Double
  /// The score down to which detections count; `nil` where the recall is not reached, or for a mean.
  public var score: Double?
}
