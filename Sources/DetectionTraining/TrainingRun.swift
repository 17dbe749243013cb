import BoxGeometry
import DetectionDatasets
import DetectionInference
import DetectionModels
import RunLogs
import Torch
import TorchNN

/// A run under way: the network, what moves its weights, how far it has come, and where that is kept.
final class TrainingRun {
  let recipe: TrainingRecipe
  let folder: RunFolder
  let precision: ArithmeticPrecision
  let model: RetinaNet
  let optimizer: any Optimizer
  /// Worker 0's alone, as all that is written.
  let log: MetricsLog?
  let schedule: LearningRateSchedule
  let totalSteps: Int
  let workers: any WorkerGroup
  let buffers: KeptBuffers
  let lens: ImbalanceLens
  /// `nil` where another worker writes.
  let files: RunFiles?

  var state: TrainingState
  /// Time spent in steps, in seconds.
  var stepSeconds = 0.0
  /// Of this, waiting for data.
  var dataSeconds = 0.0
  /// The pictures that could not be used.
  var leftOut: Set<DatasetProblem> = []

  /// What is wrong with newer checkpoints than the one that the run goes on from.
  let refusedCheckpoints: [String]
  /// What is wrong with the metrics of a run that goes on.
  private let logFaults: [String]
  /// Whether the run had come to its end before this process.
  private let wasOver: Bool

  /// `nil` where the recipe keeps none.
  private let average: ExponentialMovingAverage?
  private let training: DetectionDataset
  /// `nil` where the recipe keeps no decoded pictures.
  private let cache: PictureCache?
  private let lock: RunLock?
  private let started = ContinuousClock.now
  /// What earlier processes of the run took.
  private let secondsBefore: Double

  /// Begins a run, or takes up one that was begun.
  ///
  /// - Parameters:
  ///   - recipe: What to do.
  ///   - training: What to learn from.
  ///   - validation: What it is scored on, where that is to stay the same.
  ///   - folder: Where everything goes; kept from other trainers while this value lives.
  ///   - workers: Who shares the work.
  ///   - resuming: Whether to go on from the newest whole checkpoint.
  ///   - prepare: Gives a new run's network the weights that it starts from; a resumed one has its own.
  /// - Throws: ``TrainingError`` where another trainer holds the folder or no checkpoint can be read; errors of files.
  init(
    _ recipe: TrainingRecipe,
    on training: DetectionDataset,
    scoredOn validation: DetectionDataset? = nil,
    in folder: RunFolder,
    workers: any WorkerGroup = SoleWorker(),
    resuming: Bool,
    prepare: (RetinaNet) throws -> Void
  ) throws {
    (self.recipe, self.training, self.folder, self.workers) = (recipe, training, folder, workers)
    guard workers.count <= recipe.schedule.batchSize else {
      throw TrainingError(
        code: .unusableRecipe,
        message: "found \(workers.count) workers for schedule.batchSize "
          + "\(recipe.schedule.batchSize), which they share: expected a picture of each step for "
          + "each; start fewer, or train with a larger batch"
      )
    }
    lock = try workers.isFirst ? RunLock(folder) : nil
    // Whoever starts several workers on a machine may have set one thread for each, as torchrun does.
    let threads = recipe.threads > 0 ? recipe.threads : workers.processors
    if let threads { try TorchRuntime.setThreads(threads) }
    precision = recipe.precision.resolved
    var generator = SplitMix64(mixing: recipe.seed, 0x6D6F_6465_6C)
    model = try RetinaNet(
      configuration: recipe.configuration(
        categories: training.categories.map(\.name),
        categoryIDs: training.categories.map(\.id)
      ),
      using: &generator
    )
    if !resuming, workers.isFirst { try prepare(model) }
    try model.freeze(matching: recipe.model.freeze)
    try model.fixStatisticsOfFrozenParts()
    buffers = try KeptBuffers(of: model)
    optimizer = try recipe.optimizer.optimizer(of: model)
    average = try recipe.optimizer.average(of: model)
    let checkpoints = CheckpointStore(folder: folder.checkpoints, keep: recipe.checkpoint.keep)
    let data = TrainedData(
      pictures: training.samples.count,
      categories: training.categories.map(\.name),
      training: training.annotationDigest,
      validation: validation?.annotationDigest
    )
    var refused: [String] = []
    if resuming, workers.isFirst {
      (state, refused) = try checkpoints.restore(
        model: model,
        optimizer: optimizer,
        average: average,
        data: data,
        recipe: recipe
      )
    } else {
      state = TrainingState()
    }
    refusedCheckpoints = refused
    state = try workers.first(state)
    state.data = data
    state.recipe = try RecipeYAML.text(recipe)
    try workers.broadcast(
      model.state.map(\.tensor) + optimizer.state.map(\.tensor)
        + (average?.averages.map(\.tensor) ?? [])
    )
    average?.updateCount = try workers.first(average?.updateCount ?? 0)
    try workers.join(model)
    secondsBefore = state.seconds
    let (step, isScored) = (state.step, state.batch == 0)
    log =
      try workers.isFirst
      ? MetricsLog(resuming: folder.metrics) { entry in
        // Where the last batch of an epoch was the last thing saved, its evaluation is made again.
        entry.step < step || entry.step == step && (isScored || entry["kind"] != "evaluation")
      } : nil
    let earlier =
      try resuming && workers.isFirst ? MetricsLog.contents(of: folder.metrics) : nil
    logFaults = earlier?.faults(in: folder.metrics, throughStep: step) ?? []
    lens = ImbalanceLens(
      recipe,
      configuration: model.configuration,
      folder: folder,
      workers: workers,
      earlier: earlier?.entries ?? []
    )
    files =
      try workers.isFirst
      ? RunFiles(
        folder,
        checkpoints,
        configuration: model.configuration,
        snapshot: StateSnapshot(model: model, optimizer: optimizer, average: average)
      ) : nil
    totalSteps = recipe.stepsPerEpoch(of: training) * recipe.schedule.epochs
    guard recipe.lens.saveLogitsAtStep <= totalSteps else {
      throw TrainingError(
        code: .unusableRecipe,
        message: "lens.saveLogitsAtStep: found \(recipe.lens.saveLogitsAtStep), expected at most "
          + "\(totalSteps), the steps of this run"
      )
    }
    wasOver = resuming && recipe.isOver(state)
    cache = recipe.pictureCache()
    schedule = recipe.learningRateSchedule(totalSteps: totalSteps)
  }

