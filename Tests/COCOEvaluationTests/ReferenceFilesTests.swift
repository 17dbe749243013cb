import COCOEvaluation
import COCOFormat
import Foundation
import Testing

/// The COCO authors' own pair of files and the reference evaluator's numbers for it.
private struct Expected: Decodable {
  struct Category: Decodable {
    var name: String
    var gt: Int
    var dt: Int
    var AP: Double
    var AP50: Double
    var AR100: Double
  }
  var images: Int
  var gt: Int
  var gtCrowd: Int
  var dt: Int
  var stats: [String: Double]
  var averagePrecisionPerIoU: [String: Double]
  var perCategory: [String: Category]
  var statsWithoutCategories: [String: Double]

  enum CodingKeys: String, CodingKey {
    case images, gt, dt, stats
    case gtCrowd = "gt_crowd"
    case averagePrecisionPerIoU = "AP_per_iou"
    case perCategory = "per_category"
    case statsWithoutCategories = "stats_without_categories"
  }
}

private let folder = packageRoot.appending(path: "../shared/data/coco_eval").standardizedFileURL
private let isThere = FileManager.default.fileExists(atPath: folder.path)

@Suite(.enabled(if: isThere, "../shared/data/coco_eval is not there"))
struct ReferenceFilesTests {
  // Sums are taken in the order of NumPy, so not even the last bit may differ.
  let tolerance = 0.0
  private let expected: Expected
  let groundTruth: COCOGroundTruth
  let detections: COCODetectionTable

  init() throws {
    let numbers = try Data(contentsOf: folder.appending(path: "expected.json"))
    expected = try JSONDecoder().decode(Expected.self, from: numbers)
    groundTruth = try COCOGroundTruth(
      contentsOf: folder.appending(path: "instances_val2014_100.json")
    )
    let results = folder.appending(path: "instances_val2014_fakebbox100_results.json")
    detections = try COCODetections(contentsOf: results, for: groundTruth).detections
  }

  private func expect(
    _ found: COCOSummary,
    is stats: [String: Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = [
      "APs": "APsmall", "APm": "APmedium", "APl": "APlarge",
      "ARs": "ARsmall", "ARm": "ARmedium", "ARl": "ARlarge",
    ]
    #expect(stats.count == 12, sourceLocation: sourceLocation)
    for (name, value) in found.figures {
      let wanted = try #require(stats[names[name] ?? name], sourceLocation: sourceLocation)
      #expect(
        abs(value - wanted) <= tolerance,
        "\(name): \(value), expected \(wanted)",
        sourceLocation: sourceLocation
      )
    }
  }

  @Test func `the twelve figures are those of pycocotools`() throws {
    let result = try COCOEvaluator(groundTruth: groundTruth).evaluate(detections)
    try expect(result.summary, is: expected.stats)
    #expect(result.images == expected.images)
    #expect(result.groundTruths == expected.gt)
    #expect(result.crowds == expected.gtCrowd)
    #expect(result.detections == expected.dt)
    #expect(result.uncountedDetections == 0)
  }

  @Test func `AP at each IoU threshold is that of pycocotools`() throws {
    let result = try COCOEvaluator(groundTruth: groundTruth).evaluate(detections)
    #expect(expected.averagePrecisionPerIoU.count == 10)
    for threshold in result.parameters.iouThresholds {
      let name = String(format: "%.2f", threshold)
      let wanted = try #require(expected.averagePrecisionPerIoU[name])
      let found = result.averagePrecision(iou: threshold)
      #expect(abs(found - wanted) <= tolerance, "IoU \(name): \(found), expected \(wanted)")
    }
  }

  @Test func `each category's figures are those of pycocotools`() throws {
    let result = try COCOEvaluator(groundTruth: groundTruth).evaluate(detections)
    #expect(result.classes.count == 80)
    for found in result.classes {
      guard let wanted = expected.perCategory["\(found.id)"] else {
        #expect(found.groundTruths == 0 && found.detections == 0 && found.AP == -1)
        continue
      }
      #expect(found.name == wanted.name)
      #expect(found.groundTruths == wanted.gt)
      #expect(found.detections == wanted.dt)
      #expect(abs(found.AP - wanted.AP) <= tolerance, "\(found), expected \(wanted)")
      #expect(abs(found.AP50 - wanted.AP50) <= tolerance, "\(found), expected \(wanted)")
      #expect(abs(found.AR100 - wanted.AR100) <= tolerance, "\(found), expected \(wanted)")
    }
  }

  @Test func `without categories the figures are those of useCats 0`() throws {
    let parameters = COCOEvaluationParameters(classAgnostic: true)
    let result = try COCOEvaluator(groundTruth: groundTruth, parameters: parameters)
      .evaluate(detections)
    try expect(result.summary, is: expected.statsWithoutCategories)
    #expect(result.classes.isEmpty)
  }

  @Test func `the order of images and categories in the file does not matter`() throws {
    var shuffled = groundTruth
    shuffled.images.reverse()
    shuffled.categories.reverse()
    let result = try COCOEvaluator(groundTruth: shuffled).evaluate(detections)
    try expect(result.summary, is: expected.stats)
  }
}
