import DetectionDatasets
import DetectionInference
import DetectionModels
import Foundation
import RunLogs
import Torch
import TorchNN

extension TrainingRun {
  /// Takes one step: forward, backward, clip, update; counts and logs it.
  ///
  /// - Parameters:
  ///   - batch: The pictures and what is to be found in them.
  ///   - waited: How long they were waited for, in seconds.
  /// - Returns: What came of it.
  /// - Throws: ``TrainingError`` if loss or gradient are not finite; `TorchError` if memory runs out.
  func takeStep(on batch: TrainingBatch, waited: Double) throws -> TrainingStep {
    let began = ContinuousClock.now
    let rate = schedule.rate(atStep: state.step)
    let (losses, gradientNorm) = try moveWeights(by: batch, rate: rate)
    try updateAverage()
    state.step += 1
    state.batch += 1
    state.images += batch.count
    let step = TrainingStep(
      step: state.step,
      epoch: state.epoch + 1,
      totalSteps: totalSteps,
      batchSize: batch.count,
      totalLoss: try losses.total.item(),
      classificationLoss: try losses.classification.item(),
      boxLoss: try losses.box.item(),
      learningRate: rate,
      gradientNorm: gradientNorm,
      foregroundCount: losses.foregroundCount,
      seconds: waited + (ContinuousClock.now - began) / .seconds(1),
      dataSeconds: waited
    )
    stepSeconds += step.seconds
    dataSeconds += waited
    try log.append(step.metrics)
    return step
  }

  /// Follows the gradient of a batch's loss.
  private func moveWeights(
    by batch: TrainingBatch,
    rate: Double
  ) throws -> (losses: DetectionLosses, gradientNorm: Double) {
    let images = try Tensor.channelsLast(
      nhwc: batch.pixels,
      images: batch.count,
      height: batch.height,
      width: batch.width,
      channels: 3
    )
    let outputs = try precision.training { try model(images, mode: .training) }
    var foreground = state.foregroundAverage ?? ForegroundAverage()
    let losses = try model.configuration.losses(
      of: outputs,
      targets: batch.targets,
      average: &foreground
    )
    guard try losses.total.item().isFinite else {
      throw nonFinite("loss", batch, losses: losses, rate: rate)
    }
    try losses.total.backward()
    let clip = recipe.optimizer.gradientClip
    let norm = try clipGradients(of: optimizer.parameters, toNorm: clip > 0 ? clip : nil)
    guard norm.isFinite else { throw nonFinite("gradient", batch, losses: losses, rate: rate) }
    try optimizer.step(learningRate: rate)
    try optimizer.clearGradients()
    state.foregroundAverage = foreground
    return (losses, norm)
  }

  private func nonFinite(
    _ what: String,
    _ batch: TrainingBatch,
    losses: DetectionLosses,
    rate: Double
  ) -> TrainingError {
    let step = state.step + 1
    let parts = [("classification", losses.classification), ("box", losses.box)].map { name, loss in
      let value = (try? loss.item()) ?? .nan
      return "\(name) \(value.isNaN ? "nan" : "\(value)")"
    }
    return TrainingError(
      code: .nonFiniteLoss(step: step),
      message:
        "the \(what) is no longer finite (\(parts.joined(separator: ", "))) in step \(step), "
        + "images \(batch.imageIDs.map(String.init).joined(separator: ", ")), learning rate \(rate); what was saved "
        + "before is in \(folder.url.path). Usual causes: a learning rate too high for the batch size "
        + "(optimizer.learningRatePer16Images), or no prior (model.priorProbability)"
    )
  }
}
