import COCOEvaluation
import COCOFormat
import Testing

/// Cases small enough to be worked by hand.
struct COCOEvaluatorTests {
  let category = COCOCategory(id: 1, name: "thing")
  let image = COCOImage(id: 1, fileName: "a.png", width: 1000, height: 1000)
  // 40 x 40 is a medium object: 1600 lies between 1024 and 9216.
  let box = COCOBox(x: 10, y: 10, width: 40, height: 40)
  let elsewhere = COCOBox(x: 500, y: 500, width: 40, height: 40)

  func object(_ id: Int, _ box: COCOBox, crowd: Bool = false, area: Double? = nil) -> COCOAnnotation
  {
    COCOAnnotation(id: id, imageID: 1, categoryID: 1, box: box, area: area, isCrowd: crowd)
  }

  func detection(_ box: COCOBox, _ score: Double, image: Int = 1) -> COCODetection {
    COCODetection(imageID: image, categoryID: 1, box: box, score: score)
  }

  func evaluate(
    _ annotations: [COCOAnnotation],
    _ detections: [COCODetection],
    _ parameters: COCOEvaluationParameters = COCOEvaluationParameters()
  ) throws -> COCOEvaluationResult {
    let truth = COCOGroundTruth(
      images: [image],
      categories: [category],
      annotations: annotations
    )
    return try COCOEvaluator(groundTruth: truth, parameters: parameters).evaluate(detections)
  }

  @Test func `one perfect detection gives 1 for its size and nothing for the others`() throws {
    let summary = try evaluate([object(1, box)], [detection(box, 0.5)]).summary
    // 1 / (1 + eps) is the protocol's own guard against 0 / 0: it rounds to the last Double below 1.
    for value in [summary.AP, summary.AP50, summary.AP75, summary.APm] {
      #expect(abs(value - 1) <= 0x1p-51)
    }
    #expect(summary.AR1 == 1 && summary.AR10 == 1 && summary.AR100 == 1 && summary.ARm == 1)
    #expect(summary.APs == -1 && summary.APl == -1 && summary.ARs == -1 && summary.ARl == -1)
  }

  @Test func `half of two objects found gives recall up to one half`() throws {
    let result = try evaluate([object(1, box), object(2, elsewhere)], [detection(box, 0.5)])
    // Recall 0.5 is reached at 0, 0.01 ... 0.50: 51 of 101 points.
    #expect(abs(result.summary.AP - 51.0 / 101) < 1e-15)
    #expect(result.summary.AR100 == 0.5)
    let curve = result.precisionRecall(category: 1, iou: 0.5)
    #expect(curve.count == 101)
    #expect(curve[50].precision > 0.99 && curve[50].score == 0.5)
    #expect(curve[51].precision == 0 && curve[51].score == nil)
  }

  @Test func `a false alarm with a better score halves the precision`() throws {
    let result = try evaluate([object(1, box)], [detection(elsewhere, 0.9), detection(box, 0.5)])
    #expect(abs(result.summary.AP - 0.5) < 1e-15)
    // With one detection an image only the false alarm counts.
    #expect(result.summary.AR1 == 0 && result.summary.AR10 == 1)
  }

  @Test func `a second detection of the same object is a false alarm after the first`() throws {
    let result = try evaluate(
      [object(1, box), object(2, elsewhere)],
      [detection(box, 0.9), detection(box, 0.8), detection(elsewhere, 0.7)]
    )
    // Precision 1 up to recall 1/2, 2/3 beyond: (51 + 50 · 2/3) / 101.
    #expect(abs(result.summary.AP - (51 + 100.0 / 3) / 101) < 1e-15)
  }

  @Test func `IoU equal to the threshold is a match, just below is not`() throws {
    // 100 x 100 against 100 x 50: exactly one half. Shifted by one: less.
    let whole = COCOBox(x: 0, y: 0, width: 100, height: 100)
    let half = COCOBox(x: 0, y: 0, width: 100, height: 50)
    let less = COCOBox(x: 0, y: 0, width: 100, height: 49)
    #expect(try evaluate([object(1, whole)], [detection(half, 1)]).summary.AP50 > 0.99)
    #expect(try evaluate([object(1, whole)], [detection(less, 1)]).summary.AP50 == 0)
    #expect(abs(try evaluate([object(1, whole)], [detection(half, 1)]).summary.AP - 0.1) < 1e-15)
  }

  @Test func `of equal overlaps the later object wins`() throws {
    func wide(_ x: Double) -> COCOBox { COCOBox(x: x, y: 0, width: 100, height: 100) }
    // The first detection overlaps both by 80 / 120; the second reaches only the left one.
    let (left, right) = (object(1, wide(-20)), object(2, wide(20)))
    let found = [detection(wide(0), 0.9), detection(wide(-40), 0.8)]
    #expect(try evaluate([left, right], found).averageRecall(iou: 0.5) == 1)
    #expect(try evaluate([right, left], found).averageRecall(iou: 0.5) == 0.5)
  }

