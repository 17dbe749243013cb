import COCOEvaluation
import DetectionDatasets
import DetectionInference
import DetectionModels
import RunLogs

extension TrainingRun {
  /// Scores the validation set after an epoch and keeps the best weights.
  ///
  /// - Parameters:
  ///   - validation: Pictures whose categories are aligned to the model's.
  ///   - shouldStop: Asked after every batch.
  ///   - observe: Told how many pictures are done.
  /// - Returns: How it ended; where it was stopped the state is as before.
  /// - Throws: `DatasetError` for a picture that cannot be used; errors of files; what `observe` throws.
  func evaluate(
    on validation: DetectionDataset,
    shouldStop: () -> Bool,
    observe: (TrainingEvent) throws -> Void
  ) throws -> EvaluationEnd {
    let began = ContinuousClock.now
    try files?.publish(step: state.step)
    let found = try withAveragedWeights {
      try findings(on: validation, shouldStop: shouldStop, observe: observe)
    }
    guard let found else { return .stopped }
    leftOut.formUnion(found.skipped)
    let report = try workers.isFirst ? score(found, on: validation, since: began) : nil
    // The best so far, and whether the run ends early.
    state = try workers.first(state)
    return .scored(report)
  }

  /// How a scoring of the validation set ended.
  enum EvaluationEnd {
    case stopped
    /// `nil` where another worker has the score.
    case scored(TrainingEvaluation?)
  }

  /// Worker 0's part: scores what all found.
  private func score(
    _ found: ModelFindings,
    on validation: DetectionDataset,
    since began: ContinuousClock.Instant
  ) throws -> TrainingEvaluation {
    let evaluation = try ModelEvaluation(of: found, on: validation, since: began)
    let epoch = state.epoch + 1
    let ap = evaluation.result.summary.AP
    let isBest = ap > (state.bestAP ?? -.infinity)
    if isBest {
      state.bestAP = ap
      state.bestEpoch = epoch
      try files?.keepAsBest(step: state.step)
    }
    state.noteEvaluation(evaluation.result.summary, epoch: epoch, recipe.earlyStop)
    let report = TrainingEvaluation(
      step: state.step,
      epoch: epoch,
      result: evaluation.result,
      detections: evaluation.detections,
      seconds: evaluation.seconds,
      isBest: isBest,
      advice: lens.advice
    )
    try log?.append(report.metrics)
    return report
  }

  private struct Stopped: Error {}

  /// What all workers found, each in its share of the pictures; `nil` where one was asked to stop.
  private func findings(
    on validation: DetectionDataset,
    shouldStop: () -> Bool,
    observe: (TrainingEvent) throws -> Void
  ) throws -> ModelFindings? {
    let total = validation.samples.count
    var own = ModelFindings()
    var isStopped = false
    do {
      own = try ModelFindings(
        of: PlainDetector(model: model, precision: precision),
        in: validation,
        workers: max(1, recipe.workers),
        onBadData: recipe.onBadData,
        share: BatchShare(rank: workers.rank, count: workers.count)
      ) { done in
        // The others are about as far.
        try observe(.evaluating(done: min(total, done * workers.count), total: total))
        if shouldStop() { throw Stopped() }
      }
    } catch is Stopped {
      isStopped = true
    }
    return try workers.any(isStopped) ? nil : ModelFindings(joining: workers.gather(own.bytes))
  }
}
