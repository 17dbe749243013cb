package import COCOEvaluation

/// One of the twelve figures of COCO's protocol, by the name that it is printed under.
package enum EvaluationFigure: String, Codable, Hashable, Sendable, CaseIterable {
  case ap = "AP"
  case ap50 = "AP50"
  case ap75 = "AP75"
  case apSmall = "APs"
  case apMedium = "APm"
  case apLarge = "APl"
  case ar1 = "AR1"
  case ar10 = "AR10"
  case ar100 = "AR100"
  case arSmall = "ARs"
  case arMedium = "ARm"
  case arLarge = "ARl"

  /// Its value in a summary; `nil` where the validation data hold nothing that it could be measured by.
  ///
  /// - Parameter summary: The figures of an evaluation.
  /// - Returns: The value, 0...1.
  package func value(in summary: COCOSummary) -> Double? {
    summary.figures.first { $0.name == rawValue }.flatMap { $0.value < 0 ? nil : $0.value }
  }
}
