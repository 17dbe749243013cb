package import COCOEvaluation
import COCOFormat
import CommandConsole
import DetectionAnalysis
package import DetectionReport

/// One evaluation as a page.
package enum EvaluationPage {
  /// - Parameters:
  ///   - evaluated: The evaluation.
  ///   - subject: What was held against what, in a sentence.
  ///   - command: The command line that makes the page again.
  ///   - environment: The program and the machine.
  /// - Returns: The page.
  static func report(
    of evaluated: Evaluated,
    subject: String,
    command: String,
    environment: [RunReport.Fact]
  ) -> EvaluationReport {
    let result = evaluated.result
    let analysis = evaluated.analysis
    let calibration = ScoreCalibration(analysis)
    return EvaluationReport(
      title: "Evaluation",
      subject: subject,
      figures: figures(of: result),
      counts: counts(of: evaluated),
      settings: settings(of: result.parameters),
      classes: classFigures(of: result),
      sizes: sizes(of: evaluated),
      curves: precisionCurves(of: result),
      errors: ErrorPage.figures(of: analysis),
      confusion: ErrorPage.confusion(of: analysis, best: calibration.best?.score),
      scores: ErrorPage.scores(calibration, iou: analysis.parameters.foregroundThreshold),
      galleries: ErrorGalleries(analysis, pictures: evaluated.pictures).galleries(),
      notes: notes(of: evaluated),
      details: .init(command: command, environment: environment)
    )
  }

  private static func notes(of evaluated: Evaluated) -> [String] {
    evaluated.pictures != nil
      ? []
      : [
        "No pictures were named, so boxes are drawn on empty ground; --images DIR gives the folder of "
          + "the pictures."
      ]
  }

  private static func figures(of result: COCOEvaluationResult) -> [EvaluationReport.Figure] {
    let parameters = result.parameters
    let (limits, overall) = (parameters.detectionLimits, iouRange(parameters))
    let meanings = [
      "AP": overall, "AP50": "IoU 0.50", "AP75": "IoU 0.75", "APs": "small objects",
      "APm": "medium objects", "APl": "large objects", "ARs": "small objects",
      "ARm": "medium objects", "ARl": "large objects",
      "AR1": limit(limits.count > 2 ? limits[0] : nil),
      "AR10": limit(limits.count > 2 ? limits[1] : nil),
      "AR100": limit(limits.last),
    ]
    return result.summary.figures.map { .init($0.name, $0.value, meanings[$0.name] ?? "") }
  }

  private static func limit(_ limit: Int?) -> String {
    limit.map { $0 == 1 ? "1 detection a picture" : "\($0) detections" } ?? ""
  }

  private static func iouRange(_ parameters: COCOEvaluationParameters) -> String {
    let thresholds = parameters.iouThresholds
    guard let first = thresholds.first, let last = thresholds.last, first != last else {
      return "IoU \(thresholds.first.map { ProgressLine.decimals($0, 2) } ?? "")"
    }
    return "IoU \(ProgressLine.decimals(first, 2)) to \(ProgressLine.decimals(last, 2))"
  }

  private static func counts(of evaluated: Evaluated) -> [RunReport.Fact] {
    let result = evaluated.result
    let withObjects = result.classes.count { $0.groundTruths > 0 }
    var facts: [RunReport.Fact] = [
      .init("Pictures", "\(result.images)"),
      .init("Objects", "\(result.groundTruths - result.crowds)"),
      .init(
        "Crowd regions",
        result.crowds == 0 ? "none" : "\(result.crowds), counted neither for nor against"
      ),
      .init("Detections", "\(result.detections)"),
    ]
    if result.uncountedDetections > 0 {
      facts.append(
        .init("Not counted", "\(result.uncountedDetections) detections of other classes")
      )
    }
    if !result.parameters.classAgnostic {
      facts.append(
        .init(
          "Classes",
          withObjects == result.classes.count
            ? "\(withObjects)" : "\(result.classes.count), \(withObjects) of them with objects"
        )
      )
    }
    return facts
  }

  private static func settings(of parameters: COCOEvaluationParameters) -> [RunReport.Fact] {
    [
      .init(
        "IoU thresholds",
        parameters.iouThresholds.map { ProgressLine.decimals($0, 2) }.joined(separator: ", ")
      ),
      .init(
        "Detections",
        "at most \(parameters.detectionLimits.map { "\($0)" }.joined(separator: ", ")) "
          + "a picture and class"
      ),
      .init("Recalls", "\(parameters.recallThresholds.count) points"),
      .init(
        "Classes",
        (parameters.classAgnostic ? "not told apart" : "told apart")
          + (parameters.categoryIDs.map { ", \($0.count) chosen" } ?? "")
      ),
      .init("Annotation id 0", parameters.pycocotoolsIDs ? "never matched" : "as any other"),
    ]
  }

  /// The figures of each class.
  package static func classFigures(of result: COCOEvaluationResult) -> [ClassFigures] {
    result.classes.map { row in
      ClassFigures(
        name: ClassName.text(row.name, id: row.id),
        AP: row.AP,
        AP50: row.AP50,
        AP75: result.averagePrecision(category: row.id, iou: 0.75),
        AR: row.AR100,
        objects: row.groundTruths,
        detections: row.detections
      )
    }
  }

  private static func sizes(of evaluated: Evaluated) -> [SizeFigures] {
    let analysis = evaluated.analysis
    let ranges = evaluated.result.parameters.areaRanges
    var counts = [Int](repeating: 0, count: ranges.count)
    for (index, annotation) in analysis.groundTruth.annotations.enumerated() {
      let isKnown = analysis.outcome(ofObject: index) != .uncounted
      guard isKnown, !annotation.isCrowd else { continue }
      for (place, range) in ranges.enumerated() where range.bounds.contains(annotation.area) {
        counts[place] += 1
      }
    }
    return zip(ranges, counts).map { range, count in
      SizeFigures(
        name: range.name,
        bounds: bounds(of: range),
        objects: count,
        AP: evaluated.result.averagePrecision(area: range),
        AR: evaluated.result.averageRecall(area: range)
      )
    }
  }

  private static func bounds(of range: COCOAreaRange) -> String {
    func side(_ area: Double) -> String {
      let side = area.squareRoot()
      return side == side.rounded() ? "\(Int(side))²" : ProgressLine.decimals(area, 0)
    }
    let (low, high) = (range.bounds.lowerBound, range.bounds.upperBound)
    switch (low > 0, high < 1e10) {
    case (false, false): return "of any size"
    case (false, true): return "up to \(side(high))"
    case (true, false): return "from \(side(low))"
    case (true, true): return "\(side(low)) to \(side(high))"
    }
  }

  /// Precision over recall of every class and IoU; `nil` where there is nothing to find.
  package static func precisionCurves(of result: COCOEvaluationResult) -> PrecisionCurves? {
    let thresholds = result.parameters.iouThresholds
    func group(_ name: String, _ objects: Int, _ category: Int?) -> PrecisionCurves.Group {
      .init(
        name: name,
        objects: objects,
        averagePrecisions: thresholds.map { result.averagePrecision(category: category, iou: $0) },
        precisions: thresholds.map {
          result.precisionRecall(category: category, iou: $0).map(\.precision)
        }
      )
    }
    let mean = group("All classes", result.groundTruths - result.crowds, nil)
    // Nothing to find has no recall.
    if mean.precisions.allSatisfy(\.isEmpty) { return nil }
    return PrecisionCurves(
      iouThresholds: thresholds,
      recalls: result.parameters.recallThresholds,
      mean: mean,
      classes: result.classes.filter { $0.groundTruths > 0 }
        .map { group(ClassName.text($0.name, id: $0.id), $0.groundTruths, $0.id) }
    )
  }

  /// One row a class, one score a result; all results hold the same classes.
  package static func classes(of results: [COCOEvaluationResult]) -> [ClassSummary] {
    (results.first?.classes ?? []).enumerated().map { index, row in
      ClassSummary(
        name: row.name,
        index: index,
        objects: row.groundTruths,
        scores: results.map { .init(ap: $0.classes[index].AP, ap50: $0.classes[index].AP50) }
      )
    }
  }

  /// Precision over recall at IoU 0.5, of the classes that have objects.
  package static func curves(of result: COCOEvaluationResult) -> [LineChart] {
    let shown = result.classes.enumerated().filter { $0.element.groundTruths > 0 }.prefix(12)
    guard !shown.isEmpty else { return [] }
    return [
      .precisionRecall(
        title: "Precision and recall at IoU 0.50",
        note: shown.count < result.classes.count
          ? "The first \(shown.count) classes that have objects." : "",
        curves: shown.map { _, row in
          (row.name, result.precisionRecall(category: row.id, iou: 0.5).map(\.precision))
        },
        colors: shown.map(\.offset)
      )
    ]
  }
}

extension RunSummary.AveragePrecisions {
  /// The six precisions of an evaluation.
  ///
  /// - Parameter summary: The twelve figures.
  package init(_ summary: COCOSummary) {
    self.init(
      ap: summary.AP,
      ap50: summary.AP50,
      ap75: summary.AP75,
      small: summary.APs,
      medium: summary.APm,
      large: summary.APl
    )
  }
}
