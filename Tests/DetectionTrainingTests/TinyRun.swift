import BoxGeometry
import DetectionDatasets
import DetectionModels
import DetectionTraining
import Foundation
import RunLogs

/// A run of seconds: six pictures of 96x64, three steps an epoch, the smallest network that has every part.
enum TinyRun {
  static let training = dataset(count: 6, seed: 1)
  static let validation = dataset(count: 2, seed: 2)

  static func dataset(count: Int, seed: UInt64) -> DetectionDataset {
    var configuration = SyntheticConfiguration()
    configuration.width = 96
    configuration.height = 64
    configuration.smallestObject = 16
    configuration.largestObject = 40
    configuration.maximumObjects = 2
    configuration.emptyFraction = 0
    do {
      return try DetectionDataset.synthetic(
        count: count,
        seed: seed,
        configuration: configuration
      )
    } catch {
      preconditionFailure("\(error)")
    }
  }

  static var recipe: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.backbone = .resnet18
    recipe.model.width = 8
    recipe.model.pyramidChannels = 16
    recipe.model.headDepth = 1
    recipe.input.shortSide = 64
    recipe.input.longSideCap = 96
    recipe.anchors.sizes = [16, 32, 64, 128, 256]
    recipe.anchors.lowQualityMatches = .always
    recipe.augmentation.scaleJitter = 0.8...1.25
    recipe.augmentation.translation = 0.1
    recipe.schedule.epochs = 2
    recipe.schedule.batchSize = 2
    recipe.schedule.warmupImages = 2
    recipe.schedule.decay = .cosine
    recipe.optimizer.learningRatePer16Images = 0.08
    recipe.optimizer.ema = 0.9
    recipe.checkpoint.everySteps = 1
    recipe.checkpoint.keep = 3
    recipe.precision = .float32
    recipe.workers = 1
    // Threads that wait for each other cost a busy machine more than these small networks gain.
    recipe.threads = 1
    return recipe
  }

  static func trainer(_ recipe: TrainingRecipe, in folder: RunFolder) throws -> Trainer {
    try Trainer(recipe: recipe, training: training, validation: validation, folder: folder)
  }

  /// A run from its beginning, stopped after so many steps of this process.
  @discardableResult
  static func start(
    _ recipe: TrainingRecipe = recipe,
    in folder: RunFolder,
    stoppingAfter steps: Int = .max,
    observe: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    try folder.create()
    return try go(recipe, in: folder, resuming: false, stoppingAfter: steps, observe: observe)
  }

  @discardableResult
  static func resume(
    _ recipe: TrainingRecipe = recipe,
    in folder: RunFolder,
    stoppingAfter steps: Int = .max,
    observe: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    try go(recipe, in: folder, resuming: true, stoppingAfter: steps, observe: observe)
  }

  private static func go(
    _ recipe: TrainingRecipe,
    in folder: RunFolder,
    resuming: Bool,
    stoppingAfter steps: Int,
    observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    var taken = 0
    return try trainer(recipe, in: folder).run(
      resuming: resuming,
      shouldStop: { taken >= steps },
      observe: { event in
        if case .step = event { taken += 1 }
        try observe(event)
      }
    )
  }
}

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func run(_ name: String = "run") -> RunFolder { RunFolder(url.appendingPathComponent(name)) }
}

extension RunFolder {
  /// The checkpoints' names, oldest first.
  func checkpointNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: checkpoints.path).sorted()
  }

  /// The lines of the metrics without what depends on the clock.
  func timelessMetrics() throws -> [MetricsEntry] {
    try MetricsLog.contents(of: metrics).entries.map { entry in
      var timeless = entry
      timeless["seconds"] = nil
      timeless["dataSeconds"] = nil
      timeless["memoryMiB"] = nil
      timeless["lensSeconds"] = nil
      return timeless
    }
  }
}
