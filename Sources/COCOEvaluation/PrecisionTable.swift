/// Precision and recall of each category, size range and IoU threshold; -1 where undefined.
///
/// Only categories with objects have rows, and of a category with few objects a row holds a number for each object and
/// not one for each recall: so memory grows with the objects, however many categories there are.
struct PrecisionTable: Hashable, Sendable {
  let categories: Int
  private let thresholds: Int
  private let recalls: Int
  private let ranges: Int
  /// The row of each category, -1 where there is no object of it.
  private var rowOf: [Int32] = []
  private var rows = 0
  /// Where the precisions of [row, range] start, -1 where there is no object; then indexed by [threshold, slot].
  private var starts: [Int] = []
  /// How many slots [row, range] has: one for each object, or one for each recall where those are fewer.
  private var widths: [Int] = []
  private var precision: [Double] = []
  /// As `precision`, in the first range alone: the score down to which detections count.
  private var scores: [Double] = []
  private var scoreStarts: [Int] = []
  /// The score of the best detection, by row; 0 if there is none.
  private var bestScores: [Double] = []
  /// Indexed by [limit, range, row, threshold].
  private var recall: [Double] = []
  /// How many objects must be found to reach each recall, indexed by [object count, recall].
  private var needed: [Int32] = []

  /// The table of an evaluation.
  ///
  /// - Parameters:
  ///   - evaluation: Which detections found what.
  ///   - threads: How many threads trace curves.
  init(_ evaluation: MatchedDetections, threads: Int) {
    let parameters = evaluation.parameters
    categories = evaluation.truths.categoryEnds.count
    thresholds = parameters.iouThresholds.count
    recalls = parameters.recallThresholds.count
    ranges = parameters.areaRanges.count
    needed = Self.needed(parameters.recallThresholds)
    let filled = layOut(evaluation.truths)
    recall = [Double](
      repeating: -1,
      count: parameters.detectionLimits.count * ranges * rows * thresholds
    )
    fill(filled, evaluation, threads: threads)
  }

  /// How many objects must be found to reach each recall, for counts up to that of the recalls.
  private static func needed(_ recallThresholds: [Double]) -> [Int32] {
    (0...recallThresholds.count).flatMap { objects in
      var count = 0
      return recallThresholds.map { recall in
        while count <= objects, objects == 0 || Double(count) / Double(objects) < recall {
          count += 1
        }
        return Int32(count)
      }
    }
  }

  /// Makes room for the categories with objects.
  ///
  /// - Returns: These categories.
  private mutating func layOut(_ truths: TruthColumns) -> [Int] {
    rowOf = [Int32](repeating: -1, count: categories)
    var filled: [Int] = []
    var (room, scoreRoom) = (0, 0)
    for category in 0..<categories {
      let counts = truths.objectCounts(of: category)
      if counts.allSatisfy({ $0 == 0 }) { continue }
      rowOf[category] = Int32(filled.count)
      filled.append(category)
      for (range, count) in counts.enumerated() {
        let width = min(count, recalls)
        starts.append(count > 0 ? room : -1)
        widths.append(width)
        room += width * thresholds
        if range == 0 {
          scoreStarts.append(scoreRoom)
          scoreRoom += width * thresholds
        }
      }
    }
    rows = filled.count
    precision = [Double](repeating: 0, count: room)
    scores = [Double](repeating: 0, count: scoreRoom)
    bestScores = [Double](repeating: 0, count: rows)
    return filled
  }

  /// Traces the curves of every category with objects.
  private mutating func fill(_ filled: [Int], _ evaluation: MatchedDetections, threads: Int) {
    let layout = self
    precision.withUnsafeMutableBufferPointer { precision in
      scores.withUnsafeMutableBufferPointer { scores in
        bestScores.withUnsafeMutableBufferPointer { bestScores in
          recall.withUnsafeMutableBufferPointer { recall in
            let places = Places(
              precision: SharedPlaces(places: precision),
              scores: SharedPlaces(places: scores),
              bestScores: SharedPlaces(places: bestScores),
              recall: SharedPlaces(places: recall)
            )
            ParallelUnits.run(filled.count, threads: threads) {
              CurveTracer(evaluation)
            } _: { tracer, row in
              tracer.trace(filled[row])
              layout.enter(tracer.curves, row, into: places)
            }
          }
        }
      }
    }
  }

