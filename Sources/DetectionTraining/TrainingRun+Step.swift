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
    let waitedBefore = workers.waitedSeconds
    try buffers.keep()
    let gradient: StepGradient
    do {
      gradient = try self.gradient(of: batch)
    } catch {
      // The run is what it was after the step before, and can be saved.
      try buffers.restore()
      throw error
    }
    var fault: StepFault?
    if gradient.isFinite {
      try optimizer.step(learningRate: rate)
      try updateAverage()
      state.foregroundAverage = gradient.foregroundAverage
      state.skippedInARow = nil
      lens.keep(gradient.lens)
    } else {
      fault = try passOver(batch, gradient, rate: rate)
    }
    try optimizer.clearGradients()
    state.step += 1
    state.batch += 1
    state.images += gradient.imageCount
    let step = TrainingStep(
      step: state.step,
      epoch: state.epoch + 1,
      totalSteps: totalSteps,
      batchSize: gradient.imageCount,
      totalLoss: gradient.total,
      classificationLoss: gradient.classification,
      boxLoss: gradient.box,
      learningRate: rate,
      gradientNorm: gradient.norm,
      foregroundCount: gradient.foregroundCount,
      fault: fault,
      lens: fault == nil ? gradient.lens : nil,
      seconds: waited + (ContinuousClock.now - began) / .seconds(1),
      dataSeconds: waited,
      communicationSeconds: workers.count > 1 ? workers.waitedSeconds - waitedBefore : nil,
      memoryMiB: ResidentMemory.mebibytes
    )
    stepSeconds += step.seconds
    dataSeconds += waited
    try log?.append(step.metrics)
    return step
  }

  /// This worker's share of a batch, padded as the whole batch would be.
  ///
  /// The pictures' padding is a part of batch norm's statistics, and its anchors are background.
  func evened(_ batch: TrainingBatch, of loader: BatchLoader) throws -> TrainingBatch {
    if workers.count == 1 { return batch }
    let size = try workers.maximum([Double(batch.width), Double(batch.height)])
    return loader.padded(batch, width: Int(size[0]), height: Int(size[1]))
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
    let most = Int(try workers.maximum([Double(batch.count)])[0])
    let parts = batch.parts(recipe.schedule.accumulation, ofAtMost: most)
    for (number, part) in parts.enumerated() {
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
      try workers.backward(losses.total, endsStep: number == parts.count - 1)
      if !part.isEmpty {
        try lens.look(at: outputs.logits, targets: Array(batch.targets[part]))
      }
    }
    gradient.lens = try lens.finish()
    gradient.isOwnFinite = gradient.total.isFinite
    let sums = try workers.sum([gradient.classification, gradient.box, gradient.total])
    (gradient.classification, gradient.box, gradient.total) = (sums[0], sums[1], sums[2])
    let clip = recipe.optimizer.gradientClip
    gradient.norm = try clipGradients(of: optimizer.parameters, toNorm: clip > 0 ? clip : nil)
    return gradient
  }
}
