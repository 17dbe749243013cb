import COCOEvaluation
import COCOFormat
import DetectionAnalysis
import TestSupport
import Testing

/// Counts and gains against TIDE's own program.
struct TideTests {
  // tidecv's recalls are i / 100, where COCO's are rounded as NumPy's linspace rounds them.
  let parameters = DetectionErrorParameters(recallThresholds: (0...100).map { Double($0) / 100 })
  // Means of some hundred numbers of at most 1, in another order.
  let tolerance = 1e-13

  private func expect(
    _ found: Double?,
    is wanted: Double?,
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    // Where nothing is left to judge, tidecv has no figure; here it is perfect.
    let wanted = (wanted ?? 100) / 100
    let isEqual = abs((found ?? .nan) - wanted) <= tolerance
    #expect(
      isEqual,
      "\(what): \(String(describing: found)), expected \(wanted)",
      sourceLocation: sourceLocation
    )
  }

  private func expect(
    _ shares: [DetectionErrorSummary.Share],
    counts: [Int],
    gains: [Double?],
    of ap: Double,
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(shares.map(\.kind) == DetectionErrorKind.allCases, sourceLocation: sourceLocation)
    #expect(shares.map(\.count) == counts, "\(what)", sourceLocation: sourceLocation)
    for (share, gain) in zip(shares, gains) {
      let wanted = gain ?? 100 - ap
      expect(share.gain, is: wanted, "\(what) \(share.kind)", sourceLocation: sourceLocation)
    }
  }

  /// Everything that tidecv says of categories that are all annotated.
  private func expectAll(_ summary: DetectionErrorSummary, _ run: TideGolden.Run) {
    expect(summary.averagePrecision, is: run.ap, "AP")
    expect(summary.shares, counts: run.counts, gains: run.gains, of: run.ap, "all")
    expect(summary.falsePositiveGain, is: run.specialGains[0], "false positives")
    expect(summary.falseNegativeGain, is: run.specialGains[1] ?? 100 - run.ap, "false negatives")
    for (index, size) in summary.sizes.enumerated() {
      expect(
        size.shares,
        counts: run.sizeCounts[index],
        gains: run.sizeGains[index],
        of: run.ap,
        "\(size.size)"
      )
    }
  }

  /// Counts, and the average precision of each category; tidecv's means have other categories.
  private func expectClasses(_ summary: DetectionErrorSummary, _ run: TideGolden.Run) {
    #expect(summary.shares.map(\.count) == run.counts)
    for (index, size) in summary.sizes.enumerated() {
      #expect(size.shares.map(\.count) == run.sizeCounts[index])
    }
    for category in summary.categories {
      guard let before = category.averagePrecision else { continue }
      let id = String(category.id)
      expect(before, is: run.classes[id] ?? nil, "AP of \(id)")
      let gains =
        category.shares.map(\.gain) + [category.falsePositiveGain, category.falseNegativeGain]
      for (gain, classes) in zip(gains, run.fixedClasses) {
        expect(gain.map { before + $0 }, is: classes[id] ?? nil, "AP of \(id) when fixed")
      }
    }
  }

  @Test func `the golden file is there and holds every kind of error`() throws {
    let golden = try #require(TideGolden.golden)
    #expect(golden.cases.count == 40)
    let runs = golden.cases.compactMap(\.crowds)
    for kind in 0..<6 { #expect(runs.reduce(0) { $0 + $1.counts[kind] } > 50) }
    #expect(runs.contains { $0.gains.contains(nil) } || golden.cases.contains { $0.crowds == nil })
  }

  @Test(arguments: TideGolden.cases)
  func `without crowds everything is as in TIDE`(golden: TideGolden.Case) throws {
    var data = TideDataset(seed: try #require(golden.seed))
    try #require(data.annotations.count == golden.annotations)
    try #require(data.detections.count == golden.detections)
    try #require(data.checksum == golden.checksum)
    guard let run = golden.plain else { return }
    data.simplify()
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections),
      parameters: parameters
    )
    let summary = DetectionErrorSummary(analysis)
    expectAll(summary, run)
    expectClasses(summary, run)
  }

  @Test(arguments: TideGolden.cases)
  func `with crowds every category is as in TIDE`(golden: TideGolden.Case) throws {
    let data = TideDataset(seed: try #require(golden.seed))
    guard let run = golden.crowds else { return }
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections),
      parameters: parameters
    )
    expectClasses(DetectionErrorSummary(analysis), run)
  }

  @Test(.requiresSharedData("coco_eval"), arguments: [true, false])
  func `the COCO authors' example is as in TIDE`(hasCrowds: Bool) throws {
    var truth = try COCOGroundTruth(
      contentsOf: SharedData.url("coco_eval/instances_val2014_100.json")
    )
    var detections = try COCODetections(
      contentsOf: SharedData.url("coco_eval/instances_val2014_fakebbox100_results.json")
    )
    let golden = try #require(TideGolden.golden?.shared)
    let run = try #require(hasCrowds ? golden.crowds : golden.plain)
    if !hasCrowds {
      truth = COCOGroundTruth(
        images: truth.images,
        categories: truth.categories,
        annotations: truth.annotations.map {
          var object = $0
          object.isCrowd = false
          return object
        }
      )
      let known = Set(truth.annotations.map(\.categoryID))
      detections = COCODetections(
        detections.detections.filter { known.contains($0.categoryID) }
      )
    }
    let summary = DetectionErrorSummary(
      DetectionErrorAnalysis(groundTruth: truth, detections: detections, parameters: parameters)
    )
    expectClasses(summary, run)
    if !hasCrowds { expectAll(summary, run) }
  }

  @Test(arguments: 0..<UInt64(40))
  func `the average precision is that of COCO evaluation`(seed: UInt64) throws {
    let data = TideDataset(seed: seed)
    let settings = [
      COCOEvaluationParameters(), COCOEvaluationParameters(iouThresholds: [0.95, 0.75]),
      COCOEvaluationParameters(classAgnostic: true),
      COCOEvaluationParameters(detectionLimits: [3], categoryIDs: [90, 79, 1]),
      COCOEvaluationParameters(categoryIDs: [90, 79], classAgnostic: true),
      COCOEvaluationParameters(recallThresholds: [0.1, 0.5]),
    ]
    for setting in settings {
      let result = try COCOEvaluator(groundTruth: data.truth, parameters: setting)
        .evaluate(data.detections)
      let analysis = DetectionErrorAnalysis(
        groundTruth: data.truth,
        detections: COCODetections(data.detections),
        parameters: DetectionErrorParameters(setting)
      )
      let wanted = result.averagePrecision(iou: analysis.parameters.foregroundThreshold)
      let found = DetectionErrorSummary(analysis).averagePrecision ?? -1
      #expect(abs(found - wanted) <= tolerance, "\(found), expected \(wanted)")
      #expect(analysis.averagePrecision() ?? -1 == found)
    }
  }
}