  /// What the run consists of.
  var start: TrainingStart {
    func count(isTrained: Bool) -> Int {
      model.parameters.filter { $0.tensor.requiresGradient == isTrained }
        .reduce(0) { $0 + $1.tensor.count }
    }
    return TrainingStart(
      parameterCount: count(isTrained: true),
      frozenCount: count(isTrained: false),
      images: training.samples.count,
      boxes: training.boxCount,
      stepsPerEpoch: recipe.stepsPerEpoch(of: training),
      totalSteps: totalSteps,
      startStep: state.step,
      peakLearningRate: schedule.baseRate,
      precision: precision.rawValue,
      threads: TorchRuntime.threads,
      processes: workers.count,
      logFaults: logFaults,
      refusedCheckpoints: refusedCheckpoints
    )
  }

  /// What is left of an epoch.
  func batches(ofEpoch epoch: Int) -> BatchLoader {
    var configuration = recipe.batches(for: model.configuration)
    configuration.share = BatchShare(rank: workers.rank, count: workers.count)
    return BatchLoader(
      dataset: training,
      configuration: configuration,
      epoch: epoch,
      startingAt: state.batch,
      cache: cache
    )
  }

  /// Whether every epoch was trained, or the run ends before.
  var isOver: Bool { recipe.isOver(state) }

  /// Whether the validation set is scored after this epoch: each so many, and the last.
  var isEvaluationDue: Bool {
    let done = state.epoch + 1
    return done == recipe.schedule.epochs || done % recipe.evaluation.everyEpochs == 0
  }

  /// Whether the recipe has the state saved after this step.
  var isSaveDue: Bool {
    recipe.checkpoint.everySteps > 0 && state.step % recipe.checkpoint.everySteps == 0
  }

  /// Goes on to the next epoch.
  func endEpoch() {
    state.epoch += 1
    state.batch = 0
  }

  /// Moves the averaged weights after a step.
  func updateAverage() throws { try average?.update() }

  /// Runs `body` with the averaged weights in the model, where an average is kept; the trained ones are put back.
  func withAveragedWeights<Result>(_ body: () throws -> Result) throws -> Result {
    guard let average else { return try body() }
    return try average.withAverages(body)
  }

  /// Has all that the steps to come depend on written, as it is now; worker 0 does so.
  ///
  /// - Throws: What earlier writing threw.
  func save() throws {
    state.seconds = secondsBefore + seconds
    try files?.save(state)
  }

  /// Writes the final weights, if the run has come to its end, waits for all writing, and sums the run up.
  func finish() throws -> TrainingOutcome {
    for more in try workers.all(Array(leftOut)) { leftOut.formUnion(more) }
    if isOver { try files?.writeFinal(step: state.step) }
    try files?.finish()
    return TrainingOutcome(
      isComplete: isOver,
      wasComplete: wasOver,
      steps: state.step,
      bestAP: state.bestAP,
      bestEpoch: state.bestEpoch,
      endedEarly: isOver ? state.earlyStop?.reason : nil,
      seconds: seconds,
      stepSeconds: stepSeconds,
      dataSeconds: dataSeconds,
      skipped: Set(leftOut.map(\.description)).sorted()
    )
  }

  /// Wall time of this process's part of the run.
  private var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }
}

extension TrainingRecipe {
  /// Whether a state is the end of a run.
  fileprivate func isOver(_ state: TrainingState) -> Bool {
    state.epoch >= schedule.epochs || state.earlyStop?.reason != nil
  }
}
