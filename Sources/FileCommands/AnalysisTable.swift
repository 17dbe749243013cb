import COCOFormat
import CommandConsole
import DetectionAnalysis

/// An error analysis as tables for people.
enum AnalysisTable {
  static func text(_ analysis: DetectionErrorAnalysis, perClass: Bool) -> String {
    let summary = DetectionErrorSummary(analysis)
    let scores = ScoreCalibration(analysis)
    var text = kinds(summary, analysis.parameters)
    text += confusions(ConfusionMatrix(analysis))
    text += calibration(scores)
    text += worst(WorstImages(analysis, limit: 5, falsePositiveLimit: 0))
    if perClass, !summary.categories.isEmpty { text += classes(summary, scores) }
    return text
  }

  private static func kinds(
    _ summary: DetectionErrorSummary,
    _ parameters: DetectionErrorParameters
  ) -> String {
    var text =
      "errors at IoU \(decimals(parameters.foregroundThreshold, 2)), AP "
      + "\(figure(summary.averagePrecision)): \(summary.found) of \(summary.objects) objects found, "
      + "\(summary.falsePositives) false positives\n"
    text += row("", ["count", "AP gained", "small", "medium", "large"])
    let meanings: [DetectionErrorKind: String] = [
      .classification: "wrong class", .localization: "box too far off",
      .both: "wrong class and box", .duplicate: "object found already",
      .background: "nothing there", .missed: "nothing said",
    ]
    for share in summary.shares {
      let sizes = summary.sizes.map { "\($0.shares[place(share.kind)].count)" }
      text += row(
        share.kind.rawValue,
        ["\(share.count)", figure(share.gain)] + sizes,
        note: meanings[share.kind] ?? ""
      )
    }
    let notFound = summary.objects - summary.found
    text += row(
      "false positives",
      ["\(summary.falsePositives)", figure(summary.falsePositiveGain)],
      note: "all of them gone"
    )
    text += row(
      "not found",
      ["\(notFound)", figure(summary.falseNegativeGain)],
      note: "all of them out of the count"
    )
    return text
  }

  private static func confusions(_ matrix: ConfusionMatrix) -> String {
    var text =
      "\ntaken for another class, from score \(decimals(matrix.scoreThreshold, 2)) "
      + "and IoU \(decimals(matrix.iouThreshold, 2)) on\n"
    let largest = matrix.largestConfusions(limit: 10)
    if largest.isEmpty { return text + "  nothing\n" }
    for entry in largest {
      guard let truth = entry.truth, let prediction = entry.prediction else { continue }
      let names = [truth, prediction].map { PlainText.escaped(matrix.names[$0]) }
      text +=
        right("\(entry.count)", 7) + "  \(names[0]) taken for \(names[1]), "
        + "\(decimals(entry.share * 100, 1)) % of \(names[0])\n"
    }
    return text
  }

  private static func calibration(_ scores: ScoreCalibration) -> String {
    var text = "\ncalibration        "
    if let error = scores.expectedError {
      text +=
        "\(decimals(error, 3)) is the expected error of a score, in \(scores.bins.count) bins\n"
    } else if scores.areScoresProbabilities {
      text += "n/a, no detection counts\n"
    } else {
      text += "n/a, scores outside 0...1 are no probabilities\n"
    }
    text += "best score to cut  "
    guard let best = scores.best else { return text + "n/a, no object was found\n" }
    return text + "\(decimals(best.score, 3)): precision \(decimals(best.precision, 3)), "
      + "recall \(decimals(best.recall, 3)), F1 \(decimals(best.f1, 3))\n"
  }

  private static func worst(_ worst: WorstImages) -> String {
    if worst.images.isEmpty { return "" }
    var text = "\nworst pictures      cost   found  objects  false positives\n"
    for image in worst.images {
      let name = image.image.fileName
      text +=
        right(decimals(image.cost, 1), 24) + right("\(image.found)", 8)
        + right("\(image.objects)", 9) + right("\(image.falsePositives)", 17)
        + "  " + (name.isEmpty ? "image \(image.image.id)" : PlainText.escaped(name)) + "\n"
    }
    return text
  }

  private static func classes(
    _ summary: DetectionErrorSummary,
    _ scores: ScoreCalibration
  ) -> String {
    let names = summary.categories.map { PlainText.escaped($0.name) }
    let width = max(6, names.map(\.count).max() ?? 5)
    // TIDE's own short names, in the order of the kinds.
    let heads = ["Cls", "Loc", "Both", "Dupe", "Bkg", "Miss"]
    var text =
      "\n" + PlainText.padded("errors", to: width)
      + heads.map { right($0, 7) }.joined()
      + ["cut at", "prec", "recall", "F1"].map { right($0, 9) }.joined() + "\n"
    for (index, category) in summary.categories.enumerated() {
      let best = scores.categories[index].best
      text +=
        PlainText.padded(names[index], to: width)
        + category.shares.map { right("\($0.count)", 7) }.joined()
        + [best?.score, best?.precision, best?.recall, best?.f1]
        .map { right(figure($0), 9) }.joined() + "\n"
    }
    return text
  }

  private static func place(_ kind: DetectionErrorKind) -> Int {
    DetectionErrorKind.allCases.firstIndex(of: kind) ?? 0
  }

  private static func row(_ name: String, _ values: [String], note: String = "") -> String {
    let columns = zip(values, [8, 11, 8, 8, 8]).map { right($0, $1) }.joined()
    let line = PlainText.padded(name, to: 15) + columns
    return (note.isEmpty ? line : PlainText.padded(line, to: 58) + "   " + note) + "\n"
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }

  private static func figure(_ value: Double?) -> String {
    value.map { decimals($0, 3) } ?? "n/a"
  }

  private static func decimals(_ value: Double, _ places: Int) -> String {
    ProgressLine.decimals(value, places)
  }
}
