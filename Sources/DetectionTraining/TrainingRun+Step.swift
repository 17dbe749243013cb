import DetectionDatasets
import DetectionInference
import DetectionModels
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
  /// - Throws: ``TrainingError`` if loss or gradient are not finite and the recipe does not pass over such steps;
  ///   `TorchError` if memory runs out.
  func takeStep(on batch: TrainingBatch, waited: Double) throws -> TrainingStep {
    let began = ContinuousClock.now
    let rate = schedule.rate(atStep: state.step)
    try buffers.keep()
    let gradient = try gradient(of: batch)
    var fault: String?
    if gradient.isFinite {
      try optimizer.step(learningRate: rate)
      try updateAverage()
      state.foregroundAverage = gradient.foregroundAverage
      state.skippedInARow = nil
    } else {
      fault = try passOver(batch, gradient, rate: rate)
    }
    try optimizer.clearGradients()
    state.step += 1
    state.batch += 1
    state.images += batch.count
    let step = TrainingStep(
      step: state.step,
      epoch: state.epoch + 1,
      totalSteps: totalSteps,
      batchSize: batch.count,
      totalLoss: gradient.total,
      classificationLoss: gradient.classification,
      boxLoss: gradient.box,
      learningRate: rate,
      gradientNorm: gradient.norm,
      foregroundCount: gradient.foregroundCount,
      fault: fault,
      lens: gradient.lens,
      seconds: waited + (ContinuousClock.now - began) / .seconds(1),
      dataSeconds: waited,
      memoryMiB: ResidentMemory.mebibytes
    )
    stepSeconds += step.seconds
    dataSeconds += waited
    try log.append(step.metrics)
    return step
  }

  /// Computes the losses of a batch and leaves their gradient, clipped, in the parameters.
  private func gradient(of batch: TrainingBatch) throws -> StepGradient {
    let counts = try workers.sum([Double(batch.foregroundCount), Double(batch.count)]).map {
      Int($0)
    }
    var gradient = StepGradient()
    (gradient.foregroundCount, gradient.imageCount) = (counts[0], counts[1])
    gradient.foregroundAverage = state.foregroundAverage ?? ForegroundAverage()
    let normalizer = LossNormalizer(
      model.configuration.loss.normalizer,
      foregroundCount: counts[0],
      imageCount: counts[1],
      average: &gradient.foregroundAverage
    )
    let images = try Tensor.channelsLast(
      nhwc: batch.pixels,
      images: batch.count,
      height: batch.height,
      width: batch.width,
      channels: 3
    )
    lens.begin(step: state.step + 1)
    for part in batch.parts(recipe.schedule.accumulation) {
      let outputs = try precision.training {
        try model(
          images.narrow(dim: 0, start: part.lowerBound, length: part.count),
          mode: .training
        )
      }
      let losses = try model.configuration.losses(
        of: outputs,
        targets: Array(batch.targets[part]),
        normalizer: normalizer
      )
      gradient.classification += try losses.classification.item()
      gradient.box += try losses.box.item()
      gradient.total += try losses.total.item()
      // Also where the loss is not finite: which layers' gradients are not tells where it came from.
      try losses.total.backward()
      try lens.look(at: outputs.logits, targets: Array(batch.targets[part]))
    }
    gradient.lens = try lens.finish()
    let sums = try workers.sum([gradient.classification, gradient.box, gradient.total])
    (gradient.classification, gradient.box, gradient.total) = (sums[0], sums[1], sums[2])
    let clip = recipe.optimizer.gradientClip
    gradient.norm = try clipGradients(of: optimizer.parameters, toNorm: clip > 0 ? clip : nil)
    return gradient
  }
}