  @Test func `equal scores go in file order`() throws {
    let (good, bad) = (detection(box, 0.5), detection(elsewhere, 0.5))
    #expect(try evaluate([object(1, box)], [good, bad]).summary.AP > 0.99)
    #expect(abs(try evaluate([object(1, box)], [bad, good]).summary.AP - 0.5) < 1e-15)
  }

  @Test func `plus and minus zero are equal scores`() throws {
    let (good, bad) = (detection(box, -0.0), detection(elsewhere, 0.0))
    #expect(try evaluate([object(1, box)], [good, bad]).summary.AP > 0.99)
  }

  @Test func `equal scores in different images go by image id, not by file order`() throws {
    let truth = COCOGroundTruth(
      images: [COCOImage(id: 2, fileName: "b", width: 0, height: 0), image],
      categories: [category],
      annotations: [object(1, box)]
    )
    let detections = [detection(elsewhere, 0.5, image: 2), detection(box, 0.5, image: 1)]
    #expect(try COCOEvaluator(groundTruth: truth).evaluate(detections).summary.AP > 0.99)
  }

  @Test func `scores may be any finite numbers`() throws {
    let detections = [detection(elsewhere, -3), detection(box, 17.5)]
    #expect(try evaluate([object(1, box)], detections).summary.AP > 0.99)
  }

  // MARK: Crowds and sizes

  @Test func `a crowd takes any number of detections and counts neither way`() throws {
    let crowd = object(2, COCOBox(x: 400, y: 400, width: 300, height: 300), crowd: true)
    let inCrowd = [detection(elsewhere, 0.9), detection(elsewhere, 0.8)]
    let result = try evaluate([object(1, box), crowd], inCrowd + [detection(box, 0.5)])
    #expect(result.summary.AP > 0.99)
    #expect(result.groundTruths == 2 && result.crowds == 1)
    #expect(result.classes[0].groundTruths == 1)
  }

  @Test func `an object that is found elsewhere is preferred to a crowd of greater overlap`() throws
  {
    // The detection lies wholly in the crowd (overlap 1) and matches the object by 0.5.
    let crowd = object(2, COCOBox(x: 0, y: 0, width: 100, height: 100), crowd: true)
    let half = COCOBox(x: 10, y: 10, width: 40, height: 20)
    let result = try evaluate([crowd, object(1, box)], [detection(half, 0.5)])
    #expect(result.summary.AP50 > 0.99)
    #expect(result.summary.AP75 == 0)
  }

  @Test func `crowds alone leave everything undefined`() throws {
    let result = try evaluate([object(1, box, crowd: true)], [detection(box, 0.5)])
    #expect(result.summary.figures.allSatisfy { $0.value == -1 })
    #expect(result.precisionRecall(category: 1, iou: 0.5).isEmpty)
  }

  @Test func `sizes go by the annotation's area, not by its box`() throws {
    let summary = try evaluate([object(1, box, area: 900)], [detection(box, 0.5)]).summary
    #expect(summary.APs > 0.99 && summary.APm == -1)
  }

  @Test func `an area of exactly 32 squared is both small and medium`() throws {
    let square = COCOBox(x: 0, y: 0, width: 32, height: 32)
    let summary = try evaluate([object(1, square)], [detection(square, 0.5)]).summary
    #expect(summary.APs > 0.99 && summary.APm > 0.99 && summary.APl == -1)
  }

  @Test func `an unmatched detection of another size does not count`() throws {
    let large = COCOBox(x: 300, y: 300, width: 200, height: 200)
    let summary = try evaluate([object(1, box)], [detection(large, 0.9), detection(box, 0.5)])
      .summary
    #expect(summary.APm > 0.99)
    #expect(abs(summary.AP - 0.5) < 1e-15)
  }

  // MARK: Ids

  @Test func `annotation id 0 is found by default and lost when asked for`() throws {
    let quirk = COCOEvaluationParameters(pycocotoolsIDs: true)
    #expect(try evaluate([object(0, box)], [detection(box, 0.5)]).summary.AP > 0.99)
    #expect(try evaluate([object(0, box)], [detection(box, 0.5)], quirk).summary.AP == 0)
    #expect(try evaluate([object(-1, box)], [detection(box, 0.5)], quirk).summary.AP > 0.99)
  }

  @Test func `categories are told apart unless they are forgotten`() throws {
    let truth = COCOGroundTruth(
      images: [image],
      categories: [category, COCOCategory(id: 5, name: "other")],
      annotations: [object(1, box)]
    )
    let other = COCODetection(imageID: 1, categoryID: 5, box: box, score: 0.5)
    #expect(try COCOEvaluator(groundTruth: truth).evaluate([other]).summary.AP == 0)
    let agnostic = COCOEvaluationParameters(classAgnostic: true)
    let result = try COCOEvaluator(groundTruth: truth, parameters: agnostic).evaluate([other])
    #expect(result.summary.AP > 0.99)
    #expect(result.precisionRecall(iou: 0.5).first?.score == 0.5)
  }

