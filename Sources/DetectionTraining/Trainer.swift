import BoxGeometry
import COCOEvaluation
package import DetectionDatasets
package import DetectionInference
import DetectionModels
import Foundation
import RunLogs
import Torch
import TorchNN

/// One training run, from its first step or from its last checkpoint, to its end.
package struct Trainer {
  private let recipe: TrainingRecipe
  private let training: DetectionDataset
  private let validation: DetectionDataset
  private let folder: RunFolder

  /// - Parameters:
  ///   - recipe: What to do.
  ///   - training: What to learn from; its categories become the model's.
  ///   - validation: What the best weights are chosen by.
  ///   - folder: Where everything goes; made by ``RunFolder/create()`` for a new run.
  /// - Throws: ``TrainingError`` for a dataset without pictures or boxes; `DatasetError` if the categories do not fit.
  package init(
    recipe: TrainingRecipe,
    training: DetectionDataset,
    validation: DetectionDataset,
    folder: RunFolder
  ) throws {
    for (name, dataset) in [("training", training), ("validation", validation)]
    where dataset.samples.isEmpty {
      throw TrainingError(
        code: .emptyDataset,
        message:
          "\(dataset.location): the \(name) data holds no picture that can be used; expected at least one"
      )
    }
    if training.samples.allSatisfy({ $0.boxes.isEmpty }) {
      throw TrainingError(
        code: .emptyDataset,
        message:
          "\(training.location): the training data holds no box in any of its \(training.samples.count) "
          + "pictures; there is nothing to learn"
      )
    }
    // Difficult objects are not asked for in evaluation.
    if validation.samples.allSatisfy({ $0.boxes.count == $0.difficultBoxes.count }) {
      throw TrainingError(
        code: .emptyDataset,
        message:
          "\(validation.location): the validation data holds no box to be found in any of its "
          + "\(validation.samples.count) pictures; there is nothing to choose the best weights by"
      )
    }
    self.recipe = recipe
    self.training = training
    self.validation = try validation.aligned(to: training.categories)
    self.folder = folder
  }

  /// Trains to the end of the schedule, or until asked to stop.
  ///
  /// - Parameters:
  ///   - resuming: Whether to go on from the newest whole checkpoint in the folder.
  ///   - shouldStop: Asked after every step; when true, the state is saved and the run ends early.
  ///   - observe: Told what happens.
  /// - Returns: How the run ended.
  /// - Throws: ``TrainingError`` where the loss is not finite or no checkpoint can be read; errors of data and files.
  package func run(
    resuming: Bool = false,
    shouldStop: () -> Bool = { false },
    observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    let started = ContinuousClock.now
    let lock = try RunLock(folder)
    defer { withExtendedLifetime(lock) {} }
    if recipe.threads > 0 { try TorchRuntime.setThreads(recipe.threads) }
    let precision = recipe.precision.resolved

    var generator = SplitMix64(mixing: recipe.seed, 0x6D6F_6465_6C)
    let model = try RetinaNet(configuration: modelConfiguration, using: &generator)
    let optimizer = try optimizer(for: model)
    // The running statistics are averaged with the weights that they belong to.
    let average =
      try recipe.optimizer.ema > 0
      ? ExponentialMovingAverage(of: model.state, decay: recipe.optimizer.ema) : nil
    let checkpoints = CheckpointStore(folder: folder.checkpoints, keep: recipe.checkpoint.keep)
    var state = TrainingState()
    if resuming {
      state = try checkpoints.restore(
        model: model,
        optimizer: optimizer,
        average: average,
        data: data
      )
    }
    state.data = data
    let log = try MetricsLog(resuming: folder.metrics, keepingThroughStep: state.step)

    let stepsPerEpoch =
      (training.samples.count + recipe.schedule.batchSize - 1) / recipe.schedule.batchSize
    let totalSteps = stepsPerEpoch * recipe.schedule.epochs
    let schedule = recipe.learningRateSchedule(totalSteps: totalSteps)
    let secondsBefore = state.seconds
    var (stepSeconds, dataSeconds) = (0.0, 0.0)
    var skipped = Set((training.problems + validation.problems).filter(\.kind.isPictureLeftOut))
    var stopped = false

    try observe(
      .started(
        TrainingStart(
          parameterCount: model.parameterCount,
          images: training.samples.count,
          boxes: training.boxCount,
          stepsPerEpoch: stepsPerEpoch,
          totalSteps: totalSteps,
          startStep: state.step,
          peakLearningRate: schedule.baseRate,
          precision: precision.rawValue,
          threads: TorchRuntime.threads
        )
      )
    )

    func save() throws {
      state.seconds = secondsBefore + (ContinuousClock.now - started) / .seconds(1)
      try log.synchronize()
      try withWeights(of: average) { try ModelFile.write(model, to: folder.last) }
      try checkpoints.save(state, model: model, optimizer: optimizer, average: average)
      try observe(.saved(step: state.step))
    }

    var isSaveDue: Bool {
      recipe.checkpoint.everySteps > 0 && state.step % recipe.checkpoint.everySteps == 0
    }

    epochs: while state.epoch < recipe.schedule.epochs {
      let loader = BatchLoader(
        dataset: training,
        configuration: loaderConfiguration,
        epoch: state.epoch,
        startingAt: state.batch
      )
      defer { loader.cancel() }
      var waited = 0.0
      while true {
        let stepStarted = ContinuousClock.now
        guard let batch = try loader.next() else { break }
        let rate = schedule.rate(atStep: state.step)
        let losses = try step(
          state.step + 1,
          batch,
          model: model,
          optimizer: optimizer,
          rate: rate,
          precision: precision
        )
        try average?.update()
        state.step += 1
        state.batch += 1
        state.images += batch.count

        let seconds = (ContinuousClock.now - stepStarted) / .seconds(1)
        let wait = loader.waitSeconds - waited
        waited = loader.waitSeconds
        stepSeconds += seconds
        dataSeconds += wait
        let report = TrainingStep(
          step: state.step,
          epoch: state.epoch + 1,
          totalSteps: totalSteps,
          batchSize: batch.count,
          totalLoss: losses.total,
          classificationLoss: losses.classification,
          boxLoss: losses.box,
          learningRate: rate,
          gradientNorm: losses.gradientNorm,
          foregroundCount: losses.foregroundCount,
          seconds: seconds,
          dataSeconds: wait
        )
        try log.append(report.metrics)
        try observe(.step(report))
        if shouldStop() {
          stopped = true
          break
        }
        // At the end of an epoch it is saved after the evaluation, which a resumed run then has behind it.
        if isSaveDue, state.batch < loader.batchCount { try save() }
      }
      skipped.formUnion(loader.skipped)
      // An epoch stopped at its last batch is not over: its evaluation comes after the resume.
      if stopped {
        try save()
        break epochs
      }
      state.epoch += 1
      state.batch = 0
      if state.epoch == recipe.schedule.epochs || state.epoch % recipe.evaluation.everyEpochs == 0 {
        skipped.formUnion(
          try evaluate(
            model: model,
            average: average,
            precision: precision,
            state: &state,
            log: log,
            observe: observe
          )
        )
      }
      if state.epoch == recipe.schedule.epochs || recipe.checkpoint.everySteps == 0 || isSaveDue {
        try save()
      }
    }

    let isComplete = state.epoch >= recipe.schedule.epochs
    if isComplete {
      try withWeights(of: average) { try ModelFile.write(model, to: folder.final) }
    }
    return TrainingOutcome(
      isComplete: isComplete,
      steps: state.step,
      bestAP: state.bestAP,
      bestEpoch: state.bestEpoch,
      seconds: (ContinuousClock.now - started) / .seconds(1),
      stepSeconds: stepSeconds,
      dataSeconds: dataSeconds,
      skipped: Set(skipped.map(\.description)).sorted()
    )
  }

  private struct StepLosses {
    let total: Double
    let classification: Double
    let box: Double
    let gradientNorm: Double
    let foregroundCount: Int
  }

  /// Forward, backward, clip, update.
  private func step(
    _ number: Int,
    _ batch: TrainingBatch,
    model: RetinaNet,
    optimizer: any Optimizer,
    rate: Double,
    precision: ArithmeticPrecision
  ) throws -> StepLosses {
    let images = try Tensor.channelsLast(
      nhwc: batch.pixels,
      images: batch.count,
      height: batch.height,
      width: batch.width,
      channels: 3
    )
    let outputs = try precision.training { try model(images, mode: .training) }
    let losses = try model.configuration.loss.losses(of: outputs, targets: batch.targets)
    let total = try losses.total.item()
    guard total.isFinite else { throw nonFinite("loss", number, batch, losses: losses, rate: rate) }
    try losses.total.backward()
    let clip = recipe.optimizer.gradientClip
    let norm = try clipGradients(of: optimizer.parameters, toNorm: clip > 0 ? clip : nil)
    guard norm.isFinite else {
      throw nonFinite("gradient", number, batch, losses: losses, rate: rate)
    }
    try optimizer.step(learningRate: rate)
    try optimizer.clearGradients()
    return StepLosses(
      total: total,
      classification: try losses.classification.item(),
      box: try losses.box.item(),
      gradientNorm: norm,
      foregroundCount: losses.foregroundCount
    )
  }

  private func nonFinite(
    _ what: String,
    _ step: Int,
    _ batch: TrainingBatch,
    losses: DetectionLosses,
    rate: Double
  ) -> TrainingError {
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

  /// Scores the validation set, keeps the best weights, and returns the pictures that could not be used.
  private func evaluate(
    model: RetinaNet,
    average: ExponentialMovingAverage?,
    precision: ArithmeticPrecision,
    state: inout TrainingState,
    log: MetricsLog,
    observe: (TrainingEvent) throws -> Void
  ) throws -> [DatasetProblem] {
    let total = validation.samples.count
    let evaluation = try withWeights(of: average) {
      try ModelFile.write(model, to: folder.last)
      return try ModelEvaluation.run(
        model: model,
        dataset: validation,
        precision: precision,
        workers: max(1, recipe.workers),
        onBadData: recipe.onBadData
      ) { try observe(.evaluating(done: $0, total: total)) }
    }
    let ap = evaluation.result.summary.AP
    let isBest = ap > (state.bestAP ?? -.infinity)
    if isBest {
      state.bestAP = ap
      state.bestEpoch = state.epoch
      try ModelFile.replace(folder.best, withCopyOf: folder.last)
    }
    let report = TrainingEvaluation(
      step: state.step,
      epoch: state.epoch,
      result: evaluation.result,
      seconds: evaluation.seconds,
      isBest: isBest
    )
    try log.append(report.metrics)
    try observe(.evaluated(report))
    return evaluation.skipped
  }

  private var data: TrainedData {
    TrainedData(pictures: training.samples.count, categories: training.categories.map(\.name))
  }

  /// Runs `body` with the averaged weights in the model, where an average is kept; the trained ones are put back.
  private func withWeights<Result>(
    of average: ExponentialMovingAverage?,
    _ body: () throws -> Result
  ) throws -> Result {
    guard let average else { return try body() }
    return try average.withAverages(body)
  }

  private func optimizer(for model: RetinaNet) throws -> any Optimizer {
    let settings = recipe.optimizer
    let groups = ParameterGroup.withoutDecayOfVectors(
      model.parameters,
      weightDecay: settings.weightDecay
    )
    switch settings.kind {
    case .sgd:
      return try SGD(groups, momentum: settings.momentum, nesterov: settings.nesterov)
    case .adamw:
      return try AdamW(groups, beta1: settings.momentum)
    }
  }

  private var modelConfiguration: RetinaNetConfiguration {
    recipe.configuration(
      categories: training.categories.map(\.name),
      categoryIDs: training.categories.map(\.id)
    )
  }

  private var loaderConfiguration: BatchLoaderConfiguration {
    let model = modelConfiguration
    var configuration = BatchLoaderConfiguration(
      batchSize: recipe.schedule.batchSize,
      resize: model.input.resize
    )
    configuration.workers = recipe.workers
    configuration.queueDepth = max(4, recipe.workers * 2)
    configuration.seed = recipe.seed
    configuration.mean = model.input.mean
    configuration.standardDeviation = model.input.standardDeviation
    configuration.augmentation = recipe.augmentation
    configuration.anchors = model.anchors
    configuration.matcher = model.matcher
    configuration.coder = model.boxCoder
    configuration.onBadData = recipe.onBadData
    return configuration
  }
}

extension TrainingRecipe.Precision {
  /// What `auto` comes to on this machine.
  package var resolved: ArithmeticPrecision {
    switch self {
    case .auto: .fastest
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
