import COCOEvaluation
import DetectionDatasets
import DetectionModels
import RunLogs

extension TrainingRun {
  /// Scores the validation set after an epoch and keeps the best weights.
  ///
  /// - Parameters:
  ///   - validation: Pictures whose categories are aligned to the model's.
  ///   - shouldStop: Asked after every batch.
  ///   - observe: Told how many pictures are done.
  /// - Returns: The score; `nil` where it was stopped, and then the state is as before.
  /// - Throws: `DatasetError` for a picture that cannot be used; errors of files; what `observe` throws.
  func evaluate(
    on validation: DetectionDataset,
    shouldStop: () -> Bool,
    observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingEvaluation? {
    try publish()
    let scored = try withAveragedWeights {
      try scores(on: validation, shouldStop: shouldStop, observe: observe)
    }
    guard let evaluation = scored else { return nil }
    leftOut.formUnion(evaluation.skipped)
    let epoch = state.epoch + 1
    let ap = evaluation.result.summary.AP
    let isBest = ap > (state.bestAP ?? -.infinity)
    if isBest {
      state.bestAP = ap
      state.bestEpoch = epoch
      try keepAsBest()
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
    try log.append(report.metrics)
    return report
  }

  private struct Stopped: Error {}

  private func scores(
    on validation: DetectionDataset,
    shouldStop: () -> Bool,
    observe: (TrainingEvent) throws -> Void
  ) throws -> ModelEvaluation? {
    do {
      return try ModelEvaluation.run(
        model: model,
        dataset: validation,
        precision: precision,
        workers: max(1, recipe.workers),
        onBadData: recipe.onBadData
      ) { done in
        try observe(.evaluating(done: done, total: validation.samples.count))
        if shouldStop() { throw Stopped() }
      }
    } catch is Stopped {
      return nil
    }
  }
}
