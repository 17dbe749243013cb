import COCOEvaluation
import CommandConsole
import DetectionAnalysis
import Foundation

/// The JSON of an evaluation; −1 where the protocol defines no value.
struct EvaluationFigures: Encodable {
  private let result: COCOEvaluationResult
  private let seconds: Double
  private let options: EvaluationOptions
  private let errors: DetectionErrorAnalysis?

  init(
    _ result: COCOEvaluationResult,
    seconds: Double,
    _ options: EvaluationOptions,
    errors: DetectionErrorAnalysis?
  ) {
    self.result = result
    self.errors = errors
    self.seconds = seconds
    self.options = options
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct ClassFigures: Encodable {
    let id: Int
    let name: String
    let AP: Double
    let AP50: Double
    let AR100: Double
    let groundTruths: Int
    let detections: Int
  }

  /// The settings, where they are not COCO's.
  private struct Settings: Encodable {
    let iouThresholds: [Double]
    let areas: [String: [Double]]
    let maxDetections: [Int]
    let classAgnostic: Bool
    let pycocotoolsIDs: Bool
    let classIDs: [Int]?

    init(_ parameters: COCOEvaluationParameters) {
      iouThresholds = parameters.iouThresholds
      areas = Dictionary(
        parameters.areaRanges.map { ($0.name, [$0.bounds.lowerBound, $0.bounds.upperBound]) }
      ) { first, _ in first }
      maxDetections = parameters.detectionLimits
      classAgnostic = parameters.classAgnostic
      pycocotoolsIDs = parameters.pycocotoolsIDs
      classIDs = parameters.categoryIDs
    }
  }

  /// AP and AR of a size range of the user's.
  private struct AreaFigures: Encodable {
    let name: String
    let AP: Double
    let AR: Double
  }

  /// AR of a limit of the user's.
  private struct LimitFigures: Encodable {
    let maxDetections: Int
    let AR: Double
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for figure in result.summary.figures {
      try container.encode(figure.value, forKey: Key(figure.name))
    }
    try container.encode(result.images, forKey: Key("images"))
    try container.encode(result.groundTruths, forKey: Key("groundTruths"))
    try container.encode(result.detections, forKey: Key("detections"))
    try container.encode(seconds, forKey: Key("seconds"))
    if let errors {
      let figures = AnalysisFigures(errors, perClass: options.perClass)
      try container.encode(figures, forKey: Key("errors"))
    }
    try encodeSettings(in: &container)
    if options.perImage { try container.encode(result.imageResults, forKey: Key("perImage")) }
    guard options.perClass else { return }
    try container.encode(
      result.classes.map {
        ClassFigures(
          id: $0.id,
          name: $0.name,
          AP: $0.AP,
          AP50: $0.AP50,
          AR100: $0.AR100,
          groundTruths: $0.groundTruths,
          detections: $0.detections
        )
      },
      forKey: Key("classes")
    )
  }

  /// The settings that are not COCO's, and the figures of these.
  private func encodeSettings(in container: inout KeyedEncodingContainer<Key>) throws {
    if result.parameters != COCOEvaluationParameters() {
      try container.encode(Settings(result.parameters), forKey: Key("settings"))
    }
    if result.parameters.areaRanges != COCOAreaRange.standard {
      try container.encode(
        result.parameters.areaRanges.map { range in
          AreaFigures(
            name: range.name,
            AP: result.averagePrecision(area: range),
            AR: result.averageRecall(area: range)
          )
        },
        forKey: Key("areas")
      )
    }
    if result.parameters.detectionLimits != COCOEvaluationParameters().detectionLimits {
      try container.encode(
        result.parameters.detectionLimits.map { limit in
          LimitFigures(maxDetections: limit, AR: result.averageRecall(limit: limit))
        },
        forKey: Key("limits")
      )
    }
  }
}
