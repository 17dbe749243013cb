/// What the detections of one category achieve in one size range.
struct CategoryCurves {
  /// Indexed by [threshold, recall]: the best precision at that recall or beyond.
  private(set) var precision: [Double]
  /// Indexed by [threshold, recall]: the score down to which detections count.
  private(set) var score: [Double]
  /// Indexed by [limit, threshold].
  private(set) var recall: [Double]

  /// Follows the detections from the best to the worst.
  ///
  /// - Parameters:
  ///   - order: Detections of the category in all images, best first.
  ///   - range: The size range.
  ///   - objectCount: How many objects there are to find; at least 1.
  ///   - matches: Which detections found one.
  ///   - detections: Scores and ranks.
  ///   - parameters: Thresholds and limits.
  init(
    order: [Int],
    range: COCOAreaRange,
    objectCount: Int,
    matches: DetectionMatches,
    detections: DetectionColumns,
    parameters: COCOEvaluationParameters
  ) {
    let (thresholds, limits) = (parameters.iouThresholds.count, parameters.detectionLimits)
    let recalls = parameters.recallThresholds
    precision = [Double](repeating: 0, count: thresholds * recalls.count)
    score = [Double](repeating: 0, count: thresholds * recalls.count)
    recall = [Double](repeating: 0, count: limits.count * thresholds)
    let needed = Self.findsNeeded(for: recalls, of: objectCount)
    let firstRow = range.rawValue * matches.detectionCount
    for threshold in 0..<thresholds {
      let bit = UInt32(1) << threshold
      var (found, missed) = (0, 0)
      // Precision only matters where an object is found: in between it falls.
      var finds: [(precision: Double, score: Double)] = []
      var foundWithin = [Int](repeating: 0, count: limits.count)
      for detection in order {
        let row = firstRow + detection
        guard matches.ignored[row] & bit == 0 else { continue }
        guard matches.found[row] & bit != 0 else {
          missed += 1
          continue
        }
        found += 1
        let rank = Int(detections.rank[detection])
        for (limit, count) in limits.enumerated() where rank < count { foundWithin[limit] += 1 }
        // The addend is the reference's guard against 0 / 0.
        let precision = Double(found) / (Double(missed + found) + Double.ulpOfOne)
        finds.append((precision, detections.score[detection]))
      }
      for limit in limits.indices {
        recall[limit * thresholds + threshold] = Double(foundWithin[limit]) / Double(objectCount)
      }
      for find in finds.indices.dropLast().reversed() {
        finds[find].precision = max(finds[find].precision, finds[find + 1].precision)
      }
      for (point, count) in needed.enumerated() where max(count, 1) <= finds.count {
        let find = finds[max(count, 1) - 1]
        precision[threshold * recalls.count + point] = find.precision
        score[threshold * recalls.count + point] = find.score
      }
    }
  }

  /// How many objects must be found to reach each recall.
  private static func findsNeeded(for recalls: [Double], of objectCount: Int) -> [Int] {
    var count = 0
    return recalls.map { recall in
      while count <= objectCount, Double(count) / Double(objectCount) < recall { count += 1 }
      return count
    }
  }
}
