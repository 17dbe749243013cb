/// Traces the curves of one category after another.
struct CurveTracer {
  private let evaluation: MatchedDetections
  /// The curves of the category traced last.
  private(set) var curves: CategoryCurves

  init(_ evaluation: MatchedDetections) {
    self.evaluation = evaluation
    curves = CategoryCurves(evaluation.parameters)
  }

  /// Traces the curves of a category.
  ///
  /// - Parameters:
  ///   - category: The category.
  ///   - limit: How many detections of an image count; `nil` takes the largest limit.
  mutating func trace(_ category: Int, limit: Int? = nil) {
    let detections = evaluation.detections
    var order = evaluation.order(of: category)
    if let limit {
      let isWithin = detections.isWithin(limit, category: category)
      let start = detections.range(of: category).lowerBound
      order.removeAll { !isWithin[Int($0) - start] }
    }
    curves.follow(
      order,
      objectCounts: evaluation.truths.objectCounts(of: category),
      matches: evaluation.matches,
      detections: detections
    )
  }
}
