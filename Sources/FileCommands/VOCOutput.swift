import COCOEvaluation
import COCOFormat
import CommandConsole

/// The JSON of Pascal VOC's metric; −1 where there is no object to be found.
struct VOCFigures: Encodable {
  private struct ClassFigures: Encodable {
    let id: Int
    let name: String
    let AP: Double
    let groundTruths: Int
    let difficult: Int
    let detections: Int
    let truePositives: Int
    let precision: [Double]
    let recall: [Double]
    let scores: [Double]

    init(_ result: VOCClassResult) {
      (id, name, AP) = (result.id, result.name, result.averagePrecision ?? -1)
      (groundTruths, difficult) = (result.groundTruths, result.difficultGroundTruths)
      (detections, truePositives) = (result.detections, result.truePositives)
      precision = result.curve.map(\.precision)
      recall = result.curve.map(\.recall)
      scores = result.curve.map(\.score)
    }
  }

  private let metric: String
  private let iouThreshold: Double
  private let edges: String
  private let mAP: Double
  private let images: Int
  private let groundTruths: Int
  private let difficult: Int
  private let detections: Int
  private let seconds: Double
  private let classes: [ClassFigures]?

  init(
    _ result: VOCEvaluationResult,
    _ metric: EvaluationMetric,
    _ seconds: Double,
    perClass: Bool
  ) {
    self.metric = metric.rawValue
    (iouThreshold, edges) = (result.parameters.iouThreshold, result.parameters.edges.rawValue)
    mAP = result.meanAveragePrecision ?? -1
    (images, detections) = (result.images, result.detections)
    (groundTruths, difficult) = (result.groundTruths, result.difficultGroundTruths)
    self.seconds = seconds
    classes = perClass ? result.classes.map(ClassFigures.init) : nil
  }
}

/// Pascal VOC's metric for people.
enum VOCText {
  static func lines(
    _ result: VOCEvaluationResult,
    _ metric: EvaluationMetric,
    perClass: Bool
  ) -> [String] {
    let how = metric.averaging == .elevenPoints ? "eleven points" : "area"
    let edges =
      result.parameters.edges == .pixels ? "boxes of whole pixels" : "continuous boxes"
    var lines = [
      "\(result.images) pictures, \(result.groundTruths) objects and "
        + "\(result.difficultGroundTruths) difficult ones, \(result.detections) detections",
      "mAP   \(value(result.meanAveragePrecision))   IoU \(result.parameters.iouThreshold), \(how), \(edges)",
    ]
    guard perClass else { return lines }
    let names = result.classes.map { PlainText.escaped($0.name) }
    let width = max(5, names.map(\.count).max() ?? 5) + 2
    lines += ["", PlainText.padded("class", to: width) + "   AP   objects   found"]
    for (name, row) in zip(names, result.classes) {
      lines.append(
        PlainText.padded(name, to: width) + value(row.averagePrecision)
          + "   \(row.groundTruths)   \(row.truePositives)"
      )
    }
    return lines
  }

  private static func value(_ value: Double?) -> String {
    value.map { ProgressLine.decimals($0, 3) } ?? "  n/a"
  }
}

extension ProtocolOptions {
  /// The part of a ground truth that is of the chosen classes.
  func chosen(of truth: COCOGroundTruth) throws -> COCOGroundTruth {
    guard let ids = try categoryIDs(truth.categories).map(Set.init) else { return truth }
    var truth = truth
    truth.categories.removeAll { !ids.contains($0.id) }
    return truth
  }
}
