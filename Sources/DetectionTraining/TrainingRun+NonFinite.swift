import DetectionDatasets
import Foundation

extension TrainingRun {
  /// What is done about a step whose loss or gradient is not finite.
  func passOver(_ batch: TrainingBatch, _ gradient: StepGradient, rate: Double) throws {
    try buffers.restore()
    let step = state.step + 1
    throw TrainingError(
      code: .nonFiniteLoss(step: step),
      message:
        "the \(gradient.faults.joined(separator: ", ")) is no longer finite in step \(step), "
        + "images \(batch.imageIDs.map(String.init).joined(separator: ", ")), learning rate \(rate); what was saved "
        + "before is in \(folder.url.path). Usual causes: a learning rate too high for the batch size "
        + "(optimizer.learningRatePer16Images), or no prior (model.priorProbability)"
    )
  }
}
