public import COCOEvaluation

/// The settings of an error analysis.
public struct DetectionErrorParameters: Hashable, Sendable {
  /// IoU from which a detection finds an object, t_f; TIDE has 0.5.
  public var foregroundThreshold: Double
  /// IoU up to which a detection is one of background, t_b; TIDE has 0.1.
  public var backgroundThreshold: Double
  /// How many detections of a category and image count; COCO has 100.
  public var detectionLimit: Int
  /// Whether categories are forgotten: any detection may find any object.
  public var classAgnostic: Bool
  /// The recalls at which precision is read off, ascending; COCO has 0 to 1 in steps of 0.01.
  public var recallThresholds: [Double]

  /// The settings of TIDE under the COCO protocol, unless told otherwise.
  ///
  /// - Parameters:
  ///   - foregroundThreshold: IoU from which a detection finds an object, above 0, at most 1.
  ///   - backgroundThreshold: IoU up to which it is one of background, 0 or more, below the other.
  ///   - detectionLimit: How many detections of a category and image count; at least 1.
  ///   - classAgnostic: Whether categories are forgotten.
  ///   - recallThresholds: The recalls at which precision is read off, ascending; not empty.
  public init(
    foregroundThreshold: Double = 0.5,
    backgroundThreshold: Double = 0.1,
    detectionLimit: Int = 100,
    classAgnostic: Bool = false,
    recallThresholds: [Double] = COCOEvaluationParameters().recallThresholds
  ) {
    precondition(
      foregroundThreshold > 0 && foregroundThreshold <= 1,
      "the foreground threshold must be above 0 and at most 1"
    )
    precondition(
      backgroundThreshold >= 0 && backgroundThreshold < foregroundThreshold,
      "the background threshold must be at least 0 and below the foreground threshold"
    )
    precondition(detectionLimit > 0, "at least one detection has to count")
    precondition(
      !recallThresholds.isEmpty
        && zip(recallThresholds, recallThresholds.dropFirst()).allSatisfy(<=),
      "recall thresholds must ascend"
    )
    self.foregroundThreshold = foregroundThreshold
    self.backgroundThreshold = backgroundThreshold
    self.detectionLimit = detectionLimit
    self.classAgnostic = classAgnostic
    self.recallThresholds = recallThresholds
  }
}
