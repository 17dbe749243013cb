import COCOFormat

/// Matches the detections of one cell at a time; keeps its memory between cells.
struct CellMatcher {
  private let truths: TruthColumns
  private let detections: SharedPlaces<DetectionEntry>
  private let boxes: [COCOBox]
  /// As the reference has it: at threshold 1 a box still matches itself after rounding.
  private let thresholds: [Double]
  private let allThresholds: UInt32
  private let lowestThreshold: Double
  private let ranges: Int
  private let stride: Int
  /// Objects that overlap enough for some threshold, detection after detection, in object order.
  private var candidates: [(truth: Int, iou: Double)] = []
  /// The detections that have candidates, and where those end.
  private var candidateEnds: [(detection: Int, end: Int)] = []
  /// For each size range and object of the cell, the thresholds at which it is taken.
  private var taken: [UInt32] = []

  init(
    truths: TruthColumns,
    detections: SharedPlaces<DetectionEntry>,
    boxes: [COCOBox],
    parameters: COCOEvaluationParameters
  ) {
    self.truths = truths
    self.detections = detections
    self.boxes = boxes
    thresholds = parameters.iouThresholds.map { min($0, 1 - 1e-10) }
    allThresholds = UInt32((UInt64(1) << thresholds.count) - 1)
    lowestThreshold = thresholds.min() ?? 0
    ranges = parameters.areaRanges.count
    stride = DetectionMatches.stride(parameters)
  }

  /// Gives each detection of a cell, best first, the free object it overlaps most, for every range and threshold.
  ///
  /// - Parameters:
  ///   - cell: The objects and the detections.
  ///   - rows: Where rows are added; see ``DetectionMatches``.
  mutating func match(_ cell: EvaluationCell, into rows: inout [UInt32]) {
    findCandidates(in: cell)
    let truthCount = cell.truths.count
    taken.removeAll(keepingCapacity: true)
    taken.append(contentsOf: repeatElement(0, count: truthCount * ranges))
    var start = 0
    for (detection, end) in candidateEnds {
      detections[detection].row = Int32(rows.count / stride)
      rows.append(UInt32(detection - cell.detections.lowerBound))
      for range in 0..<ranges {
        let rangeBit = UInt32(1) << range
        let firstTaken = range * truthCount - cell.truths.lowerBound
        var (found, ignored): (UInt32, UInt32) = (0, 0)
        for threshold in thresholds.indices {
          guard let truth = bestTruth(start..<end, threshold, rangeBit, firstTaken) else {
            continue
          }
          let bit = UInt32(1) << threshold
          taken[firstTaken + truth] |= bit
          if !truths.isUnfindable[truth] { found |= bit }
          if truths.ignored[truth] & rangeBit != 0 { ignored |= bit }
        }
        if detections[detection].outside & rangeBit != 0 { ignored |= ~found & allThresholds }
        rows.append(found)
        rows.append(ignored)
      }
      start = end
    }
  }

  /// Computes every overlap of a cell once, for all thresholds and size ranges.
  private mutating func findCandidates(in cell: EvaluationCell) {
    candidates.removeAll(keepingCapacity: true)
    candidateEnds.removeAll(keepingCapacity: true)
    for detection in cell.detections {
      let box = boxes[Int(detections[detection].source)]
      let (corners, area) = (box.cornerLanes, box.area)
      let first = candidates.count
      for truth in cell.truths {
        let iou = iou(corners, area, truth)
        // Not the negation: numbers near the end of Double make an IoU that is not a number.
        if iou >= lowestThreshold { candidates.append((truth, iou)) }
      }
      if candidates.count > first { candidateEnds.append((detection, candidates.count)) }
    }
  }

  /// Intersection over union; over the detection's own area where the object is a crowd.
  private func iou(_ found: SIMD4<Double>, _ area: Double, _ truth: Int) -> Double {
    let object = truths.corners[truth]
    let width = min(found[2], object[2]) - max(found[0], object[0])
    guard width > 0 else { return 0 }
    let height = min(found[3], object[3]) - max(found[1], object[1])
    guard height > 0 else { return 0 }
    let intersection = width * height
    return intersection
      / (truths.isCrowd[truth] ? area : area + truths.boxArea[truth] - intersection)
  }

  /// The object that a detection gets at one threshold: an ignored one only if no other is left.
  private func bestTruth(
    _ own: Range<Int>,
    _ threshold: Int,
    _ rangeBit: UInt32,
    _ firstTaken: Int
  ) -> Int? {
    let bit = UInt32(1) << threshold
    var (best, bestIoU): (Int?, Double) = (nil, thresholds[threshold])
    var (bestIgnored, bestIgnoredIoU): (Int?, Double) = (nil, thresholds[threshold])
    for (truth, iou) in candidates[own] {
      // Any number of detections may lie in a crowd.
      guard taken[firstTaken + truth] & bit == 0 || truths.isCrowd[truth] else { continue }
      // Of equal overlaps the later object wins.
      if truths.ignored[truth] & rangeBit == 0 {
        if iou >= bestIoU { (best, bestIoU) = (truth, iou) }
      } else if iou >= bestIgnoredIoU {
        (bestIgnored, bestIgnoredIoU) = (truth, iou)
      }
    }
    return best ?? bestIgnored
  }
}
