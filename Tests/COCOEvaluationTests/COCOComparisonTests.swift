import BoxGeometry
import COCOEvaluation
import COCOFormat
import Testing

struct COCOComparisonTests {
  private let tolerance = 1e-12

  /// Two detectors on one ground truth: that of the dataset, and one that lost and moved some of its boxes.
  ///
  /// Scores differ within an image, so that copies of an image tie in one way only; those of different images still tie.
  private func pair(seed: UInt64) -> (COCOGroundTruth, [COCODetection], [COCODetection]) {
    let dataset = RandomDataset(seed: seed)
    var place: [Int: Int] = [:]
    let first = dataset.detections.map { detection in
      var detection = detection
      place[detection.imageID, default: 0] += 1
      detection.score += Double(place[detection.imageID, default: 0]) * 0x1p-30
      return detection
    }
    var generator = SplitMix64(mixing: seed, 77)
    let second = first.compactMap { detection -> COCODetection? in
      var detection = detection
      if Double.random(in: 0..<1, using: &generator) < 0.2 { return nil }
      detection.box.x += Double.random(in: -4..<4, using: &generator)
      return detection
    }
    return (dataset.groundTruth, first, second)
  }

  /// The draw that `COCOComparison` documents: as many images as there are, one stream a resample.
  private func weights(_ count: Int, seed: UInt64, number: UInt64) -> [Int] {
    var generator = SplitMix64(mixing: seed, number)
    var weights = [Int](repeating: 0, count: count)
    for _ in 0..<count { weights[Int.random(in: 0..<count, using: &generator)] += 1 }
    return weights
  }

  /// Really draws: images, objects and detections are written down as often as they were drawn.
  private func drawn(
    _ truth: COCOGroundTruth,
    _ detections: [COCODetection],
    _ weights: [Int]
  ) -> (COCOGroundTruth, [COCODetection]) {
    let ids = truth.images.map(\.id).sorted()
    var images: [COCOImage] = []
    var annotations: [COCOAnnotation] = []
    var found: [COCODetection] = []
    for (id, weight) in zip(ids, weights) {
      for _ in 0..<weight {
        let copy = images.count + 1
        images.append(COCOImage(id: copy, fileName: "", width: 0, height: 0))
        for var annotation in truth.annotations where annotation.imageID == id {
          annotation.imageID = copy
          annotation.id = annotations.count + 1
          annotations.append(annotation)
        }
        for var detection in detections where detection.imageID == id {
          detection.imageID = copy
          found.append(detection)
        }
      }
    }
    return (
      COCOGroundTruth(images: images, categories: truth.categories, annotations: annotations), found
    )
  }

  private func expect(_ found: Double?, _ wanted: Double?, _ place: String) {
    let isEqual = found == wanted || abs((found ?? .nan) - (wanted ?? .nan)) <= tolerance
    #expect(isEqual, "\(place): found \(found ?? .nan), wanted \(wanted ?? .nan)")
  }

  @Test(arguments: 0..<30)
  func `a resample is scored as if its images were there so often`(seed: UInt64) throws {
    let (truth, first, second) = pair(seed: seed)
    let result = try COCOComparison(groundTruth: truth)
      .compare(COCODetectionTable(first), COCODetectionTable(second), resamples: 1, seed: seed)
    let weights = weights(truth.images.count, seed: seed, number: 0)
    let scored = try [first, second].map { detections in
      let (truth, detections) = drawn(truth, detections, weights)
      return try COCOEvaluator(groundTruth: truth).evaluate(detections)
    }
    func difference(_ a: Double, _ b: Double) -> Double? { a > -1 && b > -1 ? b - a : nil }
    for figure in result.figures {
      let values = scored.map { result in
        result.summary.figures.first { $0.name == figure.name }?.value ?? .nan
      }
      expect(figure.lower, difference(values[0], values[1]), figure.name)
      #expect(figure.lower == figure.upper)
    }
    for (index, row) in result.classes.enumerated() {
      let values = scored.map { $0.classes[index].AP }
      expect(row.averagePrecision.lower, difference(values[0], values[1]), "class \(row.id)")
    }
  }

  @Test(arguments: 0..<10)
  func `figures are the evaluator's`(seed: UInt64) throws {
    let (truth, first, second) = pair(seed: seed)
    let result = try COCOComparison(groundTruth: truth)
      .compare(COCODetectionTable(first), COCODetectionTable(second), resamples: 0)
    let evaluator = COCOEvaluator(groundTruth: truth)
    let (a, b) = (try evaluator.evaluate(first), try evaluator.evaluate(second))
    #expect(result.figures.map(\.name) == ["AP", "AP50", "AP75", "APs", "APm", "APl"])
    #expect(result.figures.map(\.first) == a.summary.figures.prefix(6).map(\.value))
    #expect(result.figures.map(\.second) == b.summary.figures.prefix(6).map(\.value))
    #expect(result.classes.map(\.averagePrecision.second) == b.classes.map(\.AP))
    #expect(result.figures.allSatisfy { $0.lower == nil && $0.shareBetter == nil })
  }

