/// Precision and recall of each category, size range and IoU threshold; -1 where undefined.
struct PrecisionTable: Hashable, Sendable {
  let categories: Int
  let thresholds: Int
  let recalls: Int
  /// Indexed by [range, category, threshold, recall].
  private(set) var precision: [Double]
  /// Indexed by [category, threshold, recall]: the score down to which detections count, all sizes.
  ///
  /// Means something only where the precision is above 0.
  private(set) var score: [Double]
  /// Indexed by [limit, range, category, threshold].
  private(set) var recall: [Double]
  private let ranges = COCOAreaRange.allCases.count

  init(categories: Int, parameters: COCOEvaluationParameters) {
    self.categories = categories
    thresholds = parameters.iouThresholds.count
    recalls = parameters.recallThresholds.count
    let cells = categories * thresholds
    precision = [Double](repeating: -1, count: ranges * cells * recalls)
    score = [Double](repeating: 0, count: cells * recalls)
    recall = [Double](repeating: -1, count: parameters.detectionLimits.count * ranges * cells)
  }

  func precisionStart(_ range: COCOAreaRange, category: Int, threshold: Int) -> Int {
    ((range.rawValue * categories + category) * thresholds + threshold) * recalls
  }

  func scoreStart(category: Int, threshold: Int) -> Int {
    (category * thresholds + threshold) * recalls
  }

  func recallIndex(limit: Int, _ range: COCOAreaRange, category: Int, threshold: Int) -> Int {
    ((limit * ranges + range.rawValue) * categories + category) * thresholds + threshold
  }

  /// Enters the curves of one category.
  mutating func enter(_ curves: CategoryCurves, category: Int, range: COCOAreaRange) {
    for threshold in 0..<thresholds {
      let row = threshold * recalls
      let start = precisionStart(range, category: category, threshold: threshold)
      precision.replaceSubrange(
        start..<start + recalls,
        with: curves.precision[row..<row + recalls]
      )
      if range == .all {
        let start = scoreStart(category: category, threshold: threshold)
        score.replaceSubrange(start..<start + recalls, with: curves.score[row..<row + recalls])
      }
      for limit in 0..<curves.recall.count / thresholds {
        let index = recallIndex(limit: limit, range, category: category, threshold: threshold)
        recall[index] = curves.recall[limit * thresholds + threshold]
      }
    }
  }
}

extension PrecisionTable {
  // Values are gathered in the reference's order, so that the sums round alike.

  func averagePrecision(
    _ categories: Range<Int>,
    _ thresholds: [Int],
    _ area: COCOAreaRange
  ) -> Double {
    var values: [Double] = []
    values.reserveCapacity(thresholds.count * recalls * categories.count)
    for threshold in thresholds {
      for point in 0..<recalls {
        for category in categories {
          let start = precisionStart(area, category: category, threshold: threshold)
          if precision[start + point] > -1 { values.append(precision[start + point]) }
        }
      }
    }
    return pairwiseMean(values)
  }

  func averageRecall(
    _ categories: Range<Int>,
    _ thresholds: [Int],
    _ area: COCOAreaRange,
    limit: Int
  ) -> Double {
    var values: [Double] = []
    for threshold in thresholds {
      for category in categories {
        let index = recallIndex(limit: limit, area, category: category, threshold: threshold)
        if recall[index] > -1 { values.append(recall[index]) }
      }
    }
    return pairwiseMean(values)
  }
}
