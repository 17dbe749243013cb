/// Which detections found an object, for each size range, one bit an IoU threshold.
///
/// Row `range · detections + detection`. Cells are independent of one another, so that any number of
/// them may be matched at once.
struct DetectionMatches {
  private(set) var found: [UInt32]
  /// Neither right nor wrong: matched to an ignored object, or unmatched and outside the range.
  private(set) var ignored: [UInt32]
  let detectionCount: Int

  init(
    cells: [EvaluationCell],
    truths: TruthColumns,
    detections: DetectionColumns,
    iouThresholds: [Double]
  ) {
    detectionCount = detections.score.count
    let rows = detectionCount * COCOAreaRange.allCases.count
    found = [UInt32](repeating: 0, count: rows)
    ignored = [UInt32](repeating: 0, count: rows)
    var matcher = CellMatcher(truths: truths, detections: detections, iouThresholds: iouThresholds)
    for cell in cells where !cell.detections.isEmpty {
      matcher.findCandidates(in: cell)
      for range in COCOAreaRange.allCases {
        matcher.match(cell, range: range) { detection, found, ignored in
          let row = range.rawValue * detectionCount + detection
          (self.found[row], self.ignored[row]) = (found, ignored)
        }
      }
    }
  }
}

/// Matches the detections of one cell at a time; keeps its memory between cells.
struct CellMatcher {
  private let truths: TruthColumns
  private let detections: DetectionColumns
  /// As the reference has it: at threshold 1 a box still matches itself after rounding.
  private let thresholds: [Double]
  private let allThresholds: UInt32
  private let lowestThreshold: Double
  /// Objects that overlap enough for some threshold, detection after detection, in object order.
  private var candidates: [(truth: Int, iou: Double)] = []
  private var candidateEnds: [Int] = []
  /// For each object of the cell, the thresholds at which it is taken.
  private var taken: [UInt32] = []

  init(truths: TruthColumns, detections: DetectionColumns, iouThresholds: [Double]) {
    self.truths = truths
    self.detections = detections
    thresholds = iouThresholds.map { min($0, 1 - 1e-10) }
    allThresholds = UInt32((UInt64(1) << thresholds.count) - 1)
    lowestThreshold = thresholds.min() ?? 0
  }

  /// Computes every overlap of a cell once, for all thresholds and size ranges.
  mutating func findCandidates(in cell: EvaluationCell) {
    candidates.removeAll(keepingCapacity: true)
    candidateEnds.removeAll(keepingCapacity: true)
    for detection in cell.detections {
      for truth in cell.truths {
        let iou = iou(detection, truth)
        // Not the negation: numbers near the end of Double make an IoU that is not a number.
        if iou >= lowestThreshold { candidates.append((truth, iou)) }
      }
      candidateEnds.append(candidates.count)
    }
  }

  /// Intersection over union; over the detection's own area where the object is a crowd.
  private func iou(_ detection: Int, _ truth: Int) -> Double {
    let (found, object) = (detections.boxes, truths.boxes)
    let width =
      min(found.right[detection], object.right[truth])
      - max(found.left[detection], object.left[truth])
    guard width > 0 else { return 0 }
    let height =
      min(found.bottom[detection], object.bottom[truth])
      - max(found.top[detection], object.top[truth])
    guard height > 0 else { return 0 }
    let intersection = width * height
    let area = found.area[detection]
    return intersection
      / (truths.isCrowd[truth] ? area : area + object.area[truth] - intersection)
  }

  /// Gives each detection, best first, the free object it overlaps most.
  mutating func match(
    _ cell: EvaluationCell,
    range: COCOAreaRange,
    _ store: (_ detection: Int, _ found: UInt32, _ ignored: UInt32) -> Void
  ) {
    let rangeBit = UInt8(1) << range.rawValue
    taken.removeAll(keepingCapacity: true)
    taken.append(contentsOf: repeatElement(0, count: cell.truths.count))
    var start = 0
    for (row, detection) in cell.detections.enumerated() {
      let own = start..<candidateEnds[row]
      start = own.upperBound
      var (found, ignored): (UInt32, UInt32) = (0, 0)
      for threshold in own.isEmpty ? 0..<0 : thresholds.indices {
        guard let truth = bestTruth(own, threshold, rangeBit, firstTruth: cell.truths.lowerBound)
        else { continue }
        let bit = UInt32(1) << threshold
        taken[truth - cell.truths.lowerBound] |= bit
        if !truths.isUnfindable[truth] { found |= bit }
        if truths.ignored[truth] & rangeBit != 0 { ignored |= bit }
      }
      if detections.outside[detection] & rangeBit != 0 { ignored |= ~found & allThresholds }
      store(detection, found, ignored)
    }
  }

  /// The object that a detection gets at one threshold: an ignored one only if no other is left.
  private func bestTruth(
    _ own: Range<Int>,
    _ threshold: Int,
    _ rangeBit: UInt8,
    firstTruth: Int
  ) -> Int? {
    let bit = UInt32(1) << threshold
    for wantsIgnored in [false, true] {
      var (best, bestIoU): (Int?, Double) = (nil, thresholds[threshold])
      for (truth, iou) in candidates[own] {
        guard (truths.ignored[truth] & rangeBit != 0) == wantsIgnored else { continue }
        // Any number of detections may lie in a crowd.
        guard taken[truth - firstTruth] & bit == 0 || truths.isCrowd[truth] else { continue }
        // Of equal overlaps the later object wins.
        if iou >= bestIoU { (best, bestIoU) = (truth, iou) }
      }
      if best != nil { return best }
    }
    return nil
  }
}