  private struct Places: Sendable {
    let precision: SharedPlaces<Double>
    let scores: SharedPlaces<Double>
    let bestScores: SharedPlaces<Double>
    let recall: SharedPlaces<Double>
  }

  private func enter(_ curves: CategoryCurves, _ row: Int, into places: Places) {
    places.bestScores[row] = curves.bestScore
    for range in 0..<ranges where starts[row * ranges + range] >= 0 {
      let (start, width) = (starts[row * ranges + range], widths[row * ranges + range])
      for threshold in 0..<thresholds {
        let curve = (range * thresholds + threshold) * recalls
        for point in 0..<recalls {
          guard let slot = slot(width, point) else { continue }
          let place = threshold * width + slot
          places.precision[start + place] = curves.precision[curve + point]
          if range == 0, width == recalls || needed[width * recalls + point] > 0 {
            places.scores[scoreStarts[row] + place] = curves.score[curve + point]
          }
        }
      }
    }
    for group in 0..<curves.recall.count / thresholds {
      for threshold in 0..<thresholds {
        places.recall[(group * rows + row) * thresholds + threshold] =
          curves.recall[group * thresholds + threshold]
      }
    }
  }

  /// The slot of a recall; `nil` where it cannot be reached.
  private func slot(_ width: Int, _ point: Int) -> Int? {
    if width == recalls { return point }
    // Reached before anything is found: as good as with the first find.
    let slot = max(Int(needed[width * recalls + point]), 1) - 1
    return slot < width ? slot : nil
  }
}

extension PrecisionTable {
  /// The precision at one place; -1 where it is undefined.
  func precision(_ range: Int, category: Int, threshold: Int, point: Int) -> Double {
    let row = Int(rowOf[category])
    guard row >= 0, starts[row * ranges + range] >= 0 else { return -1 }
    let (start, width) = (starts[row * ranges + range], widths[row * ranges + range])
    return slot(width, point).map { precision[start + threshold * width + $0] } ?? 0
  }

  /// The score at one place of the first range; means something only where the precision is above 0.
  func score(category: Int, threshold: Int, point: Int) -> Double {
    let row = Int(rowOf[category])
    guard row >= 0, starts[row * ranges] >= 0 else { return -1 }
    let width = widths[row * ranges]
    if width < recalls, needed[width * recalls + point] == 0 { return bestScores[row] }
    return slot(width, point).map { scores[scoreStarts[row] + threshold * width + $0] } ?? 0
  }

  // Values are taken in the reference's order, so that the sums round alike.

  func averagePrecision(_ categories: Range<Int>, _ thresholds: [Int], _ range: Int?) -> Double {
    guard let range else { return -1 }
    let defined = categories.compactMap { category -> (start: Int, width: Int)? in
      let row = Int(rowOf[category])
      guard row >= 0, starts[row * ranges + range] >= 0 else { return nil }
      return (starts[row * ranges + range], widths[row * ranges + range])
    }
    let count = thresholds.count * recalls * defined.count
    guard count > 0 else { return -1 }
    var (threshold, point, next) = (0, 0, 0)
    let sum = pairwiseSum(count) {
      let (start, width) = defined[next]
      let value = slot(width, point).map { precision[start + thresholds[threshold] * width + $0] }
      next += 1
      if next == defined.count {
        (next, point) = (0, point + 1)
        if point == recalls { (point, threshold) = (0, threshold + 1) }
      }
      return value ?? 0
    }
    return sum / Double(count)
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
        let row = Int(rowOf[category])
        guard row >= 0, starts[row * ranges + range] >= 0 else { continue }
        values.append(
          recall[((limit * ranges + range) * rows + row) * self.thresholds + threshold]
        )
      }
    }
    return pairwiseMean(values)
  }
}
