import BoxGeometry
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Torch
import TorchNN

/// What a trial trains on: one batch of pictures as they are, by a recipe that varies nothing.
struct TrialBatch {
  /// The recipe, less what makes pictures or steps differ.
  let recipe: TrainingRecipe
  let configuration: RetinaNetConfiguration
  let batch: TrainingBatch

  /// Reads the pictures.
  ///
  /// - Parameters:
  ///   - recipe: What is tried.
  ///   - dataset: The pictures, all of them.
  ///   - absence: Told where none can be used: `holds no picture …`.
  /// - Throws: `DatasetError` where none can be used.
  init(_ recipe: TrainingRecipe, over dataset: DetectionDataset, orTell absence: String) throws {
    var recipe = recipe
    if recipe.threads > 0 { try TorchRuntime.setThreads(recipe.threads) }
    recipe.input.trainingShortSides = []
    recipe.augmentation = .off
    recipe.sampling.repeatThreshold = 0
    recipe.workers = 0
    recipe.schedule.batchSize = max(1, dataset.samples.count)
    recipe.schedule.accumulation = 1
    self.recipe = recipe
    configuration = recipe.configuration(
      categories: dataset.categories.map(\.name),
      categoryIDs: dataset.categories.map(\.id)
    )
    let loader = BatchLoader(
      dataset: dataset,
      configuration: recipe.batches(for: configuration),
      epoch: 0
    )
    defer { loader.cancel() }
    guard let batch = try loader.next() else {
      throw DatasetError(.noUsablePicture, file: dataset.location, message: absence)
    }
    self.batch = batch
  }

  /// A network as training begins with it.
  ///
  /// - Parameter prepare: Gives the network the weights that it starts from.
  /// - Returns: The network.
  /// - Throws: `TorchError`, and what `prepare` throws.
  func model(prepare: (RetinaNet) throws -> Void) throws -> RetinaNet {
    var generator = SplitMix64(mixing: recipe.seed, 0x6D6F_6465_6C)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try prepare(model)
    try model.freeze(matching: recipe.model.freeze)
    try model.fixStatisticsOfFrozenParts()
    return model
  }

  /// The losses of the batch, as training computes them.
  func losses(by model: RetinaNet) throws -> DetectionLosses {
    let outputs = try recipe.precision.resolved.training { try model(pictures, mode: .training) }
    var average = ForegroundAverage()
    return try configuration.losses(of: outputs, targets: batch.targets, average: &average)
  }

  /// The pictures as the network takes them.
  private var pictures: Tensor {
    get throws {
      try Tensor.channelsLast(
        nhwc: batch.pixels,
        images: batch.count,
        height: batch.height,
        width: batch.width,
        channels: 3
      )
    }
  }

  /// What the network finds in the first picture, best first.
  func detections(by model: RetinaNet) throws -> [ScoredBox] {
    try recipe.precision.resolved.inference {
      try model.detections(
        in: pictures,
        sizes: batch.origins.map { ($0.width, $0.height) }
      )
    }
    .first ?? []
  }
}
