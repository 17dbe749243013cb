import DetectionAnalysis
import DetectionReport

/// What a page says of the errors: their kinds, confusions and scores.
enum ErrorPage {
  static func figures(of analysis: DetectionErrorAnalysis) -> ErrorFigures {
    let summary = DetectionErrorSummary(analysis)
    func cost(_ share: DetectionErrorSummary.Share) -> ErrorFigures.Cost {
      .init(count: share.count, gain: share.gain)
    }
    return ErrorFigures(
      foreground: summary.foregroundThreshold,
      background: analysis.parameters.backgroundThreshold,
      AP: summary.averagePrecision,
      kinds: summary.shares.map {
        .init(name: name(of: $0.kind), meaning: meaning(of: $0.kind), cost: cost($0))
      },
      totals: [
        .init(
          name: "False alarms",
          meaning: "the first five together",
          cost: .init(count: summary.falsePositives, gain: summary.falsePositiveGain)
        ),
        .init(
          name: "Not found",
          meaning: "every object that no detection found",
          cost: .init(count: summary.objects - summary.found, gain: summary.falseNegativeGain)
        ),
      ],
      sizes: summary.sizes.map { .init(name: "\($0.size)", costs: $0.shares.map(cost)) },
      classes: summary.categories.map {
        .init(
          name: ClassName.text($0.name, id: $0.id),
          AP: $0.averagePrecision,
          costs: $0.shares.map(cost)
        )
      }
    )
  }

  static func name(of kind: DetectionErrorKind) -> String {
    switch kind {
    case .classification: "Classification"
    case .localization: "Localization"
    case .both: "Both"
    case .duplicate: "Duplicate"
    case .background: "Background"
    case .missed: "Missed"
    }
  }

  private static func meaning(of kind: DetectionErrorKind) -> String {
    switch kind {
    case .classification: "right place, wrong class"
    case .localization: "right class, wrong place"
    case .both: "wrong class and wrong place"
    case .duplicate: "found already by a surer one"
    case .background: "nothing annotated there"
    case .missed: "not found, and no error explains it"
    }
  }

  // MARK: Scores and confusions

  static func scores(_ calibration: ScoreCalibration, iou: Double) -> ScoreFigures {
    func cut(_ name: String, _ point: ScoreCalibration.OperatingPoint?) -> ScoreFigures.Cut? {
      point.map {
        .init(name: name, score: $0.score, precision: $0.precision, recall: $0.recall, f1: $0.f1)
      }
    }
    return ScoreFigures(
      bins: calibration.bins.map {
        .init(
          lower: $0.lower,
          upper: $0.upper,
          found: $0.found,
          wrong: $0.falsePositives,
          meanScore: $0.meanScore
        )
      },
      areProbabilities: calibration.areScoresProbabilities,
      calibrationError: calibration.expectedError,
      iou: iou,
      best: cut("all classes", calibration.best),
      classes: calibration.categories.compactMap {
        cut(ClassName.text($0.name, id: $0.id), $0.best)
      }
    )
  }

  /// Which class was taken for which among the detections that one would keep.
  ///
  /// - Parameters:
  ///   - analysis: What became of every detection.
  ///   - best: The score to cut at; `nil` takes the usual one.
  /// - Returns: The confusions; `nil` where classes are not told apart.
  static func confusion(
    of analysis: DetectionErrorAnalysis,
    best: Double?
  ) -> ConfusionFigures? {
    if analysis.parameters.classAgnostic { return nil }
    let matrix =
      best.map { ConfusionMatrix(analysis, scoreThreshold: $0) } ?? ConfusionMatrix(analysis)
    if matrix.names.isEmpty { return nil }
    let names = zip(matrix.names, matrix.categoryIDs).map { ClassName.text($0, id: $1) }
    return ConfusionFigures(
      iou: matrix.iouThreshold,
      score: matrix.scoreThreshold,
      isBestScore: best != nil,
      classes: names,
      table: names.count > ConfusionFigures.mostClasses ? [] : matrix.table(),
      mistakes: matrix.largestConfusions(
        limit: names.count > ConfusionFigures.mostClasses ? 20 : 10
      )
      .compactMap { entry in
        guard let truth = entry.truth, let prediction = entry.prediction else { return nil }
        return .init(
          truth: names[truth],
          prediction: names[prediction],
          count: entry.count,
          share: entry.share
        )
      }
    )
  }
}
