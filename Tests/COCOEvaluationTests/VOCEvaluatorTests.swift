import COCOEvaluation
import COCOFormat
import Testing

struct VOCEvaluatorTests {
  private func truth(
    _ boxes: [COCOBox],
    difficult: Set<Int> = [],
    images: Int = 1
  ) -> COCOGroundTruth {
    COCOGroundTruth(
      images: (1...images).map { COCOImage(id: $0, fileName: "", width: 0, height: 0) },
      categories: [COCOCategory(id: 1, name: "cat"), COCOCategory(id: 2, name: "dog")],
      annotations: boxes.enumerated().map { index, box in
        COCOAnnotation(
          id: index,
          imageID: 1 + index % images,
          categoryID: 1,
          box: box,
          isCrowd: difficult.contains(index)
        )
      }
    )
  }

  private func found(_ x: Double, _ score: Double, category: Int = 1, image: Int = 1)
    -> COCODetection
  {
    COCODetection(
      imageID: image,
      categoryID: category,
      box: COCOBox(x: x, y: 0, width: 10, height: 10),
      score: score
    )
  }

  private func row(_ positions: Double...) -> [COCOBox] {
    positions.map { COCOBox(x: $0, y: 0, width: 10, height: 10) }
  }

  // Four objects. Found, missed, found, found again (a false alarm), found: three of four.
  // Recall 1/4 1/4 2/4 2/4 3/4, precision 1/1 1/2 2/3 2/4 3/5.
  @Test func `average precision of a hand-worked case`() throws {
    let truth = truth(row(0, 100, 200, 300))
    let detections = [
      found(0, 0.9), found(50, 0.8), found(100, 0.7), found(100, 0.6), found(200, 0.5),
    ]
    let area = try VOCEvaluator(groundTruth: truth).evaluate(detections)
    // (1/4)·1 + (1/4)·(2/3) + (1/4)·(3/5)
    #expect(abs((area.meanAveragePrecision ?? 0) - (1 + 2.0 / 3 + 0.6) / 4) < 1e-15)
    let curve = area.classes[0].curve
    #expect(curve.map(\.recall) == [0.25, 0.25, 0.5, 0.5, 0.75])
    #expect(curve.map(\.precision) == [1, 0.5, 2.0 / 3, 0.5, 0.6])
    #expect(curve.map(\.score) == [0.9, 0.8, 0.7, 0.6, 0.5])
    #expect(area.classes[0].truePositives == 3)
    // Recall 0, .1, .2 see 1; .3, .4, .5 see 2/3; .6, .7 see .6; .8, .9, 1 see nothing.
    let points = try VOCEvaluator(groundTruth: truth, parameters: .voc2007).evaluate(detections)
    #expect(abs((points.meanAveragePrecision ?? 0) - (3 + 3 * 2.0 / 3 + 2 * 0.6) / 11) < 1e-15)
  }

  @Test func `a detection looks at its best object only, even if that is taken`() throws {
    // The second overlaps object 0 by 8/12 and object 1, which stays free, by 6/14.
    let truth = truth(row(0, 6))
    let detections = [found(0, 0.9), found(2, 0.8)]
    var parameters = VOCEvaluationParameters()
    parameters.iouThreshold = 0.4
    let result = try VOCEvaluator(groundTruth: truth, parameters: parameters).evaluate(detections)
    #expect(result.classes[0].curve.map(\.isTruePositive) == [true, false])
  }

  @Test func `of equal overlaps the first object counts`() throws {
    let truth = truth(row(0, 0), difficult: [0])
    let result = try VOCEvaluator(groundTruth: truth).evaluate([found(0, 0.9)])
    #expect(result.classes[0].curve.isEmpty)
    #expect(result.classes[0].averagePrecision == 0)
  }

  @Test func `difficult objects are neither asked for nor punished`() throws {
    let truth = truth(row(0, 100), difficult: [1])
    let result = try VOCEvaluator(groundTruth: truth)
      .evaluate([found(100, 0.9), found(100, 0.8), found(0, 0.7)])
    #expect(result.meanAveragePrecision == 1)
    #expect(result.groundTruths == 1)
    #expect(result.difficultGroundTruths == 1)
    #expect(result.classes[0].detections == 3)
  }

