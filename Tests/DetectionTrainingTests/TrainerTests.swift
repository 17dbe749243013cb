import DetectionDatasets
import DetectionTraining
import Foundation
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
        entry.keys.filter { !$0.hasPrefix("lens") } == [
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
}
