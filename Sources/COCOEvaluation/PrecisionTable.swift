/// Precision and recall of each category, size range and IoU threshold; -1 where undefined.
struct PrecisionTable: Hashable, Sendable {
  let categories: Int
  let thresholds: Int
  let recalls: Int
  let ranges: Int
  /// Indexed by [range, category, threshold, recall].
  private(set) var precision: [Double]
  /// Indexed by [category, threshold, recall]: the score down to which detections count, in the first range.
  ///
  /// Means something only where the precision is above 0.
  private(set) var score: [Double]
  /// Indexed by [limit, range, category, threshold].
  private(set) var recall: [Double]

  /// Fills the table, category by category.
  ///
  /// - Parameters:
  ///   - categories: How many categories there are.
  ///   - parameters: Ranges, thresholds and limits.
  ///   - threads: How many threads take part.
  ///   - makeTracer: Called once by each thread: what it returns traces the curves of a category.
  init(
    categories: Int,
    parameters: COCOEvaluationParameters,
    threads: Int,
    _ makeTracer: @Sendable () -> (_ category: Int) -> CategoryCurves
  ) {
    self.categories = categories
    let (thresholds, recalls) = (parameters.iouThresholds.count, parameters.recallThresholds.count)
    let (ranges, limits) = (parameters.areaRanges.count, parameters.detectionLimits.count)
    (self.thresholds, self.recalls, self.ranges) = (thresholds, recalls, ranges)
    let cells = categories * thresholds
    precision = [Double](repeating: -1, count: ranges * cells * recalls)
    score = [Double](repeating: 0, count: cells * recalls)
    recall = [Double](repeating: -1, count: limits * ranges * cells)
    precision.withUnsafeMutableBufferPointer { precision in
      score.withUnsafeMutableBufferPointer { score in
        recall.withUnsafeMutableBufferPointer { recall in
          let (precision, score) = (SharedPlaces(places: precision), SharedPlaces(places: score))
          let recall = SharedPlaces(places: recall)
          ParallelUnits.run(categories, threads: threads) {
            let trace = makeTracer()
            return { category in
              let curves = trace(category)
              let row = thresholds * recalls
              for range in 0..<ranges {
                let start = (range * categories + category) * row
                for place in 0..<row {
                  precision[start + place] = curves.precision[range * row + place]
                }
              }
              for place in 0..<row { score[category * row + place] = curves.score[place] }
              for group in 0..<limits * ranges {
                let start = (group * categories + category) * thresholds
                for threshold in 0..<thresholds {
                  recall[start + threshold] = curves.recall[group * thresholds + threshold]
                }
              }
            }
          }
        }
      }
    }
  }

  func precisionStart(_ range: Int, category: Int, threshold: Int) -> Int {
    ((range * categories + category) * thresholds + threshold) * recalls
  }

  func scoreStart(category: Int, threshold: Int) -> Int {
    (category * thresholds + threshold) * recalls
  }

  func recallIndex(limit: Int, _ range: Int, category: Int, threshold: Int) -> Int {
    ((limit * ranges + range) * categories + category) * thresholds + threshold
  }
}

extension PrecisionTable {
  // Values are gathered in the reference's order, so that the sums round alike.

  func averagePrecision(_ categories: Range<Int>, _ thresholds: [Int], _ range: Int?) -> Double {
    guard let range else { return -1 }
    var values: [Double] = []
    values.reserveCapacity(thresholds.count * recalls * categories.count)
    for threshold in thresholds {
      for point in 0..<recalls {
        for category in categories {
          let start = precisionStart(range, category: category, threshold: threshold)
          if precision[start + point] > -1 { values.append(precision[start + point]) }
        }
      }
    }
    return pairwiseMean(values)
  }

  func averageRecall(
    _ categories: Range<Int>,
    _ thresholds: [Int],
    _ range: Int?,
    limit: Int?
  ) -> Double {
    guard let range, let limit else { return -1 }
    var values: [Double] = []
    for threshold in thresholds {
      for category in categories {
        let index = recallIndex(limit: limit, range, category: category, threshold: threshold)
        if recall[index] > -1 { values.append(recall[index]) }
      }
    }
    return pairwiseMean(values)
  }
}
