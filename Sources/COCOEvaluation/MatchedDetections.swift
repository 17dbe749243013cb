/// Detections and objects, and which of them found one another.
struct MatchedDetections: Sendable {
  let truths: TruthColumns
  let detections: DetectionColumns
  let matches: DetectionMatches
  let parameters: COCOEvaluationParameters

  /// Positions of a category's detections in all images, best first.
  ///
  /// Images by ascending id, and ranks within them, decide between equal scores.
  func order(of category: Int) -> [Int32] {
    detections.entries.withUnsafeBufferPointer {
      StableOrder.descending(detections.range(of: category), $0)
    }
  }

  /// Traces the curves of one category after another.
  ///
  /// - Parameter limit: How many detections of an image count; `nil` takes the largest limit.
  /// - Returns: The curves of a category, good until the next one's.
  func tracer(limit: Int? = nil) -> (_ category: Int) -> CategoryCurves {
    var curves = CategoryCurves(parameters)
    let ranges = parameters.areaRanges.count
    return { category in
      var order = self.order(of: category)
      if let limit {
        let isWithin = detections.isWithin(limit, category: category)
        let start = detections.range(of: category).lowerBound
        order.removeAll { !isWithin[Int($0) - start] }
      }
      curves.follow(
        order,
        objectCounts: truths.objectCounts[category * ranges..<(category + 1) * ranges],
        matches: matches,
        detections: detections
      )
      return curves
    }
  }
}
