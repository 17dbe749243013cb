import DetectionModels
import Foundation

/// What of a configuration an exported graph can express: everything it knows of, and nothing else.
enum ExportableConfiguration {
  /// The fields that the exported graph is made of, or that have no influence on predictions.
  ///
  /// A field that is added to the configuration is missing here, and the export refuses models until it has been
  /// thought of.
  private static let fields: Set<String> = [
    "categories", "categoryIDs", "classLayout", "pyramidChannels", "extraLevelInput",
    "backbone.depth", "backbone.norm", "backbone.width", "backbone.normEpsilon",
    "backbone.trainableStages",
    "head.depth", "head.norm", "head.priorProbability",
    "anchors.sizes", "anchors.strides", "anchors.scales", "anchors.aspectRatios",
    "anchors.centerOffset", "anchors.rounding", "anchors.spacing",
    "boxCoder.weights", "boxCoder.maximumLogScale",
    "input.mean", "input.standardDeviation", "input.channelOrder", "input.pixelRange",
    "input.resize.shortSide", "input.resize.longSideCap", "input.resize.multiple",
    "detection.scoreThreshold", "detection.scoreComparison", "detection.candidatesPerLevel",
    "detection.iouThreshold", "detection.detectionsPerImage", "detection.classAgnostic",
    "detection.suppression", "detection.sigma", "detection.leastScore",
  ]
  /// Groups of fields that only training reads.
  private static let trainingGroups: Set<String> = ["loss", "matcher"]

  /// - Throws: ``ModelExportError`` naming the field.
  static func check(_ configuration: RetinaNetConfiguration) throws {
    if let fault = configuration.fault {
      throw ModelExportError(place: "configuration", message: fault)
    }
    for (name, value) in [
      ("candidatesPerLevel", configuration.detection.candidatesPerLevel),
      ("detectionsPerImage", configuration.detection.detectionsPerImage),
    ] where value < 1 {
      throw ModelExportError(
        place: "detection.\(name)",
        message: "found \(value), expected 1 or more: the exported graph would find nothing"
      )
    }
    let suppression = configuration.detection.suppression
    if suppression != .hard {
      throw ModelExportError(
        place: "detection.suppression",
        message: "found \(suppression.rawValue), expected hard: an exported graph "
          + "drops what overlaps and lowers no score; set the field to hard"
      )
    }
    for name in try fieldNames(of: configuration)
    where !fields.contains(name) && !trainingGroups.contains(prefix(of: name)) {
      throw ModelExportError(
        place: name,
        message: "the exported graph knows no such field of the configuration; use the release of "
          + "focal that wrote the model"
      )
    }
  }

  /// Every field as it is in the model file: `anchors.sizes`.
  static func fieldNames(of configuration: RetinaNetConfiguration) throws -> [String] {
    let data = try JSONEncoder().encode(configuration)
    return names(in: try JSONSerialization.jsonObject(with: data), prefix: "").sorted()
  }

  private static func names(in value: Any, prefix: String) -> [String] {
    guard let object = value as? [String: Any] else { return [prefix] }
    return object.flatMap { key, value in
      names(in: value, prefix: prefix.isEmpty ? key : "\(prefix).\(key)")
    }
  }

  private static func prefix(of name: String) -> String {
    String(name.prefix { $0 != "." })
  }
}
