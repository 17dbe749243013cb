import COCOEvaluation
import CommandConsole
import Foundation

/// The JSON of an evaluation; −1 where the protocol defines no value.
struct EvaluationFigures: Encodable {
  private let result: COCOEvaluationResult
  private let seconds: Double
  private let perClass: Bool

  init(_ result: COCOEvaluationResult, seconds: Double, perClass: Bool) {
    self.result = result
    self.seconds = seconds
    self.perClass = perClass
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
    let groundTruths: Int
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
    guard perClass else { return }
    try container.encode(
      result.classes.map {
        ClassFigures(
          id: $0.id,
          name: $0.name,
          AP: $0.AP,
          AP50: $0.AP50,
          groundTruths: $0.groundTruths
        )
      },
      forKey: Key("classes")
    )
  }
}

/// An evaluation as a table for people.
enum EvaluationTable {
  static func text(_ result: COCOEvaluationResult, perClass: Bool) -> String {
    let notes = [
      "AP": "mean over IoU 0.50:0.95, all sizes, 100 detections", "AP50": "IoU 0.50",
      "AP75": "IoU 0.75",
      "APs": "area below 32x32", "APm": "32x32 to 96x96", "APl": "above 96x96",
      "AR1": "1 detection a picture", "AR10": "10 detections", "AR100": "100 detections",
      "ARs": "area below 32x32", "ARm": "32x32 to 96x96", "ARl": "above 96x96",
    ]
    var text =
      "\(result.images) pictures, \(result.groundTruths) objects, \(result.detections) detections\n"
    for figure in result.summary.figures {
      text +=
        figure.name.padding(toLength: 7, withPad: " ", startingAt: 0)
        + value(figure.value) + "   \(notes[figure.name] ?? "")\n"
    }
    guard perClass else { return text }
    let names = result.classes.map { PlainText.escaped($0.name) }
    let width = max(5, names.map(\.count).max() ?? 5) + 2
    text +=
      "\n" + "class".padding(toLength: width, withPad: " ", startingAt: 0)
      + "    AP    AP50   objects\n"
    for (name, row) in zip(names, result.classes) {
      text +=
        PlainText.padded(name, to: width) + value(row.AP) + "  "
        + value(row.AP50)
        + "   \(row.groundTruths)\n"
    }
    return text
  }

  private static func value(_ value: Double) -> String {
    value < 0 ? "   n/a" : " " + ProgressLine.decimals(value, 3)
  }
}
