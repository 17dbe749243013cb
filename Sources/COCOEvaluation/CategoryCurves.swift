/// Follows the detections of one category from the best to the worst; keeps its memory between categories.
///
/// One pass serves every size range and IoU threshold: a detection without a row is a false alarm at all thresholds, so
/// that most cost one addition a range.
struct CategoryCurves {
  private let thresholds: Int
  private let ranges: Int
  private let limits: [Int]
  private let recallThresholds: [Double]
  /// Indexed by [range, threshold, recall]: the best precision at that recall or beyond; -1 where no object is.
  private(set) var precision: [Double]
  /// Indexed by [range, threshold, recall]: the score down to which detections count; -1 where no object is.
  private(set) var score: [Double]
  /// Indexed by [limit, range, threshold]; -1 where no object is.
  private(set) var recall: [Double]
  /// The score of the best detection; 0 if there is none.
  private(set) var bestScore = 0.0

  // Precision only matters where an object is found: in between it falls.
  private var findPrecision: [Double] = []
  private var findScore: [Double] = []
  private var findStart: [Int]
  private var findCount: [Int]
  private var foundWithin: [Int]
  /// False alarms at every threshold, by range, and those at some, by [range, threshold].
  private var alwaysWrong: [Int]
  private var sometimesWrong: [Int]
  /// The ranges that have objects to find; the curves of the others are -1.
  private var filled: [Int] = []

  init(_ parameters: COCOEvaluationParameters) {
    thresholds = parameters.iouThresholds.count
    ranges = parameters.areaRanges.count
    limits = parameters.detectionLimits
    recallThresholds = parameters.recallThresholds
    precision = [Double](repeating: -1, count: ranges * thresholds * recallThresholds.count)
    score = precision
    recall = [Double](repeating: -1, count: limits.count * ranges * thresholds)
    findStart = [Int](repeating: 0, count: ranges * thresholds)
    findCount = findStart
    foundWithin = [Int](repeating: 0, count: limits.count * ranges * thresholds)
    alwaysWrong = [Int](repeating: 0, count: ranges)
    sometimesWrong = findStart
  }

  /// Follows the detections.
  ///
  /// - Parameters:
  ///   - order: Detections of the category in all images, best first.
  ///   - objectCounts: How many objects there are to find in each range.
  ///   - matches: Which detections found one.
  ///   - detections: Scores and sizes.
  mutating func follow(
    _ order: [Int32],
    objectCounts: ArraySlice<Int>,
    matches: DetectionMatches,
    detections: DetectionColumns
  ) {
    clear(objectCounts)
    filled = objectCounts.enumerated().filter { $0.element > 0 }.map(\.offset)
    if filled.isEmpty { return }
    let allThresholds = UInt32((UInt64(1) << thresholds) - 1)
    for position in order {
      let detection = detections.entries[Int(position)]
      guard detection.row >= 0 else {
        for range in filled { alwaysWrong[range] += Int(~detection.outside >> range & 1) }
        continue
      }
      let start = Int(detection.row) * matches.stride
      let rank = Int(matches.rows[start])
      for range in filled {
        let ignored = matches.rows[start + 2 + 2 * range]
        let found = matches.rows[start + 1 + 2 * range] & ~ignored
        let wrong = allThresholds & ~found & ~ignored
        if wrong == allThresholds {
          alwaysWrong[range] += 1
          continue
        }
        for threshold in 0..<thresholds {
          let cell = range * thresholds + threshold
          sometimesWrong[cell] += Int(wrong >> threshold & 1)
          if found >> threshold & 1 == 0 { continue }
          let count = findCount[cell] + 1
          findCount[cell] = count
          let falseAlarms = alwaysWrong[range] + sometimesWrong[cell]
          // The addend is the reference's guard against 0 / 0.
          findPrecision[findStart[cell] + count - 1] =
            Double(count) / (Double(falseAlarms + count) + Double.ulpOfOne)
          findScore[findStart[cell] + count - 1] = detection.score
          for limit in limits.indices where rank < limits[limit] {
            foundWithin[limit * ranges * thresholds + cell] += 1
          }
        }
      }
    }
    bestScore = order.first.map { detections.entries[Int($0)].score } ?? 0
    for range in filled { readOff(range, objectCounts[objectCounts.startIndex + range]) }
  }

  private mutating func clear(_ objectCounts: ArraySlice<Int>) {
    var room = 0
    for (range, objectCount) in objectCounts.enumerated() {
      for threshold in 0..<thresholds {
        findStart[range * thresholds + threshold] = room
        room += objectCount
      }
    }
    if findPrecision.count < room {
      findPrecision = [Double](repeating: 0, count: room)
      findScore = findPrecision
    }
    for cell in findCount.indices { (findCount[cell], sometimesWrong[cell]) = (0, 0) }
    for range in alwaysWrong.indices { alwaysWrong[range] = 0 }
    for cell in foundWithin.indices { foundWithin[cell] = 0 }
    for range in filled {
      let row = thresholds * recallThresholds.count
      for place in range * row..<(range + 1) * row { (precision[place], score[place]) = (-1, -1) }
      for limit in limits.indices {
        let first = (limit * ranges + range) * thresholds
        for place in first..<first + thresholds { recall[place] = -1 }
      }
    }
  }

  /// The curves of a range, from what was found in it.
  private mutating func readOff(_ range: Int, _ objectCount: Int) {
    for threshold in 0..<thresholds {
      let cell = range * thresholds + threshold
      let (first, count) = (findStart[cell], findCount[cell])
      for limit in limits.indices {
        let place = limit * ranges * thresholds + cell
        recall[place] = Double(foundWithin[place]) / Double(objectCount)
      }
      for find in stride(from: first + count - 2, through: first, by: -1) {
        findPrecision[find] = max(findPrecision[find], findPrecision[find + 1])
      }
      var needed = 0
      for (point, recall) in recallThresholds.enumerated() {
        // How many objects must be found to reach the recall.
        while needed <= objectCount, Double(needed) / Double(objectCount) < recall { needed += 1 }
        let place = cell * recallThresholds.count + point
        (precision[place], score[place]) = (0, 0)
        if needed == 0 {
          // Reached before anything is found: with the very first detection, right or wrong.
          precision[place] = count > 0 ? findPrecision[first] : 0
          score[place] = bestScore
        } else if needed <= count {
          precision[place] = findPrecision[first + needed - 1]
          score[place] = findScore[first + needed - 1]
        }
      }
    }
  }
}
