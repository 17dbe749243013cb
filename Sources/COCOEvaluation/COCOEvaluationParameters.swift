/// The settings of the COCO box protocol; the defaults are those of its reference evaluator.
public struct COCOEvaluationParameters: Hashable, Sendable {
  /// IoU from which a detection matches an object; at most 32.
  ///
  /// COCO: 0.5 to 0.95 in steps of 0.05.
  public var iouThresholds: [Double]
  /// The recalls at which precision is read off, ascending.
  ///
  /// COCO: 0 to 1 in steps of 0.01.
  public var recallThresholds: [Double]
  /// How many detections of a category and image count, ascending.
  ///
  /// One number for each of the three figures of average recall; the last one counts for precision
  /// too. COCO: 1, 10, 100.
  public var detectionLimits: [Int]
  /// Whether categories are forgotten: any detection may match any object (`useCats = 0`).
  public var classAgnostic: Bool
  /// Whether an annotation with id 0 can never be found.
  ///
  /// The reference marks "not matched" by 0, so a detection of such an object counts as a false
  /// alarm there. True reproduces its numbers for such files; false is right.
  public var pycocotoolsIDs: Bool

  /// The settings of the protocol, unless told otherwise.
  ///
  /// - Parameters:
  ///   - iouThresholds: IoU from which a detection matches; 1 to 32 of them.
  ///   - recallThresholds: The recalls at which precision is read off, ascending.
  ///   - detectionLimits: Three numbers of detections an image, ascending.
  ///   - classAgnostic: Whether categories are forgotten.
  ///   - pycocotoolsIDs: Whether an annotation with id 0 can never be found.
  public init(
    iouThresholds: [Double] = evenlySpaced(from: 0.5, to: 0.95, count: 10),
    recallThresholds: [Double] = evenlySpaced(from: 0, to: 1, count: 101),
    detectionLimits: [Int] = [1, 10, 100],
    classAgnostic: Bool = false,
    pycocotoolsIDs: Bool = false
  ) {
    precondition((1...32).contains(iouThresholds.count), "1 to 32 IoU thresholds are possible")
    precondition(
      !recallThresholds.isEmpty
        && zip(recallThresholds, recallThresholds.dropFirst()).allSatisfy(<=),
      "recall thresholds must ascend"
    )
    precondition(
      detectionLimits.count == 3 && detectionLimits[0] > 0
        && zip(detectionLimits, detectionLimits.dropFirst()).allSatisfy(<=),
      "three ascending detection limits are needed"
    )
    self.iouThresholds = iouThresholds
    self.recallThresholds = recallThresholds
    self.detectionLimits = detectionLimits
    self.classAgnostic = classAgnostic
    self.pycocotoolsIDs = pycocotoolsIDs
  }

  /// Equally spaced numbers, rounded as NumPy's `linspace` rounds them.
  ///
  /// i · ((last − first) / (count − 1)) + first, and exactly `last` at the end. Thresholds decide
  /// by their last bit, so other roundings give other scores.
  /// - Parameters:
  ///   - first: The first number.
  ///   - last: The last number.
  ///   - count: How many; at least 2.
  /// - Returns: `count` numbers.
  public static func evenlySpaced(from first: Double, to last: Double, count: Int) -> [Double] {
    precondition(count >= 2, "two ends are needed")
    let step = (last - first) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? last : Double($0) * step + first }
  }
}

extension COCOEvaluationParameters {
  /// The rows of one IoU threshold, or of all; none if it is not among them.
  func thresholds(_ iou: Double?) -> [Int] {
    iouThresholds.indices.filter { iou == nil || iouThresholds[$0] == iou }
  }
}
