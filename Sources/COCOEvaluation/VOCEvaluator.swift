public import COCOFormat

/// Holds detections against a ground truth by the Pascal VOC metric.
///
/// Detections of a class are taken by descending score over all images. Each looks at the one object
/// of its class and image that it overlaps most: if that overlap reaches the threshold and the object
/// is still free, the object is found; if it is taken, or the overlap too small, the detection is a
/// false alarm, whatever other object it overlaps. Objects marked difficult are neither asked for
/// nor punished when found. All detections count, however many an image has.
///
/// A difficult object is one whose `isCrowd` is set, as in what this package makes of VOC's folders, and of COCO's files that
/// are read with `difficultObjects` as `crowds`.
/// - Note: Everingham et al. 2010, section 4.2; development kits of 2007 and 2012, `VOCevaldet.m`.
public struct VOCEvaluator: Sendable {
  /// The settings of the metric.
  public let parameters: VOCEvaluationParameters
  private let groundTruth: COCOGroundTruth
  private let imageIDs: Set<Int>
  /// Ascending.
  private let categoryIDs: [Int]
  private let truths: [Int: [Int: [VOCTruth]]]

  /// Prepares a ground truth; any number of evaluations may follow.
  ///
  /// Annotations of images or categories that are not in the lists do not count.
  /// - Parameters:
  ///   - groundTruth: Images, categories and objects; those with `isCrowd` count as difficult.
  ///   - parameters: The settings of the metric.
  public init(
    groundTruth: COCOGroundTruth,
    parameters: VOCEvaluationParameters = VOCEvaluationParameters()
  ) {
    self.groundTruth = groundTruth
    self.parameters = parameters
    let imageIDs = Set(groundTruth.images.lazy.map(\.id))
    categoryIDs = Set(groundTruth.categories.lazy.map(\.id)).sorted()
    var truths: [Int: [Int: [VOCTruth]]] = [:]
    for annotation in groundTruth.annotations where imageIDs.contains(annotation.imageID) {
      let box = VOCBox(annotation.box, edges: parameters.edges)
      truths[annotation.categoryID, default: [:]][annotation.imageID, default: []]
        .append(VOCTruth(box: box, isDifficult: annotation.isCrowd))
    }
    self.imageIDs = imageIDs
    self.truths = truths
  }

