import COCOFormat

/// Counts confusions image by image, classes being forgotten while boxes are matched.
struct ConfusionCounter {
  /// A field of the matrix; the number of classes stands for background and for missed.
  struct Field: Hashable {
    var truth: Int32
    var prediction: Int32
  }

  private let analysis: DetectionErrorAnalysis
  private let objects: ObjectColumns
  private let categories: CategoryPlaces
  private let iouThreshold: Double
  private let scoreThreshold: Double
  private var isTaken: [Bool] = []
  private(set) var counts: [Field: Int] = [:]

  init(_ analysis: DetectionErrorAnalysis, iouThreshold: Double, scoreThreshold: Double) {
    self.analysis = analysis
    // As in the reference evaluator: at threshold 1 a box still finds itself after rounding.
    self.iouThreshold = min(iouThreshold, 1 - 1e-10)
    self.scoreThreshold = scoreThreshold
    objects = ObjectColumns(analysis.groundTruth, analysis.groups)
    categories = CategoryPlaces(analysis)
  }

  /// Adds one image.
  mutating func count(image: Int) {
    let groups = analysis.groups
    let own = groups.objects(of: image)
    isTaken.removeAll(keepingCapacity: true)
    isTaken.append(contentsOf: repeatElement(false, count: own.count))
    for position in groups.detections(of: image) {
      let detection = Int(groups.detectionOrder[position])
      // By falling score: the rest of the image is below it as well.
      guard groups.scores[detection] >= scoreThreshold else { break }
      guard analysis.columns.detections[detection] != VerdictCode.uncounted else { continue }
      count(detection, among: own)
    }
    for object in own where !isTaken[object - own.lowerBound] && !objects.isIgnored[object] {
      let truth = categories.ofObjects[Int(groups.objectOrder[object])]
      counts[Field(truth: truth, prediction: categories.count), default: 0] += 1
    }
  }

  private mutating func count(_ detection: Int, among own: Range<Int>) {
    let box = analysis.detections.detections[detection].box
    let category = categories.ofDetections[detection]
    var (best, sameBest): ((iou: Double, object: Int)?, (iou: Double, object: Int)?)
    var isInCrowd = !ObjectColumns.areas.contains(box.area)
    for object in own {
      let isSame = categories.ofObjects[Int(analysis.groups.objectOrder[object])] == category
      if objects.isIgnored[object] && !isSame { continue }
      let iou = objects.overlap(box, with: object)
      guard iou >= iouThreshold else { continue }
      if objects.isIgnored[object] {
        isInCrowd = true
        continue
      }
      guard !isTaken[object - own.lowerBound] else { continue }
      if isSame, iou >= sameBest?.iou ?? 0 { sameBest = (iou, object) }
      if iou >= best?.iou ?? 0 { best = (iou, object) }
    }
    let prefersSame = isInCrowd || sameBest?.iou == best?.iou
    if let taken = prefersSame ? sameBest : best {
      isTaken[taken.object - own.lowerBound] = true
      let truth = categories.ofObjects[Int(analysis.groups.objectOrder[taken.object])]
      counts[Field(truth: truth, prediction: category), default: 0] += 1
    } else if !isInCrowd {
      counts[Field(truth: categories.count, prediction: category), default: 0] += 1
    }
  }
}

/// The categories as they are in the files, also where the analysis forgets them.
private struct CategoryPlaces {
  let ofDetections: [Int32]
  let ofObjects: [Int32]
  let count: Int32

  init(_ analysis: DetectionErrorAnalysis) {
    let ids = analysis.groups.categoryIDs
    count = Int32(ids.count)
    guard analysis.parameters.classAgnostic else {
      ofDetections = analysis.groups.detectionCategories
      ofObjects = analysis.groups.objectCategories
      return
    }
    let places = Dictionary(uniqueKeysWithValues: zip(ids, Int32(0)...))
    ofDetections = analysis.detections.detections.map { places[$0.categoryID] ?? -1 }
    ofObjects = analysis.groundTruth.annotations.map { places[$0.categoryID] ?? -1 }
  }
}
