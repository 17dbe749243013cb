import COCOFormat

/// What an evaluation found.
public struct COCOEvaluationResult: Hashable, Sendable {
  /// The twelve figures.
  public let summary: COCOSummary
  /// How many images there are.
  public let images: Int
  /// How many annotations there are, crowds among them.
  public let groundTruths: Int
  /// How many of the annotations are crowds.
  public let crowds: Int
  /// How many detections were given.
  public let detections: Int
  /// How many detections are of categories that the ground truth does not have.
  public let uncountedDetections: Int
  /// The categories by ascending id; empty if they were forgotten.
  public let classes: [COCOClassResult]
  /// The settings used.
  public let parameters: COCOEvaluationParameters
  private let table: PrecisionTable
  private let categoryIndices: [Int: Int]

  init(
    table: PrecisionTable,
    groundTruth: COCOGroundTruth,
    categoryIDs: [Int],
    imageCount: Int,
    detections: [COCODetection],
    uncountedDetections: Int,
    parameters: COCOEvaluationParameters
  ) {
    self.table = table
    self.parameters = parameters
    self.uncountedDetections = uncountedDetections
    self.detections = detections.count
    images = imageCount
    groundTruths = groundTruth.annotations.count
    crowds = groundTruth.annotations.count(where: \.isCrowd)
    summary = COCOSummary(table, parameters)
    categoryIndices =
      parameters.classAgnostic ? [:] : Dictionary(uniqueKeysWithValues: zip(categoryIDs, 0...))
    classes =
      parameters.classAgnostic
      ? [] : Self.classes(categoryIDs, table, groundTruth, detections, parameters)
  }

  /// Average precision of a choice of categories, thresholds and sizes.
  ///
  /// - Parameters:
  ///   - category: The id of a category; `nil` means all.
  ///   - iou: One of the IoU thresholds; `nil` means all.
  ///   - area: The sizes of objects.
  /// - Returns: The mean precision over the recall thresholds; -1 if it is undefined.
  public func averagePrecision(
    category: Int? = nil,
    iou: Double? = nil,
    area: COCOAreaRange = .all
  ) -> Double {
    guard let categories = indices(category) else { return -1 }
    return table.averagePrecision(categories, parameters.thresholds(iou), area)
  }

  /// Average recall of a choice of categories, thresholds, sizes and numbers of detections.
  ///
  /// - Parameters:
  ///   - category: The id of a category; `nil` means all.
  ///   - iou: One of the IoU thresholds; `nil` means all.
  ///   - area: The sizes of objects.
  ///   - limit: One of the numbers of detections; `nil` means the largest.
  /// - Returns: The mean of the highest recalls; -1 if it is undefined.
  public func averageRecall(
    category: Int? = nil,
    iou: Double? = nil,
    area: COCOAreaRange = .all,
    limit: Int? = nil
  ) -> Double {
    let limits = parameters.detectionLimits
    guard let categories = indices(category),
      let index = limits.firstIndex(of: limit ?? limits[limits.count - 1])
    else { return -1 }
    return table.averageRecall(categories, parameters.thresholds(iou), area, limit: index)
  }

  /// The precision-recall curve at one IoU threshold, over objects of all sizes.
  ///
  /// - Parameters:
  ///   - category: The id of a category; `nil` gives the mean over the categories with objects.
  ///   - iou: One of the IoU thresholds.
  /// - Returns: A point for each recall threshold, ascending; empty if nothing is defined.
  public func precisionRecall(category: Int? = nil, iou: Double) -> [COCOPrecisionRecallPoint] {
    guard let categories = indices(category),
      let threshold = parameters.thresholds(iou).first
    else { return [] }
    let isOne = categories.count == 1
    return parameters.recallThresholds.enumerated().compactMap { point, recall in
      let values = categories.map {
        table.precision[table.precisionStart(.all, category: $0, threshold: threshold) + point]
      }
      let precision = pairwiseMean(values.filter { $0 > -1 })
      guard precision > -1 else { return nil }
      let start = table.scoreStart(category: categories.lowerBound, threshold: threshold)
      let isReached = isOne && precision > 0
      return COCOPrecisionRecallPoint(
        recall: recall,
        precision: precision,
        score: isReached ? table.score[start + point] : nil
      )
    }
  }

  private func indices(_ category: Int?) -> Range<Int>? {
    guard let category else { return 0..<table.categories }
    return categoryIndices[category].map { $0..<$0 + 1 }
  }

  private static func classes(
    _ categoryIDs: [Int],
    _ table: PrecisionTable,
    _ groundTruth: COCOGroundTruth,
    _ detections: [COCODetection],
    _ parameters: COCOEvaluationParameters
  ) -> [COCOClassResult] {
    let names = Dictionary(groundTruth.categories.map { ($0.id, $0.name) }) { first, _ in first }
    var (objects, found): ([Int: Int], [Int: Int]) = ([:], [:])
    for annotation in groundTruth.annotations where !annotation.isCrowd {
      objects[annotation.categoryID, default: 0] += 1
    }
    for detection in detections { found[detection.categoryID, default: 0] += 1 }
    let (all, half) = (parameters.thresholds(nil), parameters.thresholds(0.5))
    return categoryIDs.enumerated().map { index, id in
      let own = index..<index + 1
      return COCOClassResult(
        id: id,
        name: names[id] ?? "",
        AP: table.averagePrecision(own, all, .all),
        AP50: table.averagePrecision(own, half, .all),
        AR100: table.averageRecall(own, all, .all, limit: parameters.detectionLimits.count - 1),
        groundTruths: objects[id] ?? 0,
        detections: found[id] ?? 0
      )
    }
  }
}
