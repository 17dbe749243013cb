import BoxGeometry
import COCOEvaluation
import COCOFormat
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Foundation
import Raster
import RunLogs
import Testing

/// Serialized, as each of these occupies every core.
@Suite(.serialized) struct TrainerTests {
  /// What the uninterrupted run leaves.
  private struct Reference {
    let final: Data
    let best: Data
    let last: Data
    let metrics: [MetricsEntry]
    let outcome: TrainingOutcome
    let events: [String]
  }

  private static let reference = Result { try makeReference() }

  private static func makeReference() throws -> Reference {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var events: [String] = []
    let outcome = try TinyRun.start(in: folder) { event in
      switch event {
      case .started(let start): events.append("start \(start.startStep)/\(start.totalSteps)")
      case .step(let step): events.append("step \(step.step)")
      case .evaluating: break
      case .evaluated(let evaluation): events.append("evaluated \(evaluation.epoch)")
      case .saved(let step): events.append("saved \(step)")
      }
    }
    return Reference(
      final: try Data(contentsOf: folder.final),
      best: try Data(contentsOf: folder.best),
      last: try Data(contentsOf: folder.last),
      metrics: try folder.timelessMetrics(),
      outcome: outcome,
      events: events
    )
  }

  /// Whether a folder holds what an uninterrupted run leaves.
  private func expectReference(
    in folder: RunFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let reference = try Self.reference.get()
    // Not by ==, which would print megabytes.
    let isFinal = try Data(contentsOf: folder.final) == reference.final
    #expect(isFinal, "final.safetensors", sourceLocation: sourceLocation)
    let isBest = try Data(contentsOf: folder.best) == reference.best
    #expect(isBest, "best.safetensors", sourceLocation: sourceLocation)
    #expect(try folder.timelessMetrics() == reference.metrics, sourceLocation: sourceLocation)
  }

