import COCOEvaluation
import CommandConsole

/// An evaluation as a table for people.
enum EvaluationTable {
  static func text(_ result: COCOEvaluationResult, _ options: EvaluationOptions) -> String {
    var text =
      "\(result.images) pictures, \(result.groundTruths) objects, \(result.detections) detections\n"
    for (name, figure, note) in rows(result) {
      text += PlainText.padded(name, to: 7) + value(figure) + "   \(note)\n"
    }
    if options.perClass { text += classes(result) }
    if options.perImage { text += images(result) }
    return text
  }

  /// The figures with what they are of, by the settings used.
  private static func rows(_ result: COCOEvaluationResult) -> [(String, Double, String)] {
    let (parameters, summary) = (result.parameters, result.summary)
    let limits = parameters.detectionLimits
    let largest = limits.last ?? 0
    let thresholds = parameters.iouThresholds
    let iou =
      thresholds == COCOEvaluationParameters().iouThresholds
      ? "0.50:0.95" : thresholds.map { "\($0)" }.joined(separator: ",")
    var rows = [
      ("AP", summary.AP, "mean over IoU \(iou), \(sizes(parameters)), \(count(largest))"),
      ("AP50", summary.AP50, "IoU 0.50"),
      ("AP75", summary.AP75, "IoU 0.75"),
    ]
    guard parameters.areaRanges == COCOAreaRange.standard, limits.count == 3 else {
      return rows.filter { $0.0 == "AP" || thresholds.contains($0.0 == "AP50" ? 0.5 : 0.75) }
        + parameters.areaRanges.dropFirst().map { range in
          ("AP", result.averagePrecision(area: range), named(range))
        }
        + limits.map { limit in
          ("AR", result.averageRecall(limit: limit), "\(count(limit)) a picture")
        }
        + parameters.areaRanges.dropFirst().map { range in
          ("AR", result.averageRecall(area: range), named(range))
        }
    }
    rows += [
      ("APs", summary.APs, "area below 32x32"), ("APm", summary.APm, "32x32 to 96x96"),
      ("APl", summary.APl, "above 96x96"),
      ("AR1", summary.AR1, "\(count(limits[0])) a picture"),
      ("AR10", summary.AR10, count(limits[1])), ("AR100", summary.AR100, count(limits[2])),
      ("ARs", summary.ARs, "area below 32x32"), ("ARm", summary.ARm, "32x32 to 96x96"),
      ("ARl", summary.ARl, "above 96x96"),
    ]
    return rows
  }

  private static func sizes(_ parameters: COCOEvaluationParameters) -> String {
    guard let all = parameters.areaRanges.first, all.bounds != COCOAreaRange.all.bounds else {
      return "all sizes"
    }
    return named(all)
  }

  private static func named(_ range: COCOAreaRange) -> String {
    let (lower, upper) = (range.bounds.lowerBound, range.bounds.upperBound)
    let low = lower == lower.rounded() ? ProgressLine.decimals(lower, 0) : "\(lower)"
    let high = upper == upper.rounded() ? ProgressLine.decimals(upper, 0) : "\(upper)"
    return "\(PlainText.escaped(range.name)), "
      + (upper >= 1e10 ? "area from \(low)" : "area \(low) to \(high)")
  }

  private static func count(_ limit: Int) -> String {
    "\(limit) \(limit == 1 ? "detection" : "detections")"
  }

  private static func classes(_ result: COCOEvaluationResult) -> String {
    let names = result.classes.map { PlainText.escaped($0.name) }
    let width = max(5, names.map(\.count).max() ?? 5) + 2
    var text = "\n" + PlainText.padded("class", to: width) + "    AP    AP50   objects\n"
    for (name, row) in zip(names, result.classes) {
      text +=
        PlainText.padded(name, to: width) + value(row.AP) + "  " + value(row.AP50)
        + "   \(row.groundTruths)\n"
    }
    return text
  }

  private static func images(_ result: COCOEvaluationResult) -> String {
    let names = result.imageResults.map { PlainText.escaped($0.fileName) }
    let width = max(7, names.map(\.count).max() ?? 7) + 2
    var text = "\n" + PlainText.padded("picture", to: width) + "    AP   found  false  missed\n"
    for (name, row) in zip(names, result.imageResults) {
      text += PlainText.padded(name, to: width) + value(row.AP)
      for (count, width) in [(row.truePositives, 8), (row.falsePositives, 7), (row.missed, 8)] {
        let digits = "\(count)"
        text += String(repeating: " ", count: max(1, width - digits.count)) + digits
      }
      text += "\n"
    }
    return text
  }

  private static func value(_ value: Double) -> String {
    value < 0 ? "   n/a" : " " + ProgressLine.decimals(value, 3)
  }
}
