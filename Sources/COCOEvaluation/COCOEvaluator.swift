public import COCOFormat

/// Holds detections against a ground truth by the COCO box protocol.
///
/// The figures are those of the reference evaluator to the last bit: greedy matching by descending
/// score at each IoU threshold, crowds and objects of other sizes counting neither for nor against,
/// precision read off at fixed recalls, means over thresholds and categories.
public struct COCOEvaluator: Sendable {
  /// The settings of the protocol.
  public let parameters: COCOEvaluationParameters
  private let groundTruth: COCOGroundTruth
  private let index: EvaluationIndex
  private let truths: TruthColumns

  /// Prepares a ground truth; any number of evaluations may follow.
  ///
  /// Annotations of images or categories that are not in the lists do not count.
  /// - Parameters:
  ///   - groundTruth: Images, categories and objects.
  ///   - parameters: The settings of the protocol.
  public init(
    groundTruth: COCOGroundTruth,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters()
  ) {
    self.groundTruth = groundTruth
    self.parameters = parameters
    index = EvaluationIndex(groundTruth, classAgnostic: parameters.classAgnostic)
    truths = TruthColumns(groundTruth.annotations, index: index, parameters: parameters)
  }

  /// Evaluates detections.
  ///
  /// A detection's area is its width times its height. Detections of unknown categories do not count.
  /// - Parameter detections: In file order, which decides between equal scores.
  /// - Returns: The figures and the curves.
  /// - Throws: ``COCOEvaluationError`` for an unknown image or a number that is not finite.
  public func evaluate(_ detections: [COCODetection]) throws -> COCOEvaluationResult {
    let uncounted = try check(detections)
    let columns = DetectionColumns(
      detections,
      index: index,
      limit: parameters.detectionLimits.last ?? 0
    )
    let cells = EvaluationCell.pairs(
      truths: truths.runs,
      detections: columns.runs,
      imageCount: index.imageIDs.count
    )
    let matches = DetectionMatches(
      cells: cells,
      truths: truths,
      detections: columns,
      iouThresholds: parameters.iouThresholds
    )
    var table = PrecisionTable(categories: index.cellCategories, parameters: parameters)
    var rest = cells[...]
    while let category = rest.first?.category {
      let own = rest.prefix { $0.category == category }
      rest = rest[own.endIndex...]
      enter(own, category: category, matches: matches, detections: columns, into: &table)
    }
    return COCOEvaluationResult(
      table: table,
      groundTruth: groundTruth,
      categoryIDs: index.categoryIDs,
      imageCount: index.imageIDs.count,
      detections: detections,
      uncountedDetections: uncounted,
      parameters: parameters
    )
  }

  /// The curves of one category, from its cells.
  private func enter(
    _ cells: ArraySlice<EvaluationCell>,
    category: Int,
    matches: DetectionMatches,
    detections: DetectionColumns,
    into table: inout PrecisionTable
  ) {
    // Images by ascending id, and ranks within them, decide between equal scores.
    let order = cells.flatMap(\.detections).sorted {
      let (a, b) = (detections.score[$0], detections.score[$1])
      return a == b ? $0 < $1 : a > b
    }
    for range in COCOAreaRange.allCases {
      let objectCount = cells.reduce(0) { count, cell in
        count + truths.ignored[cell.truths].count { $0 & 1 << range.rawValue == 0 }
      }
      guard objectCount > 0 else { continue }
      let curves = CategoryCurves(
        order: order,
        range: range,
        objectCount: objectCount,
        matches: matches,
        detections: detections,
        parameters: parameters
      )
      table.enter(curves, category: category, range: range)
    }
  }

  /// Refuses what cannot be evaluated; counts what will not be.
  private func check(_ detections: [COCODetection]) throws -> Int {
    var uncounted = 0
    for (position, detection) in detections.enumerated() {
      guard index.contains(imageID: detection.imageID) else {
        throw COCOEvaluationError(
          code: .unknownImage,
          index: position,
          message: "expected the id of an image of the ground truth, found \(detection.imageID); "
            + "detections and ground truth must be of the same images"
        )
      }
      let box = detection.box
      guard detection.score.isFinite, box.x.isFinite, box.y.isFinite, box.width.isFinite,
        box.height.isFinite
      else {
        throw COCOEvaluationError(
          code: .notFinite,
          index: position,
          message: "expected finite numbers, found the score \(detection.score) and the box "
            + "[\(box.x), \(box.y), \(box.width), \(box.height)]; remove such detections"
        )
      }
      if !index.contains(categoryID: detection.categoryID) { uncounted += 1 }
    }
    return uncounted
  }
}
