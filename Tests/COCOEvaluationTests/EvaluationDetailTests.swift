import COCOEvaluation
import COCOFormat
import Testing

/// What an evaluation computes besides the figures, and that threads change nothing.
struct EvaluationDetailTests {
  private let details: COCOEvaluationDetails = [.images, .arrays]

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `no number depends on how many threads there are`(seed: UInt64) throws {
    let data = RandomDataset(seed: seed)
    for classAgnostic in [false, true] {
      let parameters = COCOEvaluationParameters(classAgnostic: classAgnostic)
      let results = try [1, 2, 5].map { threads in
        try COCOEvaluator(
          groundTruth: data.groundTruth,
          parameters: parameters,
          threads: threads
        ).evaluate(data.detections, including: details)
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test func `threads share out more cells than one chunk holds`() throws {
    // 1,400 images with an object and two detections each: three chunks of cells.
    let box = COCOBox(x: 0, y: 0, width: 50, height: 50)
    let truth = COCOGroundTruth(
      images: (0..<1400).map { COCOImage(id: $0, fileName: "\($0)", width: 0, height: 0) },
      categories: [COCOCategory(id: 1, name: "a")],
      annotations: (0..<1400).map {
        COCOAnnotation(id: $0 + 1, imageID: $0, categoryID: 1, box: box)
      }
    )
    let elsewhere = COCOBox(x: 200, y: 0, width: 9, height: 9)
    let detections = (0..<2800).map { (index: Int) -> COCODetection in
      let score = Double(index * 7919 % 2800) / 2800
      let found = index % 7 == 0 ? elsewhere : box
      return COCODetection(imageID: index / 2, categoryID: 1, box: found, score: score)
    }
    let results = try [1, 4].map {
      try COCOEvaluator(groundTruth: truth, threads: $0).evaluate(detections, including: details)
    }
    #expect(results[0] == results[1])
    // Every image has one detection that is right at least.
    #expect(results[0].summary.AR100 == 1)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `an image's AP is the AP of a dataset of that image alone`(seed: UInt64) throws {
    let data = RandomDataset(seed: seed)
    let all = try COCOEvaluator(groundTruth: data.groundTruth)
      .evaluate(data.detections, including: .images)
    #expect(all.imageResults.map(\.id) == data.groundTruth.images.map(\.id).sorted())
    for image in all.imageResults {
      var truth = data.groundTruth
      truth.images.removeAll { $0.id != image.id }
      truth.annotations = COCOAnnotationTable(truth.annotations.filter { $0.imageID == image.id })
      let own = data.detections.filter { $0.imageID == image.id }
      let alone = try COCOEvaluator(groundTruth: truth).evaluate(own)
      #expect(image.AP == alone.summary.AP)
      #expect(image.truePositives + image.missed == image.groundTruths)
      #expect(image.groundTruths == truth.annotations.count { !$0.isCrowd })
    }
  }

  @Test func `what an image has found, missed and invented is counted`() throws {
    let truth = COCOGroundTruth(
      images: [COCOImage(id: 4, fileName: "x", width: 0, height: 0)],
      categories: [COCOCategory(id: 1, name: "a")],
      annotations: [
        COCOAnnotation(
          id: 1,
          imageID: 4,
          categoryID: 1,
          box: COCOBox(x: 0, y: 0, width: 40, height: 40)
        ),
        COCOAnnotation(
          id: 2,
          imageID: 4,
          categoryID: 1,
          box: COCOBox(x: 90, y: 0, width: 40, height: 40)
        ),
        COCOAnnotation(
          id: 3,
          imageID: 4,
          categoryID: 1,
          box: COCOBox(x: 300, y: 0, width: 90, height: 90),
          isCrowd: true
        ),
      ]
    )
    let found = [(0.0, 0.9), (0.0, 0.8), (310.0, 0.7), (600.0, 0.6)].map { x, score in
      COCODetection(
        imageID: 4,
        categoryID: 1,
        box: COCOBox(x: x, y: 0, width: 40, height: 40),
        score: score
      )
    }
    let image = try COCOEvaluator(groundTruth: truth).evaluate(found, including: .images)
      .imageResults[0]
    #expect(image.groundTruths == 2 && image.detections == 4)
    // The second is a duplicate, the third lies in the crowd, the fourth on nothing.
    #expect(image.truePositives == 1 && image.falsePositives == 2 && image.missed == 1)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `the arrays hold what smaller limits alone would give`(seed: UInt64) throws {
    let data = RandomDataset(seed: seed)
    let arrays = try #require(
      COCOEvaluator(groundTruth: data.groundTruth)
        .evaluate(data.detections, including: .arrays).arrays
    )
    let (k, a, m) = (arrays.shape[2], arrays.shape[3], arrays.shape[4])
    #expect(arrays.shape == [10, 101, data.groundTruth.categories.count, 4, 3])
    for (index, limit) in [1, 10, 100].enumerated() {
      // Matching sees the 100 best in any case: a limit of its own gives the same only for the best ranks.
      let alone = try #require(
        COCOEvaluator(
          groundTruth: data.groundTruth,
          parameters: COCOEvaluationParameters(detectionLimits: [limit])
        ).evaluate(data.detections, including: .arrays).arrays
      )
      #expect(
        alone.precision
          == stride(from: index, to: arrays.precision.count, by: m).map {
            arrays.precision[$0]
          }
      )
      #expect(
        alone.scores
          == stride(from: index, to: arrays.scores.count, by: m).map {
            arrays.scores[$0]
          }
      )
      #expect(alone.recall.count == 10 * k * a)
      #expect(
        alone.recall
          == stride(from: index, to: arrays.recall.count, by: m).map {
            arrays.recall[$0]
          }
      )
    }
  }

  @Test func `nothing is computed that was not asked for`() throws {
    let data = RandomDataset(seed: 1)
    let result = try COCOEvaluator(groundTruth: data.groundTruth).evaluate(data.detections)
    #expect(result.imageResults.isEmpty && result.arrays == nil)
  }

  @Test func `memory does not grow with categories that have no objects`() throws {
    // As one dense table these would take 32 GB.
    let truth = COCOGroundTruth(
      images: [COCOImage(id: 1, fileName: "x", width: 0, height: 0)],
      categories: (0..<1_000_000).map { COCOCategory(id: $0, name: "") },
      annotations: [
        COCOAnnotation(
          id: 1,
          imageID: 1,
          categoryID: 999_999,
          box: COCOBox(x: 0, y: 0, width: 40, height: 40)
        )
      ]
    )
    let found = COCODetection(
      imageID: 1,
      categoryID: 999_999,
      box: COCOBox(x: 0, y: 0, width: 40, height: 40),
      score: 0.5
    )
    let result = try COCOEvaluator(groundTruth: truth).evaluate([found])
    #expect(result.summary.AP > 0.99 && result.classes[0].AP == -1)
  }

  @Test(arguments: [1, 2, 3, 60, 100, 101, 102, 150])
  func `a curve has the same points however many objects there are`(objects: Int) throws {
    // Every other object is found, with falling scores.
    let box = { (index: Int) in COCOBox(x: Double(index) * 50, y: 0, width: 40, height: 40) }
    let truth = COCOGroundTruth(
      images: [COCOImage(id: 1, fileName: "x", width: 0, height: 0)],
      categories: [COCOCategory(id: 1, name: "a")],
      annotations: (0..<objects).map {
        COCOAnnotation(id: $0 + 1, imageID: 1, categoryID: 1, box: box($0))
      }
    )
    let found = stride(from: 0, to: min(objects, 100), by: 2).map { index in
      COCODetection(
        imageID: 1,
        categoryID: 1,
        box: box(index),
        score: 1 - Double(index) / 1000
      )
    }
    let result = try COCOEvaluator(groundTruth: truth)
      .evaluate(found, including: .arrays)
    let arrays = try #require(result.arrays)
    let curve = result.precisionRecall(category: 1, iou: 0.5)
    #expect(curve.count == 101)
    for (point, place) in curve.enumerated() {
      // Indexed by [threshold, recall, category, area, limit]; all sizes, 100 detections.
      let index = point * 4 * 3 + 2
      #expect(place.precision == arrays.precision[index])
      #expect((place.score ?? 0) == arrays.scores[index])
    }
  }

  // MARK: Settings

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `a choice of classes is the dataset of these classes`(seed: UInt64) throws {
    let data = RandomDataset(seed: seed)
    let chosen = data.groundTruth.categories.prefix(2).map(\.id)
    for classAgnostic in [false, true] {
      var parameters = COCOEvaluationParameters(classAgnostic: classAgnostic)
      let wanted = try COCOEvaluator(
        groundTruth: COCOGroundTruth(
          images: data.groundTruth.images,
          categories: data.groundTruth.categories.filter { chosen.contains($0.id) },
          annotations: data.groundTruth.annotations.filter { chosen.contains($0.categoryID) }
        ),
        parameters: parameters
      ).evaluate(data.detections.filter { chosen.contains($0.categoryID) })
      parameters.categoryIDs = chosen
      let found = try COCOEvaluator(groundTruth: data.groundTruth, parameters: parameters)
        .evaluate(data.detections)
      #expect(found.summary == wanted.summary)
      #expect(found.classes.map(\.id) == wanted.classes.map(\.id))
    }
  }

  @Test func `sizes of one's own have figures of their own`() throws {
    let tiny = COCOAreaRange(name: "tiny", bounds: 0...100)
    let rest = COCOAreaRange(name: "rest", bounds: 100...1e10)
    let truth = COCOGroundTruth(
      images: [COCOImage(id: 1, fileName: "x", width: 0, height: 0)],
      categories: [COCOCategory(id: 1, name: "a")],
      annotations: [
        COCOAnnotation(
          id: 1,
          imageID: 1,
          categoryID: 1,
          box: COCOBox(x: 0, y: 0, width: 9, height: 9)
        ),
        COCOAnnotation(
          id: 2,
          imageID: 1,
          categoryID: 1,
          box: COCOBox(x: 50, y: 0, width: 90, height: 90)
        ),
      ]
    )
    let found = COCODetection(
      imageID: 1,
      categoryID: 1,
      box: COCOBox(x: 50, y: 0, width: 90, height: 90),
      score: 1
    )
    let result = try COCOEvaluator(
      groundTruth: truth,
      parameters: COCOEvaluationParameters(
        areaRanges: [.all, tiny, rest],
        detectionLimits: [100]
      )
    ).evaluate([found])
    #expect(result.averagePrecision(area: tiny) == 0 && result.averageRecall(area: tiny) == 0)
    #expect(result.averagePrecision(area: rest) > 0.99 && result.averageRecall(area: rest) == 1)
    #expect(abs(result.summary.AP - 51.0 / 101) < 1e-15 && result.summary.AR100 == 0.5)
    // What was not asked for is undefined.
    #expect(result.summary.APs == -1 && result.summary.AR1 == -1 && result.summary.AR10 == -1)
    #expect(result.averagePrecision(area: .medium) == -1)
  }
}
