import DetectionDatasets
import DetectionModels
import Foundation
import RunLogs
import Testing
import Torch
import TorchDistributed
import TorchNN

@testable import DetectionTraining

/// What several workers make of a recipe against what one makes of it.
@Suite(.serialized) struct WorkersTests {
  private static func dataset(count: Int, emptyFraction: Double = 0.25) throws -> DetectionDataset {
    var configuration = SyntheticConfiguration()
    configuration.width = 96
    configuration.height = 64
    configuration.smallestObject = 16
    configuration.largestObject = 40
    configuration.maximumObjects = 2
    configuration.emptyFraction = emptyFraction
    return try DetectionDataset.synthetic(count: count, seed: 5, configuration: configuration)
  }

  private static func recipe(norm: BackboneNorm = .batch) -> TrainingRecipe {
    var recipe = TinyRun.recipe
    recipe.model.norm = norm
    recipe.schedule.batchSize = 8
    recipe.schedule.epochs = 2
    recipe.checkpoint.everySteps = 0
    recipe.evaluation.everyEpochs = 1
    return recipe
  }

  /// Trains with so many workers; how each ended.
  private static func train(
    _ recipe: TrainingRecipe,
    on training: DetectionDataset,
    workers count: Int,
    in folder: RunFolder,
    resuming: Bool = false,
    stoppingAfter steps: Int = .max
  ) throws -> [Result<TrainingOutcome, any Error>] {
    if !resuming { try folder.create() }
    return try TinyTeam.run(count) { workers, _ in
      var taken = 0
      return try Trainer(
        recipe: recipe,
        training: training,
        validation: TinyRun.validation,
        folder: folder
      ).run(
        with: workers,
        resuming: resuming,
        shouldStop: {
          taken += 1
          // One asks, all stop.
          return workers.rank == count - 1 && taken >= steps
        },
        observe: { _ in }
      )
    }
  }

  private static func losses(in folder: RunFolder, kind: String = "step") throws -> [Double] {
    try folder.timelessMetrics().filter { $0["kind"] == .text(kind) }.compactMap {
      if case .number(let value)? = $0[kind == "step" ? "loss" : "AP"] { value } else { nil }
    }
  }

