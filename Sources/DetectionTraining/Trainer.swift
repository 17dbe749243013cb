package import DetectionDatasets
package import DetectionModels
import Torch

/// One training run, from its first step or from its last checkpoint, to its end.
package struct Trainer {
  private let recipe: TrainingRecipe
  private let training: DetectionDataset
  private let validation: DetectionDataset
  private let folder: RunFolder
  private let rehearsed: Int?

  /// - Parameters:
  ///   - recipe: What to do.
  ///   - training: What to learn from; its categories become the model's.
  ///   - validation: What the best weights are chosen by.
  ///   - folder: Where everything goes; made by ``RunFolder/create()`` for a new run.
  ///   - rehearsed: A picture whose pixels are made no numbers, to see what a run does then; `nil` for none.
  /// - Throws: ``TrainingError`` for a dataset without pictures or boxes; `DatasetError` if the categories do not fit.
  package init(
    recipe: TrainingRecipe,
    training: DetectionDataset,
    validation: DetectionDataset,
    folder: RunFolder,
    rehearsingNonFinite rehearsed: Int? = nil
  ) throws {
    try training.checkFitForTraining()
    try validation.checkFitForValidation()
    try recipe.checkFreezing()
    self.recipe = recipe
    self.training = training
    self.validation = try validation.aligned(to: training.categories)
    self.folder = folder
    self.rehearsed = rehearsed
  }

  /// Trains to the end of the schedule, or until asked to stop.
  ///
  /// - Parameters:
  ///   - workers: Who shares the work; worker 0 alone observes and writes.
  ///   - resuming: Whether to go on from the newest whole checkpoint in the folder.
  ///   - prepare: Gives a new run's network the weights that it starts from; a resumed one has its own.
  ///   - shouldStop: Asked after every step, and after every batch of an evaluation; when true, the state is saved
  ///     and the run ends early. An evaluation that was stopped is made again by the run that is resumed.
  ///   - observe: Told what happens.
  /// - Returns: How the run ended.
  /// - Throws: ``TrainingError`` where the loss is not finite or no checkpoint can be read; errors of data and files.
  package func run(
    with workers: any WorkerGroup = SoleWorker(),
    resuming: Bool = false,
    prepare: (RetinaNet) throws -> Void = { _ in },
    shouldStop: () -> Bool = { false },
    observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    let run = try TrainingRun(
      recipe,
      on: training,
      scoredOn: validation,
      in: folder,
      workers: workers,
      resuming: resuming,
      prepare: prepare
    )
    run.leftOut.formUnion(training.problems.filter(\.kind.isPictureLeftOut))
    run.leftOut.formUnion(validation.problems.filter(\.kind.isPictureLeftOut))
    do {
      return try go(run, shouldStop: shouldStop) { if workers.isFirst { try observe($0) } }
    } catch let error as TorchError where error.code == .disconnected {
      throw try lost(run, workers, error)
    }
  }

  /// Saves what the steps so far came to, where the others are gone.
  private func lost(
    _ run: TrainingRun,
    _ workers: any WorkerGroup,
    _ error: TorchError
  ) throws -> TrainingError {
    try run.save()
    try run.files?.finish()
    return TrainingError(
      code: .workerLost,
      message: workers.reason(of: error)
        + (workers.isFirst ? "; what came of \(run.state.step) steps is saved" : "")
    )
  }

  private func go(
    _ run: TrainingRun,
    shouldStop: () -> Bool,
    observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    let workers = run.workers
    func save() throws {
      try run.save()
      try observe(.saved(step: run.state.step))
    }
    func step(
      of run: TrainingRun,
      on batch: TrainingBatch,
      waited: Double
    ) throws -> TrainingStep {
      do {
        return try run.takeStep(on: batch, waited: waited)
      } catch let error as TrainingError {
        // The network is as it was before the step, which a resumed run takes again.
        if case .nonFiniteLoss = error.code {
          try save()
          _ = try run.finish()
        }
        throw error
      }
    }
    try observe(.started(run.start))
    epochs: for epoch in stride(from: run.state.epoch, to: recipe.schedule.epochs, by: 1)
    where !run.isOver {
      let loader = run.batches(ofEpoch: epoch)
      defer {
        loader.cancel()
        run.leftOut.formUnion(loader.skipped)
      }
      var waited = 0.0
      while var batch = try loader.next() {
        if let rehearsed { batch.breakPixels(of: rehearsed) }
        try run.files?.check()
        let step = try step(
          of: run,
          on: run.evened(batch, of: loader),
          waited: loader.waitSeconds - waited
        )
        waited = loader.waitSeconds
        try observe(.step(step))
        if try workers.any(shouldStop()) { break epochs }
        // At the end of an epoch it is saved after the evaluation, which a resumed run then has behind it.
        if run.isSaveDue, run.state.batch < loader.batchCount { try save() }
      }
      if run.isEvaluationDue {
        switch try run.evaluate(on: validation, shouldStop: shouldStop, observe: observe) {
        case .stopped: break epochs
        case .scored(let evaluation?): try observe(.evaluated(evaluation))
        case .scored(nil): break
        }
      }
      run.endEpoch()
      if run.isOver || recipe.checkpoint.everySteps == 0 || run.isSaveDue { try save() }
    }
    // An epoch that was stopped is not over, even behind its last batch: its evaluation comes after the resume.
    if !run.isOver { try save() }
    return try run.finish()
  }
}
