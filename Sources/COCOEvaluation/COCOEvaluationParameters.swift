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
  /// The sizes of objects that are told apart; at most 32.
  ///
  /// COCO: all, small, medium and large. The score thresholds of curves are those of the first.
  public var areaRanges: [COCOAreaRange]
  /// How many detections of a category and image count, ascending; at least one number.
  ///
  /// The last one counts for precision, and for AR100; the first two for AR1 and AR10 where there are three or more.
  /// COCO: 1, 10, 100.
  public var detectionLimits: [Int]
  /// The ids of the categories that count; `nil` counts all.
  public var categoryIDs: [Int]?
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
  ///   - areaRanges: The sizes of objects that are told apart; 1 to 32 of them.
  ///   - detectionLimits: Numbers of detections an image and category, ascending.
  ///   - categoryIDs: The ids of the categories that count; `nil` counts all.
  ///   - classAgnostic: Whether categories are forgotten.
  ///   - pycocotoolsIDs: Whether an annotation with id 0 can never be found.
  public init(
    iouThresholds: [Double] = evenlySpaced(from: 0.5, to: 0.95, count: 10),
    recallThresholds: [Double] = evenlySpaced(from: 0, to: 1, count: 101),
    areaRanges: [COCOAreaRange] = COCOAreaRange.standard,
    detectionLimits: [Int] = [1, 10, 100],
    categoryIDs: [Int]? = nil,
    classAgnostic: Bool = false,
    pycocotoolsIDs: Bool = false
  ) {
    precondition((1...32).contains(iouThresholds.count), "1 to 32 IoU thresholds are possible")
    precondition(
      !recallThresholds.isEmpty
        && zip(recallThresholds, recallThresholds.dropFirst()).allSatisfy(<=),
      "recall thresholds must ascend"
    )
    precondition((1...32).contains(areaRanges.count), "1 to 32 area ranges are possible")
    precondition(
      detectionLimits.first ?? 0 > 0
        && zip(detectionLimits, detectionLimits.dropFirst()).allSatisfy(<=),
      "ascending detection limits above 0 are needed"
    )
    self.iouThresholds = iouThresholds
    self.recallThresholds = recallThresholds
    self.areaRanges = areaRanges
    self.detectionLimits = detectionLimits
    self.categoryIDs = categoryIDs
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

  /// The place of a size range, by name; `nil` if it is not among them.
  func range(_ area: COCOAreaRange) -> Int? { areaRanges.firstIndex { $0.name == area.name } }
}