  /// Evaluates detections.
  ///
  /// Detections of unknown categories do not count.
  /// - Parameter detections: In file order, which decides between equal scores.
  /// - Returns: The figures and the curves.
  /// - Throws: ``COCOEvaluationError`` for an unknown image or a number that is not finite.
  public func evaluate(
    _ detections: some RandomAccessCollection<COCODetection>
  ) throws -> VOCEvaluationResult {
    var found: [Int: [VOCDetection]] = [:]
    for id in categoryIDs { found[id] = [] }
    var uncounted = 0
    for (position, detection) in detections.enumerated() {
      try check(detection, position)
      // Mutated in place: a copy would be as long as the file.
      if found[detection.categoryID]?.append(VOCDetection(detection, edges: parameters.edges))
        == nil
      {
        uncounted += 1
      }
    }
    let names = Dictionary(groundTruth.categories.map { ($0.id, $0.name) }) { first, _ in first }
    let classes = categoryIDs.map { id in
      result(id: id, name: names[id] ?? "", detections: found[id] ?? [])
    }
    let defined = classes.compactMap(\.averagePrecision)
    return VOCEvaluationResult(
      meanAveragePrecision: defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count),
      classes: classes,
      images: imageIDs.count,
      groundTruths: classes.reduce(0) { $0 + $1.groundTruths },
      difficultGroundTruths: classes.reduce(0) { $0 + $1.difficultGroundTruths },
      detections: detections.count,
      uncountedDetections: uncounted,
      parameters: parameters
    )
  }

  private func result(id: Int, name: String, detections: [VOCDetection]) -> VOCClassResult {
    var truths = truths[id] ?? [:]
    let count = truths.values.reduce(0) { $0 + $1.count }
    let difficult = truths.values.reduce(0) { $0 + $1.count(where: \.isDifficult) }
    let curve = curve(of: detections, truths: &truths, objectCount: count - difficult)
    return VOCClassResult(
      id: id,
      name: name,
      averagePrecision: count > difficult
        ? parameters.averaging.averagePrecision(of: curve) : nil,
      groundTruths: count - difficult,
      difficultGroundTruths: difficult,
      detections: detections.count,
      curve: curve
    )
  }

  private func curve(
    of detections: [VOCDetection],
    truths: inout [Int: [VOCTruth]],
    objectCount: Int
  ) -> [VOCPrecisionRecallPoint] {
    guard objectCount > 0 else { return [] }
    let order = detections.indices.sorted {
      let (a, b) = (detections[$0].score, detections[$1].score)
      return a == b ? $0 < $1 : a > b
    }
    var (found, curve) = (0, [VOCPrecisionRecallPoint]())
    curve.reserveCapacity(order.count)
    for index in order {
      let detection = detections[index]
      var isFound = false
      if let best = bestTruth(for: detection.box, among: truths[detection.imageID] ?? []) {
        guard truths[detection.imageID]?[best].isDifficult == false else { continue }
        isFound = truths[detection.imageID]?[best].isTaken == false
        truths[detection.imageID]?[best].isTaken = true
      }
      if isFound { found += 1 }
      curve.append(
        VOCPrecisionRecallPoint(
          recall: Double(found) / Double(objectCount),
          precision: Double(found) / Double(curve.count + 1),
          score: detection.score,
          isTruePositive: isFound
        )
      )
    }
    return curve
  }

  /// The object overlapped most, the first of equal ones, if that is enough to match.
  private func bestTruth(for box: VOCBox, among truths: [VOCTruth]) -> Int? {
    var (best, bestIoU): (Int?, Double) = (nil, 0)
    for (index, truth) in truths.enumerated() {
      let iou = box.iou(with: truth.box)
      if iou > bestIoU { (best, bestIoU) = (index, iou) }
    }
    return bestIoU >= parameters.iouThreshold ? best : nil
  }

  private func check(_ detection: COCODetection, _ position: Int) throws {
    guard imageIDs.contains(detection.imageID) else {
      throw COCOEvaluationError.unknownImage(detection.imageID, at: position)
    }
    guard detection.isFinite else { throw COCOEvaluationError.notFinite(detection, at: position) }
  }
}

/// A detection of one class.
private struct VOCDetection {
  let imageID: Int
  let box: VOCBox
  let score: Double

  init(_ detection: COCODetection, edges: VOCEvaluationParameters.Edges) {
    imageID = detection.imageID
    box = VOCBox(detection.box, edges: edges)
    score = detection.score
  }
}

/// An object of one class in one image.
private struct VOCTruth: Sendable {
  let box: VOCBox
  let isDifficult: Bool
  var isTaken = false
}

/// A box from edge to edge, whatever its file counted.
private struct VOCBox: Sendable {
  let left, top, right, bottom: Double

  init(_ box: COCOBox, edges: VOCEvaluationParameters.Edges) {
    let last = edges == .pixels ? 1.0 : 0.0
    (left, top) = (box.x, box.y)
    (right, bottom) = (box.x + box.width + last, box.y + box.height + last)
  }

  private var area: Double { (right - left) * (bottom - top) }

  /// Intersection over union; 0 where boxes do not meet, or are too large for their areas to be numbers.
  func iou(with other: VOCBox) -> Double {
    let width = min(right, other.right) - max(left, other.left)
    let height = min(bottom, other.bottom) - max(top, other.top)
    guard width > 0, height > 0 else { return 0 }
    let intersection = width * height
    let iou = intersection / (area + other.area - intersection)
    return iou.isFinite ? iou : 0
  }
}
