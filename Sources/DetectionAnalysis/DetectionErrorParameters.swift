public import COCOEvaluation

/// The settings of an error analysis.
public struct DetectionErrorParameters: Hashable, Sendable {
  /// IoU from which a detection finds an object, t_f; TIDE has 0.5.
  public var foregroundThreshold: Double
  /// IoU up to which a detection is one of background, t_b; TIDE has 0.1.
  public var backgroundThreshold: Double
  /// How many detections of a category and image count; COCO has 100.
  public var detectionLimit: Int
  /// The ids of the categories that count; `nil` counts all.
  public var categoryIDs: [Int]?
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
  ///   - categoryIDs: The ids of the categories that count; `nil` counts all.
  ///   - classAgnostic: Whether categories are forgotten.
  ///   - recallThresholds: The recalls at which precision is read off, ascending; not empty.
  public init(
    foregroundThreshold: Double = 0.5,
    backgroundThreshold: Double = 0.1,
    detectionLimit: Int = 100,
    categoryIDs: [Int]? = nil,
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
    self.categoryIDs = categoryIDs
    self.classAgnostic = classAgnostic
    self.recallThresholds = recallThresholds
  }
}

extension DetectionErrorParameters {
  /// The settings that go with those of an evaluation.
  ///
  /// The foreground threshold is 0.5 where that is among the IoU thresholds, else the lowest of them; the
  /// background threshold is 0.1, or half the other where that is less. Sizes are always COCO's.
  /// - Parameter parameters: The settings of the evaluation.
  public init(_ parameters: COCOEvaluationParameters) {
    let possible = parameters.iouThresholds.filter { $0 > 0 && $0 <= 1 }
    let foreground = possible.contains(0.5) ? 0.5 : possible.min() ?? 0.5
    self.init(
      foregroundThreshold: foreground,
      backgroundThreshold: min(0.1, foreground / 2),
      detectionLimit: max(parameters.detectionLimits.last ?? 100, 1),
      categoryIDs: parameters.categoryIDs,
      classAgnostic: parameters.classAgnostic,
      recallThresholds: parameters.recallThresholds
    )
  }
}
