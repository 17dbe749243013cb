import BoxGeometry
import COCOEvaluation
import COCOFormat
import Foundation
import Testing

/// What ChainerCV 0.13.1 makes of the same boxes; written by `Scripts/golden/voc_metric.py`.
struct VOCGolden: Decodable, Sendable {
  struct Finds: Decodable, Sendable {
    var category: Int
    var recall: [Double]
    var precision: [Double]
  }
  struct Setting: Decodable, Sendable {
    var iouThreshold: Double
    var edges: VOCEvaluationParameters.Edges
    var area: [Double?]
    var elevenPoints: [Double?]
    var meanArea: Double?
    var meanElevenPoints: Double?
    var finds: Finds?

    enum CodingKeys: String, CodingKey {
      case iouThreshold, edges, area, elevenPoints, finds
      case meanArea = "mean area"
      case meanElevenPoints = "mean elevenPoints"
    }
  }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var annotations: Int
    var detections: Int
    var seed: UInt64?
    var settings: [Setting]
    var testDescription: String { name }
  }
  var cases: [Case]

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/voc_metric.json")
    guard let bytes = try? Data(contentsOf: file),
      let golden = try? JSONDecoder().decode(VOCGolden.self, from: bytes)
    else { return [] }
    return golden.cases
  }()
}

struct VOCEvaluatorGoldenTests {
  // Sums are taken in another order than NumPy's.
  private let tolerance = 1e-12

  @Test func `the golden file is there and holds every kind of case`() {
    #expect(VOCGolden.cases.count == 14)
    #expect(VOCGolden.cases.contains { $0.name == "bccd" && $0.settings.count == 4 })
    #expect(VOCGolden.cases.contains { $0.settings.contains { $0.area.contains(nil) } })
  }

  @Test(arguments: VOCGolden.cases.filter { $0.seed != nil })
  func `random datasets have ChainerCV's figures`(golden: VOCGolden.Case) throws {
    let dataset = RandomDataset(seed: golden.seed ?? 0)
    try compare(golden, dataset.groundTruth, dataset.detections)
  }

  @Test(.enabled(if: sharedData("coco_eval") != nil, "needs ../shared/data"))
  func `COCO's example pair has ChainerCV's figures`() throws {
    let folder = try #require(sharedData("coco_eval"))
    let truth = try COCOGroundTruth(
      contentsOf: folder.appending(path: "instances_val2014_100.json"),
      options: .evaluation
    )
    let found = try COCODetections(
      contentsOf: folder.appending(path: "instances_val2014_fakebbox100_results.json")
    )
    try compare(#require(golden("coco_eval")), truth, Array(found.detections))
  }

  @Test(.enabled(if: sharedData("bccd") != nil, "needs ../shared/data"))
  func `blood cells with some of them difficult have ChainerCV's figures`() throws {
    let folder = try #require(sharedData("bccd"))
    let read = try COCOGroundTruth(
      contentsOf: folder.appending(path: "test.json"),
      options: .evaluation
    )
    let annotations = read.annotations.map { annotation in
      var annotation = annotation
      annotation.isCrowd = annotation.id.isMultiple(of: 7)
      return annotation
    }
    let truth = COCOGroundTruth(
      images: read.images,
      categories: read.categories,
      annotations: annotations
    )
    try compare(#require(golden("bccd")), truth, jittered(truth))
  }

  private func golden(_ name: String) -> VOCGolden.Case? {
    VOCGolden.cases.first { $0.name == name }
  }

  /// Draw for draw as `jittered` of the script.
  private func jittered(_ truth: COCOGroundTruth) -> [COCODetection] {
    var generator = SplitMix64(state: 7)
    func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    var detections: [COCODetection] = []
    for annotation in truth.annotations {
      let box = annotation.box
      for _ in 0..<below(3) {
        let shift = (0..<4).map { _ in Double(below(65) - 32) / 64 }
        var category = annotation.categoryID
        if below(10) == 0 { category = truth.categories[below(truth.categories.count)].id }
        let moved = COCOBox(
          x: box.x + box.width * shift[0] / 4,
          y: box.y + box.height * shift[1] / 4,
          width: box.width * (1 + shift[2] / 2),
          height: box.height * (1 + shift[3] / 2)
        )
        detections.append(
          COCODetection(
            imageID: annotation.imageID,
            categoryID: category,
            box: moved,
            score: Double(below(1 << 20)) / Double(1 << 20)
          )
        )
      }
    }
    return detections
  }

  private func compare(
    _ golden: VOCGolden.Case,
    _ truth: COCOGroundTruth,
    _ detections: [COCODetection]
  ) throws {
    #expect(truth.annotations.count == golden.annotations)
    #expect(detections.count == golden.detections)
    for setting in golden.settings {
      for averaging in VOCEvaluationParameters.Averaging.allCases {
        let isArea = averaging == .area
        let parameters = VOCEvaluationParameters(
          iouThreshold: setting.iouThreshold,
          averaging: averaging,
          edges: setting.edges
        )
        let result = try VOCEvaluator(groundTruth: truth, parameters: parameters)
          .evaluate(detections)
        let place = "\(golden.name), IoU \(setting.iouThreshold), \(setting.edges), \(averaging)"
        let wanted = isArea ? setting.area : setting.elevenPoints
        expect(
          result.meanAveragePrecision,
          isArea ? setting.meanArea : setting.meanElevenPoints,
          place
        )
        #expect(result.classes.count == wanted.count, "\(place)")
        for (found, wanted) in zip(result.classes, wanted) {
          expect(found.averagePrecision, wanted, "\(place), class \(found.id)")
        }
        guard let finds = setting.finds else { continue }
        let curve = result.classes[finds.category].curve.filter(\.isTruePositive)
        #expect(curve.count >= finds.recall.count, "\(place)")
        for (index, point) in curve.prefix(finds.recall.count).enumerated() {
          expect(point.recall, finds.recall[index], "\(place), recall \(index)")
          expect(point.precision, finds.precision[index], "\(place), precision \(index)")
        }
      }
    }
  }

  private func expect(_ found: Double?, _ wanted: Double?, _ place: String) {
    let isEqual = found == wanted || abs((found ?? .nan) - (wanted ?? .nan)) <= tolerance
    #expect(
      isEqual,
      "\(place): found \(String(describing: found)), wanted \(String(describing: wanted))"
    )
  }
}
