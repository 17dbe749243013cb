/// The arrays that the figures are means of, laid out as the reference evaluator lays out its own.
///
/// -1 where a category has no object of a size. Sizes: T IoU thresholds, R recall thresholds, K categories by ascending
/// id, A area ranges, M limits of detections.
public struct COCOEvaluationArrays: Hashable, Sendable {
  /// T, R, K, A, M.
  public let shape: [Int]
  /// The best precision at a recall or beyond; shape [T, R, K, A, M].
  public let precision: [Double]
  /// The highest recall; shape [T, K, A, M].
  public let recall: [Double]
  /// The score down to which detections count at a recall, 0 where it is not reached; shape [T, R, K, A, M].
  public let scores: [Double]
  /// The ids of the categories, K of them; empty if categories were forgotten.
  public let categoryIDs: [Int]

  init(_ evaluation: MatchedDetections, categoryIDs: [Int], threads: Int) {
    let parameters = evaluation.parameters
    let (t, r) = (parameters.iouThresholds.count, parameters.recallThresholds.count)
    let (a, m) = (parameters.areaRanges.count, parameters.detectionLimits.count)
    let k = evaluation.truths.categoryEnds.count
    shape = [t, r, k, a, m]
    self.categoryIDs = parameters.classAgnostic ? [] : categoryIDs
    var precision = [Double](repeating: -1, count: t * r * k * a * m)
    var scores = precision
    var recall = [Double](repeating: -1, count: t * k * a * m)
    precision.withUnsafeMutableBufferPointer { precision in
      scores.withUnsafeMutableBufferPointer { scores in
        recall.withUnsafeMutableBufferPointer { recall in
          let (precision, scores) = (SharedPlaces(places: precision), SharedPlaces(places: scores))
          let recall = SharedPlaces(places: recall)
          ParallelUnits.run(k * m, threads: threads) {
            CurveTracer(evaluation)
          } _: { tracer, unit in
            let (category, limit) = (unit / m, unit % m)
            tracer.trace(category, limit: parameters.detectionLimits[limit])
            let curves = tracer.curves
            for range in 0..<a {
              for threshold in 0..<t {
                let cell = range * t + threshold
                recall[((threshold * k + category) * a + range) * m + limit] =
                  curves.recall[limit * a * t + cell]
                for point in 0..<r {
                  let place = (((threshold * r + point) * k + category) * a + range) * m + limit
                  precision[place] = curves.precision[cell * r + point]
                  scores[place] = curves.score[cell * r + point]
                }
              }
            }
          }
        }
      }
    }
    (self.precision, self.scores, self.recall) = (precision, scores, recall)
  }
}