  private static func worst(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) / max(abs($1), 1e-6) }.max() ?? .infinity
  }

  /// Where a course runs wild, the last bit of a sum grows to a tenth of the loss in fifty steps, with workers or
  /// without; batch norm over a few dozen values takes the smaller steps for that.
  @Test(arguments: [(BackboneNorm.batch, 0.0004), (.group, 0.002)])
  func `two workers take the course of one, over fifty steps`(
    norm: BackboneNorm,
    rate: Double
  ) throws {
    let files = try TemporaryFolder()
    var recipe = Self.recipe(norm: norm)
    recipe.optimizer.learningRatePer16Images = rate
    recipe.schedule.epochs = 10
    recipe.evaluation.everyEpochs = 10
    let training = try Self.dataset(count: 40)
    for count in [1, 2] {
      let ends = try Self.train(recipe, on: training, workers: count, in: files.run("\(count)"))
      for end in ends { #expect(try end.get().isComplete) }
    }
    let alone = try Self.losses(in: files.run("1"))
    #expect(alone.count == 50)
    #expect(Self.worst(try Self.losses(in: files.run("2")), alone) <= 1e-4)
  }

  @Test func `a worker without a picture keeps nobody waiting`() throws {
    let files = try TemporaryFolder()
    // The second batch of each epoch has one picture for three workers.
    let training = try Self.dataset(count: 9, emptyFraction: 0)
    for count in [1, 3] {
      let ends = try Self.train(
        Self.recipe(),
        on: training,
        workers: count,
        in: files.run("\(count)")
      )
      for end in ends { #expect(try end.get().isComplete) }
    }
    let alone = try Self.losses(in: files.run("1"))
    #expect(alone.count == 4)
    #expect(Self.worst(try Self.losses(in: files.run("3")), alone) <= 1e-4)
    let evaluations = try Self.losses(in: files.run("1"), kind: "evaluation")
    #expect(evaluations.count == 2)
    let shared = try Self.losses(in: files.run("3"), kind: "evaluation")
    #expect(zip(shared, evaluations).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test(arguments: DetectionLossConfiguration.Normalizer.allCases)
  func `steps in parts, with every normaliser`(
    normalizer: DetectionLossConfiguration.Normalizer
  ) throws {
    let files = try TemporaryFolder()
    // Batch norm sees parts; the sole worker's are others.
    var recipe = Self.recipe(norm: .group)
    recipe.loss.normalizer = normalizer
    recipe.schedule.accumulation = 2
    recipe.schedule.epochs = 1
    let training = try Self.dataset(count: 10)
    for count in [1, 2] {
      let ends = try Self.train(recipe, on: training, workers: count, in: files.run("\(count)"))
      for end in ends { #expect(try end.get().isComplete) }
    }
    let found = try Self.losses(in: files.run("2"))
    #expect(Self.worst(found, try Self.losses(in: files.run("1"))) <= 1e-4)
  }

  @Test func `all workers hold equal weights, and only worker 0 writes`() throws {
    let files = try TemporaryFolder()
    let folder = files.run()
    try folder.create()
    let training = try Self.dataset(count: 9)
    let ends = try TinyTeam.run(2) { workers, _ -> [UInt8] in
      // Worker 1 has a folder of its own, in which nothing may appear.
      let own = workers.isFirst ? folder : files.run("other")
      var recipe = Self.recipe()
      // Only worker 0's first weights count.
      recipe.seed = UInt64(workers.rank)
      let run = try TrainingRun(
        recipe,
        on: training,
        in: own,
        workers: workers,
        resuming: false,
        prepare: { _ in }
      )
      let loader = run.batches(ofEpoch: 0)
      while let batch = try loader.next() {
        _ = try run.takeStep(on: run.evened(batch, of: loader), waited: 0)
      }
      return try run.withAveragedWeights { try run.model.state.flatMap { try $0.tensor.bytes() } }
    }
    #expect(try ends[0].get() == ends[1].get())
    #expect(!FileManager.default.fileExists(atPath: files.run("other").url.path))
  }

  @Test func `a run goes on with another number of workers`() throws {
    let files = try TemporaryFolder()
    let training = try Self.dataset(count: 24)
    _ = try Self.train(Self.recipe(), on: training, workers: 1, in: files.run("straight"))
    let folder = files.run("changing")
    let first = try Self.train(
      Self.recipe(),
      on: training,
      workers: 3,
      in: folder,
      stoppingAfter: 2
    )
    for end in first { #expect(try !end.get().isComplete) }
    let second = try Self.train(
      Self.recipe(),
      on: training,
      workers: 2,
      in: folder,
      resuming: true
    )
    for end in second { #expect(try end.get().isComplete) }
    let straight = try Self.losses(in: files.run("straight"))
    #expect(straight.count == 6)
    #expect(Self.worst(try Self.losses(in: folder), straight) <= 1e-4)
  }

  @Test func `the end of one worker ends all with its reason, and the steps are saved`() throws {
    let files = try TemporaryFolder()
    let folder = files.run()
    try folder.create()
    let training = try Self.dataset(count: 24)
    let isOver = DispatchSemaphore(value: 0)
    let ends = try TinyTeam.run(2) { workers, team -> Int in
      defer { if workers.isFirst { isOver.signal() } }
      var taken = 0
      return try Trainer(
        recipe: Self.recipe(),
        training: training,
        validation: TinyRun.validation,
        folder: folder
      ).run(
        with: workers,
        shouldStop: {
          taken += 1
          guard workers.rank == 1, taken == 2 else { return false }
          team?.tell("its disk is full")
          isOver.wait()
          return false
        },
        observe: { _ in }
      ).steps
    }
    for end in ends {
      guard case .failure(let error as TrainingError) = end else {
        Issue.record("expected a TrainingError, found \(end)")
        continue
      }
      #expect(error.code == .workerLost)
      #expect(error.message.contains("worker 1 on"))
      #expect(error.message.contains("its disk is full"))
    }
    #expect(try folder.checkpointNames().map { $0.hasSuffix("2") } == [true])
    let rest = try Self.train(
      Self.recipe(),
      on: training,
      workers: 1,
      in: folder,
      resuming: true
    )
    #expect(try rest[0].get().isComplete)
  }

  @Test func `more workers than pictures of a step are refused`() throws {
    let files = try TemporaryFolder()
    var recipe = Self.recipe()
    recipe.schedule.batchSize = 2
    let ends = try Self.train(
      recipe,
      on: Self.dataset(count: 6),
      workers: 3,
      in: files.run()
    )
    for end in ends {
      guard case .failure(let error) = end else {
        Issue.record("expected an error")
        continue
      }
      #expect("\(error)".contains("found 3 workers for schedule.batchSize 2"))
    }
  }
}