  @Test func `a run takes its steps, scores each epoch and saves`() throws {
    let reference = try Self.reference.get()
    #expect(
      reference.events == [
        "start 0/6", "step 1", "saved 1", "step 2", "saved 2", "step 3", "evaluated 1", "saved 3",
        "step 4", "saved 4", "step 5", "saved 5", "step 6", "evaluated 2", "saved 6",
      ]
    )
    let outcome = reference.outcome
    #expect(outcome.isComplete && outcome.steps == 6 && outcome.skipped.isEmpty)
    #expect(outcome.bestAP != nil)
    #expect(outcome.seconds >= outcome.stepSeconds && outcome.stepSeconds >= outcome.dataSeconds)
  }

  @Test func `the metrics have one line a step and one an evaluation`() throws {
    let entries = try Self.reference.get().metrics
    #expect(entries.map(\.step) == [1, 2, 3, 3, 4, 5, 6, 6])
    let steps = entries.filter { $0["kind"] == "step" }
    #expect(steps.count == 6)
    for entry in steps {
      #expect(
        entry.keys == [
          "kind", "epoch", "loss", "classificationLoss", "boxLoss", "learningRate",
          "gradientNorm", "foreground", "images",
        ]
      )
      let (total, parts) = (
        entry["loss"]?.number ?? 0,
        (entry["classificationLoss"]?.number ?? 0) + (entry["boxLoss"]?.number ?? 0)
      )
      #expect(total > 0 && abs(total - parts) < 1e-4 * total)
      #expect(entry["images"] == 2)
      #expect((entry["gradientNorm"]?.number ?? 0) > 0)
      #expect((entry["foreground"]?.number ?? 0) > 0)
    }
    #expect(steps.map { $0["epoch"] } == [1, 1, 1, 2, 2, 2])
    let evaluations = entries.filter { $0["kind"] == "evaluation" }
    #expect(evaluations.map { $0["epoch"] } == [1, 2])
    for key in ["AP", "AP50", "AP75", "AR100", "isBest"] {
      #expect(evaluations.allSatisfy { $0[key] != nil }, "\(key)")
    }
    #expect(evaluations.first?["isBest"] == true)
  }

  /// 0.08 for 16 pictures is 0.01 for two; one step of warm-up, then half a cosine over six steps.
  @Test func `each step takes the rate of the schedule`() throws {
    let rates = try Self.reference.get().metrics.compactMap { $0["learningRate"]?.number }
    let expected = [0.1, 0.933_013, 0.75, 0.5, 0.25, 0.066_987].map { 0.01 * $0 }
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-8 }, "\(rates)")
    #expect(rates.count == 6)
  }

  /// After the first step, at the end of an epoch, at the start of the next, before the end of the run.
  @Test(arguments: [1, 3, 4, 6])
  func `a run that was stopped and resumed leaves the bytes of one that was not`(
    steps: Int
  ) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    let outcome = try TinyRun.start(in: folder, stoppingAfter: steps)
    #expect(!outcome.isComplete && outcome.steps == steps)
    #expect(!FileManager.default.fileExists(atPath: folder.final.path))
    #expect(FileManager.default.fileExists(atPath: folder.last.path))
    #expect(try TinyRun.resume(in: folder).isComplete)
    try expectReference(in: folder)
  }

  @Test func `stopping after every step changes nothing either`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var outcome = try TinyRun.start(in: folder, stoppingAfter: 1)
    var processes = 1
    while !outcome.isComplete, processes < 10 {
      outcome = try TinyRun.resume(in: folder, stoppingAfter: 1)
      processes += 1
    }
    #expect(outcome.isComplete)
    try expectReference(in: folder)
  }

  /// Neither after the first epoch nor after the last is a score lost or taken twice.
  @Test(arguments: [1, 2])
  func `a run that was stopped while it scored does so again when it is resumed`(
    epoch: Int
  ) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    var events: [String] = []
    var shouldStop = false
    let outcome = try TinyRun.trainer(TinyRun.recipe, in: folder).run(shouldStop: { shouldStop }) {
      event in
      switch event {
      case .evaluating where events.count(where: { $0 == "step" }) == 3 * epoch: shouldStop = true
      case .step: events.append("step")
      case .evaluated: events.append("evaluated")
      case .started, .evaluating, .saved: break
      }
    }
    #expect(!outcome.isComplete && outcome.steps == 3 * epoch)
    #expect(events.count { $0 == "evaluated" } == epoch - 1)
    #expect(!FileManager.default.fileExists(atPath: folder.final.path))
    #expect(try folder.checkpointNames().last == "step-000000000\(3 * epoch)")
    // The weights in training, and not their averages, are back in the model that was saved.
    #expect(try TinyRun.resume(in: folder).isComplete)
    try expectReference(in: folder)
  }

  private struct Killed: Error {}

  /// A process that dies leaves what was written before; the next one may not see it twice.
  @Test(arguments: ["step 2", "evaluated 1", "saved 3", "step 6", "evaluated 2"])
  func `a run that died is resumed without a trace`(place: String) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    #expect(throws: Killed.self) {
      try TinyRun.start(in: folder) { event in
        switch event {
        case .step(let step) where "step \(step.step)" == place: throw Killed()
        case .evaluated(let evaluation) where "evaluated \(evaluation.epoch)" == place:
          throw Killed()
        case .saved(let step) where "saved \(step)" == place: throw Killed()
        default: break
        }
      }
    }
    try TinyRun.resume(in: folder)
    try expectReference(in: folder)
  }

  @Test func `a finished run that is resumed writes its end again and nothing else`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder)
    let outcome = try TinyRun.resume(in: folder)
    #expect(outcome.isComplete && outcome.steps == 6)
    try expectReference(in: folder)
  }

  @Test func `without averages, momentum or checkpoints between epochs it resumes as well`() throws
  {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.optimizer.ema = 0
    recipe.optimizer.momentum = 0
    recipe.checkpoint.everySteps = 0
    recipe.evaluation.everyEpochs = 2
    let (whole, stopped) = (temporary.run("whole"), temporary.run("stopped"))
    try TinyRun.start(recipe, in: whole)
    #expect(try whole.checkpointNames() == ["step-0000000003", "step-0000000006"])
    #expect(try whole.timelessMetrics().count { $0["kind"] == "evaluation" } == 1)
    try TinyRun.start(recipe, in: stopped, stoppingAfter: 2)
    try TinyRun.resume(recipe, in: stopped)
    let isSame = try Data(contentsOf: whole.final) == Data(contentsOf: stopped.final)
    #expect(isSame)
  }

  @Test func `another seed gives other weights`() throws {
    let temporary = try TemporaryFolder()
    var recipe = TinyRun.recipe
    recipe.seed = 1
    recipe.schedule.epochs = 1
    try TinyRun.start(recipe, in: temporary.run())
    let isSame = try Data(contentsOf: temporary.run().last) == Self.reference.get().last
    #expect(!isSame)
  }

  // MARK: - Runs that end badly

  @Test func `a loss that is not finite ends the run with step, pictures and rate`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.optimizer.learningRatePer16Images = 1e30
    recipe.optimizer.gradientClip = 0
    recipe.schedule.warmupImages = 0
    var taken = 0
    var error: TrainingError?
    do {
      try TinyRun.start(recipe, in: folder) { event in
        if case .step = event { taken += 1 }
      }
    } catch let failure as TrainingError {
      error = failure
    }
    let failure = try #require(error)
    #expect(failure.code == .nonFiniteLoss(step: taken + 1))
    #expect(failure.message.contains("step \(taken + 1)"), "\(failure.message)")
    #expect(failure.message.contains(", learning rate 1"), "\(failure.message)")
    let ids = failure.message.matches(of: /images ((?:\d+(?:, )?)+)/).first?.1
    let named = (ids ?? "").split(separator: ", ").compactMap { Int($0) }
    #expect(named.count == 2 && named.allSatisfy { (1...6).contains($0) }, "\(failure.message)")
    // What was reached before can still be looked at.
    #expect(try folder.timelessMetrics().count { $0["kind"] == "step" } == taken)
  }

  @Test func `a loss that is not finite in a later epoch is told by its own step`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 4)
    var recipe = TinyRun.recipe
    recipe.optimizer.learningRatePer16Images = 1e36
    var taken = 4
    var error: TrainingError?
    do {
      try TinyRun.resume(recipe, in: folder) { event in
        if case .step = event { taken += 1 }
      }
    } catch let failure as TrainingError {
      error = failure
    }
    #expect(try #require(error).code == .nonFiniteLoss(step: taken + 1))
    #expect(taken >= 4)
  }

  @Test func `data without pictures or boxes trains nothing`() throws {
    let temporary = try TemporaryFolder()
    var empty = TinyRun.training
    empty.samples = []
    empty.location = "empty.json"
    for (training, validation, name) in [
      (empty, TinyRun.validation, "training"), (TinyRun.training, empty, "validation"),
    ] {
      let error = #expect(throws: TrainingError.self) {
        _ = try Trainer(
          recipe: TinyRun.recipe,
          training: training,
          validation: validation,
          folder: temporary.run()
        )
      }
      #expect(error?.code == .emptyDataset)
      #expect(error?.message.hasPrefix("empty.json: the \(name) data holds no picture") == true)
    }
    var bare = TinyRun.training
    bare.location = "bare.json"
    for index in bare.samples.indices { bare.samples[index].boxes = [] }
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: bare,
        validation: TinyRun.validation,
        folder: temporary.run()
      )
    }
    #expect(error?.message.hasPrefix("bare.json: the training data holds no box") == true)
    let unscored = #expect(throws: TrainingError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: TinyRun.training,
        validation: bare,
        folder: temporary.run()
      )
    }
    #expect(unscored?.code == .emptyDataset)
    #expect(unscored?.message.hasPrefix("bare.json: the validation data holds no box") == true)
  }

  @Test func `a class that the training data lacks is refused by name`() throws {
    let temporary = try TemporaryFolder()
    var other = TinyRun.validation
    let used = try #require(other.samples.first?.groundTruth.first?.categoryID)
    let index = try #require(other.categories.firstIndex { $0.id == used })
    other.categories[index].name = "walrus"
    other.location = "other.json"
    let error = #expect(throws: DatasetError.self) {
      _ = try Trainer(
        recipe: TinyRun.recipe,
        training: TinyRun.training,
        validation: other,
        folder: temporary.run()
      )
    }
    #expect(error?.description.hasPrefix("other.json: class \"walrus\"") == true, "\(error as Any)")
  }

  @Test func `a picture that breaks under way is left out and told`() throws {
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.training.write(to: data)
    let training = try DetectionDataset.load(data.appendingPathComponent("annotations.json").path)
    guard case .file(let picture) = training.samples[2].source else {
      Issue.record("expected a file")
      return
    }
    try Data(contentsOf: picture).prefix(200).write(to: picture)
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 1
    recipe.onBadData = .skip
    func trainer(_ name: String) throws -> Trainer {
      let folder = temporary.run(name)
      try folder.create()
      return try Trainer(
        recipe: recipe,
        training: training,
        validation: TinyRun.validation,
        folder: folder
      )
    }
    let outcome = try trainer("skip").run { _ in }
    #expect(outcome.isComplete && outcome.steps == 3)
    #expect(outcome.skipped.count == 1)
    #expect(outcome.skipped.first?.contains(picture.lastPathComponent) == true)

    recipe.onBadData = .stop
    let error = #expect(throws: DatasetError.self) { try trainer("stop").run { _ in } }
    #expect(error?.file.contains(picture.lastPathComponent) == true)
  }

  @Test func `validation pictures that cannot be used are told, those absent from the start too`()
    throws
  {
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.dataset(count: 4, seed: 2).write(to: data)
    let file = data.appendingPathComponent("annotations.json").path
    func picture(_ index: Int) throws -> URL {
      guard case .file(let url) = try DetectionDataset.load(file).samples[index].source else {
        throw CocoaError(.fileNoSuchFile)
      }
      return url
    }
    let (absent, broken) = (try picture(0), try picture(2))
    try FileManager.default.removeItem(at: absent)
    let validation = try DetectionDataset.load(file, onBadData: .skip)
    try Data(contentsOf: broken).prefix(200).write(to: broken)
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 1
    recipe.onBadData = .skip
    let folder = temporary.run()
    try folder.create()
    let outcome = try Trainer(
      recipe: recipe,
      training: TinyRun.training,
      validation: validation,
      folder: folder
    ).run { _ in }
    #expect(outcome.skipped.count == 2, "\(outcome.skipped)")
    for name in [absent, broken].map(\.lastPathComponent) {
      #expect(outcome.skipped.contains { $0.contains(name) }, "\(outcome.skipped)")
    }
  }

  @Test func `a run is not resumed with other data`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 1)
    let before = try Data(contentsOf: folder.metrics)
    var fewer = TinyRun.training
    fewer.samples.removeLast()
    var renamed = TinyRun.training
    renamed.categories.append(DatasetCategory(id: 99, name: "walrus"))
    for (training, found) in [(fewer, "found 5 pictures"), (renamed, "walrus")] {
      let error = #expect(throws: TrainingError.self) {
        try Trainer(
          recipe: TinyRun.recipe,
          training: training,
          validation: TinyRun.validation,
          folder: folder
        ).run(resuming: true) { _ in }
      }
      #expect(error?.code == .wrongData)
      #expect(error?.message.contains("it had 6 pictures") == true, "\(error as Any)")
      #expect(error?.message.contains(found) == true, "\(error as Any)")
    }
    #expect(try Data(contentsOf: folder.metrics) == before)
  }

  @Test func `a second trainer is kept out of a run that is under way`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var refusals: [TrainingError] = []
    try TinyRun.start(in: folder, stoppingAfter: 1) { event in
      guard case .started = event else { return }
      for attempt in [{ try TinyRun.start(in: folder) }, { try TinyRun.resume(in: folder) }] {
        do {
          _ = try attempt()
        } catch let error as TrainingError {
          refusals.append(error)
        }
      }
    }
    #expect(refusals.map(\.code) == [.folderInUse, .folderInUse])
    #expect(refusals.allSatisfy { $0.message.hasPrefix("\(folder.url.path): another process") })
    #expect(try TinyRun.resume(in: folder).isComplete)
  }

  @Test func `a folder that cannot be resumed from is named`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try folder.create()
    let error = #expect(throws: TrainingError.self) { try TinyRun.resume(in: folder) }
    #expect(error?.code == .nothingToResume)
    #expect(error?.message.hasPrefix(folder.checkpoints.path) == true)
  }

  /// Group norm takes its statistics over the padding too.
  @Test func `the scores of a picture do not depend on its neighbours`() throws {
    var recipe = TinyRun.recipe
    recipe.model.norm = .group
    recipe.model.headNorm = .group
    var configuration = recipe.configuration(
      categories: TinyRun.training.categories.map(\.name),
      categoryIDs: TinyRun.training.categories.map(\.id)
    )
    configuration.detection.scoreThreshold = 0
    var generator = SplitMix64(state: 3)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    let temporary = try TemporaryFolder()
    let data = temporary.url.appendingPathComponent("data")
    try TinyRun.dataset(count: 4, seed: 2).write(to: data)
    let file = data.appendingPathComponent("annotations.json").path
    guard case .file(let picture) = try DetectionDataset.load(file).samples[1].source else {
      Issue.record("expected a file")
      return
    }
    try RasterImage(width: 64, height: 64, red: 90, green: 120, blue: 150).write(to: picture)
    let dataset = try DetectionDataset.load(file)
    let together = try ModelEvaluation.run(model: model, dataset: dataset, precision: .float32)
    let detector = Detector(model: model, precision: .float32)
    for sample in dataset.samples {
      let alone = try detector.detections(in: dataset.image(of: sample)).map(\.score)
      let scores = together.detections.filter { $0.imageID == sample.imageID }.map(\.score)
      #expect(scores.count == alone.count)
      // A batch of another size may round otherwise.
      let isClose = zip(scores, alone).allSatisfy { abs($0 - Double($1)) < 1e-5 }
      #expect(isClose, "image \(sample.imageID)")
    }
    #expect(together.detections.map(\.imageID) == together.detections.map(\.imageID).sorted())
  }

  @Test func `the final model detects as the trained one was scored`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder)
    let detector = try Detector(contentsOf: folder.final, precision: .float32, scoreThreshold: 0)
    #expect(detector.model.configuration.categories == TinyRun.training.categories.map(\.name))
    #expect(detector.model.configuration.categoryIDs == TinyRun.training.categories.map(\.id))
    let evaluation = try ModelEvaluation.run(
      model: detector.model,
      dataset: TinyRun.validation,
      precision: .float32,
      batchSize: 1
    )
    #expect(evaluation.result.images == 2 && evaluation.skipped.isEmpty)
    for sample in TinyRun.validation.samples {
      let image = try TinyRun.validation.image(of: sample)
      let found = try detector.detections(in: image).map {
        COCODetection(
          imageID: sample.imageID,
          categoryID: TinyRun.validation.categories[$0.label].id,
          box: COCOBox($0.box),
          score: Double($0.score)
        )
      }
      let scored = evaluation.detections.filter { $0.imageID == sample.imageID }
      #expect(!scored.isEmpty)
      #expect(scored.map(\.categoryID) == found.map(\.categoryID))
      #expect(scored.map(\.score) == found.map(\.score))
    }
  }
}
