package import COCOEvaluation
package import DetectionReport

/// One evaluation as a page.
package enum EvaluationPage {
  static func report(
    of result: COCOEvaluationResult,
    subject: String,
    environment: [RunReport.Fact]
  ) -> RunReport {
    let summary = result.summary
    return RunReport(
      title: "Evaluation",
      summary: subject,
      figures: [
        .init(label: "AP", averagePrecision: summary.AP, note: "IoU 0.50:0.95"),
        .init(label: "AP50", averagePrecision: summary.AP50),
        .init(label: "AR100", averagePrecision: summary.AR100),
        .init(label: "Pictures", count: result.images),
        .init(label: "Objects", count: result.groundTruths),
        .init(label: "Detections", count: result.detections),
      ],
      runs: [RunSummary(name: "This evaluation", precisions: .init(summary))],
      classes: classes(of: [result]),
      curves: curves(of: result),
      details: .init(environment: environment)
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