  @Test(arguments: VOCEvaluationParameters.Averaging.allCases)
  func `a class without objects has no average precision and does not count`(
    averaging: VOCEvaluationParameters.Averaging
  ) throws {
    let evaluator = VOCEvaluator(
      groundTruth: truth(row(0)),
      parameters: VOCEvaluationParameters(averaging: averaging)
    )
    let result = try evaluator.evaluate([found(0, 0.9), found(0, 0.95, category: 2)])
    #expect(result.classes.map(\.averagePrecision) == [1, nil])
    #expect(abs((result.meanAveragePrecision ?? 0) - 1) < 1e-15)
    #expect(try evaluator.evaluate([]).classes.map(\.averagePrecision) == [0, nil])
  }

  @Test func `nothing at all has no mean`() throws {
    let empty = COCOGroundTruth(images: [], categories: [], annotations: [])
    let result = try VOCEvaluator(groundTruth: empty).evaluate([])
    #expect(result.meanAveragePrecision == nil)
    #expect(result.classes.isEmpty)
  }

  // Continuous: [0, 10] and [5, 15] share 5 of 15. In pixels 0...10 and 5...15 share 6 of 16.
  @Test func `pixels count their last one`() throws {
    let truth = truth([COCOBox(x: 0, y: 0, width: 10, height: 0)])
    let flat = COCODetection(
      imageID: 1,
      categoryID: 1,
      box: COCOBox(x: 5, y: 0, width: 10, height: 0),
      score: 1
    )
    for (edges, threshold, isFound) in [
      (VOCEvaluationParameters.Edges.pixels, 0.375, true), (.pixels, 0.376, false),
      (.continuous, 0.0, false),
    ] {
      let parameters = VOCEvaluationParameters(iouThreshold: threshold, edges: edges)
      let result = try VOCEvaluator(groundTruth: truth, parameters: parameters).evaluate([flat])
      #expect(result.classes[0].truePositives == (isFound ? 1 : 0), "\(edges) \(threshold)")
    }
  }

  @Test func `an overlap of exactly the threshold matches`() throws {
    let truth = truth([COCOBox(x: 0, y: 0, width: 20, height: 10)])
    let result = try VOCEvaluator(groundTruth: truth).evaluate([found(0, 1)])
    #expect(result.meanAveragePrecision == 1)
  }

  @Test func `all detections of an image count and the file decides between equal scores`() throws {
    let truth = truth(row(0))
    let alarms = (0..<300).map { _ in found(500, 0.5) }
    let first = try VOCEvaluator(groundTruth: truth).evaluate([found(0, 0.5)] + alarms)
    #expect(first.meanAveragePrecision == 1)
    let last = try VOCEvaluator(groundTruth: truth).evaluate(alarms + [found(0, 0.5)])
    #expect(last.meanAveragePrecision == 1.0 / 301)
  }

  @Test func `unknown images and numbers that are none are refused`() throws {
    let evaluator = VOCEvaluator(groundTruth: truth(row(0)))
    let unknown = #expect(throws: COCOEvaluationError.self) {
      try evaluator.evaluate([found(0, 1), found(0, 1, image: 7)])
    }
    #expect(unknown?.code == .unknownImage)
    #expect(unknown?.index == 1)
    let infinite = #expect(throws: COCOEvaluationError.self) {
      try evaluator.evaluate([found(.infinity, 1)])
    }
    #expect(infinite?.code == .notFinite)
    #expect(throws: COCOEvaluationError.self) { try evaluator.evaluate([found(0, .nan)]) }
  }

  @Test func `boxes whose areas overflow match nothing and do no harm`() throws {
    let huge = COCOBox(x: -1e308, y: -1e308, width: 1.7e308, height: 1.7e308)
    let evaluator = VOCEvaluator(groundTruth: truth([huge]))
    let detection = COCODetection(imageID: 1, categoryID: 1, box: huge, score: 1)
    #expect(try evaluator.evaluate([detection]).meanAveragePrecision == 0)
  }

  @Test func `unknown categories do not count`() throws {
    let result = try VOCEvaluator(groundTruth: truth(row(0)))
      .evaluate([found(0, 0.1), found(0, 1, category: 77)])
    #expect(result.meanAveragePrecision == 1)
    #expect(result.uncountedDetections == 1)
    #expect(result.detections == 2)
  }
}