  /// One object in each of two images: the first detector finds one of them, the second both.
  private func twoImages() -> (COCOGroundTruth, COCODetectionTable, COCODetectionTable) {
    let box = COCOBox(x: 0, y: 0, width: 100, height: 100)
    let truth = COCOGroundTruth(
      images: (1...2).map { COCOImage(id: $0, fileName: "", width: 0, height: 0) },
      categories: [COCOCategory(id: 1, name: "cat"), COCOCategory(id: 2, name: "rare")],
      annotations: (1...2).map { COCOAnnotation(id: $0, imageID: $0, categoryID: 1, box: box) }
    )
    let found = (1...2).map { COCODetection(imageID: $0, categoryID: 1, box: box, score: 1) }
    return (truth, COCODetectionTable(found.prefix(1)), COCODetectionTable(found))
  }

  // Drawn: image 1 twice, a difference of 0; image 2 twice, 1; one of each, 1 - 51/101. Quarter, quarter, half.
  @Test func `two images have three possible differences`() throws {
    let (truth, first, second) = twoImages()
    let result = try COCOComparison(groundTruth: truth).compare(first, second, resamples: 4000)
    let figure = result.figures[0]
    expect(figure.difference, 1 - 51.0 / 101, "difference")
    #expect(figure.lower == 0)
    expect(figure.upper, 1, "upper")
    #expect(!figure.isSignificant)
    #expect(abs((figure.shareBetter ?? 0) - 0.875) < 0.03)
    #expect(figure.resamples == 4000)
    let narrow = try COCOComparison(groundTruth: truth)
      .compare(first, second, resamples: 4000, confidence: 0.4)
    expect(narrow.figures[0].lower, 1 - 51.0 / 101, "lower of 40 %")
    expect(narrow.figures[0].upper, 1 - 51.0 / 101, "upper of 40 %")
    #expect(narrow.figures[0].isSignificant)
  }

  @Test func `what no resample defines is not told`() throws {
    let (truth, first, second) = twoImages()
    let result = try COCOComparison(groundTruth: truth).compare(first, second, resamples: 50)
    let rare = result.classes[1].averagePrecision
    #expect(rare.first == -1 && rare.difference == nil && rare.lower == nil)
    #expect(rare.resamples == 0 && rare.shareBetter == nil && !rare.isSignificant)
    let small = result.figures.first { $0.name == "APs" }
    #expect(small?.difference == nil && small?.upper == nil)
  }

  @Test func `a category that is not in every draw has fewer resamples`() throws {
    let (truth, first, second) = twoImages()
    let fewer = COCOGroundTruth(
      images: truth.images,
      categories: truth.categories,
      annotations: Array(truth.annotations.prefix(1))
    )
    let result = try COCOComparison(groundTruth: fewer).compare(first, second, resamples: 2000)
    // Image 2 twice, and there is nothing to be found.
    #expect(abs(result.figures[0].resamples - 1500) < 100)
  }

  @Test func `a detector does not differ from itself`() throws {
    let (truth, first, _) = pair(seed: 3)
    let table = COCODetectionTable(first)
    let result = try COCOComparison(groundTruth: truth).compare(table, table, resamples: 40)
    let defined = result.figures.filter { $0.difference != nil }
    #expect(!defined.isEmpty)
    #expect(defined.allSatisfy { $0.lower == 0 && $0.upper == 0 && $0.shareBetter == 0.5 })
  }

  @Test func `threads change nothing and seeds do`() throws {
    let (truth, first, second) = pair(seed: 11)
    let (a, b) = (COCODetectionTable(first), COCODetectionTable(second))
    let results = try [1, 2, 5].map { threads in
      try COCOComparison(groundTruth: truth, threads: threads).compare(a, b, resamples: 60, seed: 5)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
    let other = try COCOComparison(groundTruth: truth).compare(a, b, resamples: 60, seed: 6)
    #expect(other.figures != results[0].figures)
  }

  @Test func `without categories there is one comparison`() throws {
    let (truth, first, second) = pair(seed: 4)
    let parameters = COCOEvaluationParameters(classAgnostic: true)
    let result = try COCOComparison(groundTruth: truth, parameters: parameters)
      .compare(COCODetectionTable(first), COCODetectionTable(second), resamples: 20)
    #expect(result.classes.isEmpty)
    #expect(result.figures[0].resamples > 0)
  }

  @Test func `own thresholds and sizes leave out what they do not define`() throws {
    let (truth, first, second) = pair(seed: 4)
    let parameters = COCOEvaluationParameters(iouThresholds: [0.6], areaRanges: [.all])
    let result = try COCOComparison(groundTruth: truth, parameters: parameters)
      .compare(COCODetectionTable(first), COCODetectionTable(second), resamples: 20)
    #expect(result.figures.map(\.name) == ["AP"])
  }

  @Test func `empty files and unknown images`() throws {
    let empty = COCOGroundTruth(images: [], categories: [], annotations: [])
    let nothing = try COCOComparison(groundTruth: empty).compare([], [], resamples: 10)
    #expect(nothing.figures.allSatisfy { $0.difference == nil && $0.resamples == 0 })
    let (truth, first, _) = twoImages()
    let box = COCOBox(x: 0, y: 0, width: 1, height: 1)
    #expect(throws: COCOEvaluationError.self) {
      try COCOComparison(groundTruth: truth)
        .compare(first, [COCODetection(imageID: 9, categoryID: 1, box: box, score: 1)])
    }
  }
}
