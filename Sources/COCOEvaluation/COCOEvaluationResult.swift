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
  /// How many detections are of categories that do not count.
  public let uncountedDetections: Int
  /// The categories by ascending id; empty if they were forgotten.
  public let classes: [COCOClassResult]
  /// The images by ascending id; empty unless asked for.
  public let imageResults: [COCOImageResult]
  /// Precision, recall and scores of every category, size and limit; `nil` unless asked for.
  public let arrays: COCOEvaluationArrays?
  /// The settings used.
  public let parameters: COCOEvaluationParameters
  private let table: PrecisionTable
  private let categoryIndices: [Int: Int]

  init(
    table: PrecisionTable,
    groundTruth: COCOGroundTruth,
    categoryIDs: [Int],
    imageCount: Int,
    detectionCount: Int,
    given: [Int],
    images: [COCOImageResult],
    arrays: COCOEvaluationArrays?,
    parameters: COCOEvaluationParameters
  ) {
    self.table = table
    imageResults = images
    self.arrays = arrays
    self.parameters = parameters
    uncountedDetections = detectionCount - given.reduce(0, +)
    detections = detectionCount
    self.images = imageCount
    groundTruths = groundTruth.annotations.count
    crowds = groundTruth.annotations.crowds.count { $0 }
    summary = COCOSummary(table, parameters)
    categoryIndices =
      parameters.classAgnostic ? [:] : Dictionary(uniqueKeysWithValues: zip(categoryIDs, 0...))
    classes =
      parameters.classAgnostic
      ? [] : Self.classes(categoryIDs, table, groundTruth, given, parameters)
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
    return table.averagePrecision(
      categories,
      parameters.thresholds(iou),
      parameters.range(area)
    )
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
    return table.averageRecall(
      categories,
      parameters.thresholds(iou),
      parameters.range(area),
      limit: index
    )
  }

  /// The precision-recall curve at one IoU threshold, over objects of all sizes.
  ///
  /// - Parameters:
  ///   - category: The id of a category; `nil` gives the mean over the categories with objects.
  ///   - iou: One of the IoU thresholds.
  /// - Returns: A point for each recall threshold, ascending; empty if nothing is defined.
  public func precisionRecall(category: Int? = nil, iou: Double) -> [COCOPrecisionRecallPoint] {
    guard let categories = indices(category),
      let threshold = parameters.thresholds(iou).first,
      let range = parameters.range(.all)
    else { return [] }
    let isOne = categories.count == 1
    return parameters.recallThresholds.enumerated().compactMap { point, recall in
      let values = categories.map {
        table.precision(range, category: $0, threshold: threshold, point: point)
      }
      let precision = pairwiseMean(values.filter { $0 > -1 })
      guard precision > -1 else { return nil }
      let isReached = isOne && range == 0 && precision > 0
      return COCOPrecisionRecallPoint(
        recall: recall,
        precision: precision,
        score: isReached
          ? table.score(category: categories.lowerBound, threshold: threshold, point: point) : nil
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
    _ given: [Int],
    _ parameters: COCOEvaluationParameters
  ) -> [COCOClassResult] {
    let names = Dictionary(groundTruth.categories.map { ($0.id, $0.name) }) { first, _ in first }
    var objects: [Int: Int] = [:]
    for (id, isCrowd) in zip(groundTruth.annotations.categoryIDs, groundTruth.annotations.crowds)
    where !isCrowd {
      objects[id, default: 0] += 1
    }
    let (all, half) = (parameters.thresholds(nil), parameters.thresholds(0.5))
    let (range, limit) = (parameters.range(.all), parameters.detectionLimits.count - 1)
    return categoryIDs.enumerated().map { index, id in
      let own = index..<index + 1
      return COCOClassResult(
        id: id,
        name: names[id] ?? "",
        AP: table.averagePrecision(own, all, range),
        AP50: table.averagePrecision(own, half, range),
        AR100: table.averageRecall(own, all, range, limit: limit),
        groundTruths: objects[id] ?? 0,
        detections: given[index]
      )
    }
  }
}