  @Test func `a category without objects is left out of the means`() throws {
    let truth = COCOGroundTruth(
      images: [image],
      categories: [COCOCategory(id: 7, name: "never"), category],
      annotations: [object(1, box)]
    )
    let result = try COCOEvaluator(groundTruth: truth).evaluate([detection(box, 0.5)])
    #expect(result.summary.AP > 0.99)
    #expect(result.classes.map(\.id) == [1, 7])
    #expect(result.classes[1].AP == -1 && result.classes[1].AR100 == -1)
    #expect(result.averagePrecision(category: 7) == -1)
    #expect(result.averagePrecision(category: 99) == -1)
    #expect(result.averagePrecision(iou: 0.42) == -1)
  }

  @Test func `detections of unknown categories are counted and do not matter`() throws {
    let stray = COCODetection(imageID: 1, categoryID: 99, box: elsewhere, score: 0.9)
    for classAgnostic in [false, true] {
      let parameters = COCOEvaluationParameters(classAgnostic: classAgnostic)
      let result = try evaluate([object(1, box)], [stray, detection(box, 0.5)], parameters)
      #expect(result.summary.AP > 0.99)
      #expect(result.uncountedDetections == 1)
    }
  }

  @Test func `a detection of an unknown image is an error that names it`() throws {
    let error = #expect(throws: COCOEvaluationError.self) {
      try evaluate([object(1, box)], [detection(box, 0.5), detection(box, 0.5, image: 9)])
    }
    #expect(error?.code == .unknownImage)
    #expect(error?.description.hasPrefix("detections[1]: ") == true)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a number that is not finite is an error`(value: Double) throws {
    let wide = COCOBox(x: 0, y: 0, width: value, height: 1)
    for bad in [detection(box, value), detection(wide, 0.5)] {
      let error = #expect(throws: COCOEvaluationError.self) { try evaluate([], [bad]) }
      #expect(error?.code == .notFinite)
    }
  }

  // MARK: Nothing, much, and huge

  @Test func `no detection gives 0, not an undefined figure`() throws {
    let summary = try evaluate([object(1, box)], []).summary
    #expect(summary.AP == 0 && summary.AR100 == 0 && summary.APm == 0 && summary.APs == -1)
  }

  @Test func `no object leaves everything undefined`() throws {
    let result = try evaluate([], [detection(box, 0.5)])
    #expect(result.summary.figures.allSatisfy { $0.value == -1 })
    #expect(result.classes[0].AP == -1)
  }

  @Test(arguments: [false, true])
  func `an empty dataset leaves everything undefined`(classAgnostic: Bool) throws {
    let nothing = COCOGroundTruth(images: [], categories: [], annotations: [])
    let parameters = COCOEvaluationParameters(classAgnostic: classAgnostic)
    let result = try COCOEvaluator(groundTruth: nothing, parameters: parameters).evaluate([])
    #expect(result.summary.figures.allSatisfy { $0.value == -1 })
    #expect(result.images == 0 && result.classes.isEmpty)
  }

  @Test func `only the best 100 detections of an image and category count`() throws {
    let strays = (0..<100).map { detection(elsewhere, 1 - Double($0) / 1000) }
    let last = detection(box, 0.5)
    #expect(try evaluate([object(1, box)], strays + [last]).summary.AR100 == 0)
    let summary = try evaluate([object(1, box)], Array(strays.dropLast()) + [last]).summary
    #expect(summary.AR100 == 1 && summary.AR10 == 0)
    #expect(abs(summary.AP - 0.01) < 1e-15)
  }

  @Test func `a limit may be as large as numbers are`() throws {
    let parameters = COCOEvaluationParameters(detectionLimits: [1, .max])
    let result = try evaluate(
      [object(1, box)],
      [detection(elsewhere, 0.9), detection(box, 0.5)],
      parameters
    )
    #expect(abs(result.summary.AP - 0.5) < 1e-15 && result.summary.AR100 == 1)
  }

  @Test func `annotations of unknown images and categories do not count`() throws {
    let lost = COCOAnnotation(id: 2, imageID: 8, categoryID: 1, box: box)
    let odd = COCOAnnotation(id: 3, imageID: 1, categoryID: 8, box: box)
    #expect(try evaluate([object(1, box), lost, odd], [detection(box, 0.5)]).summary.AP > 0.99)
  }

  @Test func `boxes near the end of Double give no figure that is not a number`() throws {
    let huge = COCOBox(x: -1e308, y: -1e308, width: 1.7e308, height: 1.7e308)
    let figures = try evaluate([object(1, huge)], [detection(huge, 0.5)]).summary.figures
    #expect(figures.allSatisfy { $0.value.isFinite })
  }

  @Test func `boxes without extent match nothing`() throws {
    let line = COCOBox(x: 10, y: 10, width: 0, height: 40)
    #expect(try evaluate([object(1, line)], [detection(line, 0.5)]).summary.AP == 0)
    #expect(try evaluate([object(1, box)], [detection(line, 0.5)]).summary.AP == 0)
  }
}
