import COCOEvaluation
import COCOFormat
import Foundation
import Testing

/// What pycocotools 2.0.11 makes of the random datasets; written by `Scripts/golden/coco_random.py`.
struct Golden: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Class: Decodable, Sendable {
      var id: Int
      var AP: Double
    }
    var seed: UInt64
    var annotations: Int
    var detections: Int
    var checksum: Double
    var stats: [Double]
    var statsAnnotationZero: [Double]
    var statsClassAgnostic: [Double]
    var classes: [Class]
    var curve: [Double]
    var testDescription: String { "seed \(seed)" }
  }
  var cases: [Case]

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/coco_random.json")
    guard let bytes = try? Data(contentsOf: file),
      let golden = try? JSONDecoder().decode(Golden.self, from: bytes)
    else { return [] }
    return golden.cases
  }()
}

struct RandomDatasetTests {
  // Sums are taken in the order of NumPy, so not even the last bit may differ.
  let tolerance = 0.0

  private func expect(
    _ found: [Double],
    is wanted: [Double],
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == wanted.count, "\(what)", sourceLocation: sourceLocation)
    for (index, (a, b)) in zip(found, wanted).enumerated() {
      let isEqual = abs(a - b) <= tolerance
      #expect(isEqual, "\(what)[\(index)]: \(a), expected \(b)", sourceLocation: sourceLocation)
    }
  }

  @Test func `the golden file is there and holds forty cases`() {
    #expect(Golden.cases.count == 40)
    #expect(Golden.cases.contains { $0.annotations == 0 })
    #expect(Golden.cases.contains { $0.stats[0] == -1 })
  }

  @Test(arguments: Golden.cases)
  func `every figure is that of pycocotools`(golden: Golden.Case) throws {
    let data = RandomDataset(seed: golden.seed)
    try #require(data.groundTruth.annotations.count == golden.annotations)
    try #require(data.detections.count == golden.detections)
    try #require(data.checksum == golden.checksum)

    let result = try COCOEvaluator(groundTruth: data.groundTruth).evaluate(data.detections)
    expect(result.summary.figures.map(\.value), is: golden.stats, "figures")
    #expect(result.classes.map(\.id) == golden.classes.map(\.id))
    expect(result.classes.map(\.AP), is: golden.classes.map(\.AP), "AP of the classes")
    let curve = result.precisionRecall(category: result.classes[0].id, iou: 0.5)
    if curve.isEmpty {
      #expect(golden.curve.allSatisfy { $0 == -1 })
    } else {
      expect(
        stride(from: 0, to: 101, by: 10).map { curve[$0].precision },
        is: golden.curve,
        "curve"
      )
    }
  }

  @Test(arguments: Golden.cases)
  func `without categories every figure is that of pycocotools`(golden: Golden.Case) throws {
    let data = RandomDataset(seed: golden.seed)
    let parameters = COCOEvaluationParameters(classAgnostic: true)
    let result = try COCOEvaluator(groundTruth: data.groundTruth, parameters: parameters)
      .evaluate(data.detections)
    expect(result.summary.figures.map(\.value), is: golden.statsClassAgnostic, "figures")
  }

  @Test(arguments: Golden.cases)
  func `annotation id 0 is lost as in pycocotools when asked for`(golden: Golden.Case) throws {
    let data = RandomDataset(seed: golden.seed)
    let parameters = COCOEvaluationParameters(pycocotoolsIDs: true)
    let result = try COCOEvaluator(groundTruth: data.groundTruth, parameters: parameters)
      .evaluate(data.detections)
    expect(result.summary.figures.map(\.value), is: golden.statsAnnotationZero, "figures")
  }
}
