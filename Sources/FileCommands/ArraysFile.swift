import COCOEvaluation
import Foundation

/// The arrays of an evaluation as one JSON object.
enum ArraysFile {
  /// The text: settings, shape `[T, R, K, A, M]` and the numbers in that order, the last index fastest.
  static func json(_ arrays: COCOEvaluationArrays, _ parameters: COCOEvaluationParameters) -> Data {
    var text = "{\"shape\":\(arrays.shape),\"iouThresholds\":\(parameters.iouThresholds),"
    text += "\"recallThresholds\":\(parameters.recallThresholds),"
    text += "\"categoryIDs\":\(arrays.categoryIDs),\"areas\":["
    text += parameters.areaRanges.map { quoted($0.name) }.joined(separator: ",")
    text += "],\"maxDetections\":\(parameters.detectionLimits)"
    for (name, values) in [
      ("precision", arrays.precision), ("recall", arrays.recall), ("scores", arrays.scores),
    ] {
      text += ",\n\"\(name)\":["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        // Shortest text that reads back the same; most are 0, 1 or -1.
        text += value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
      }
      text += "]"
    }
    text += "}\n"
    return Data(text.utf8)
  }

  private static func quoted(_ name: String) -> String {
    let data = try? JSONEncoder().encode(name)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
