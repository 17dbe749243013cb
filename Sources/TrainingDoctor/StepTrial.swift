import BoxGeometry
import DetectionDatasets
import DetectionInference
package import DetectionModels
import DetectionTraining
import Torch
import TorchNN

/// One training step at the largest batch: what it needs, and where its loss begins.
package struct StepTrial: Codable, Hashable, Sendable {
  /// Pictures, and their padded size.
  package let pictures: Int
  package let width: Int
  package let height: Int
  package let classificationLoss: Double
  package let boxLoss: Double
  /// What the prior makes of these anchors.
  package let expectedClassificationLoss: Double
  /// The most bytes that tensors occupied at once, weights and optimizer included.
  package let tensorBytes: Int
  /// What the process needs: these, the loader's batches, and the program.
  package let memory: Int

  /// Takes the step; the network is given up afterwards.
  ///
  /// - Parameters:
  ///   - subject: What is trained.
  ///   - prepare: Gives the network the weights that it starts from.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  package init(_ subject: DoctorCase, prepare: (RetinaNet) throws -> Void = { _ in }) throws {
    var recipe = subject.recipe
    if recipe.threads > 0 { try TorchRuntime.setThreads(recipe.threads) }
    let rule = LargestPictures.rule(recipe)
    recipe.input.shortSide = rule.shortSide
    recipe.input.trainingShortSides = []
    recipe.augmentation = .off
    recipe.sampling.repeatThreshold = 0
    recipe.workers = 0
    recipe.schedule.batchSize = subject.picturesAtOnce
    recipe.schedule.accumulation = 1
    let dataset = LargestPictures.of(
      subject.training,
      subject.recipe,
      count: subject.picturesAtOnce
    )
    let configuration = recipe.configuration(
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
      throw DatasetError(
        .noUsablePicture,
        file: dataset.location,
        message: "holds no picture that can be used"
      )
    }
    var found = (classification: 0.0, box: 0.0)
    tensorBytes = try TorchRuntime.peakAllocation {
      found = try Self.losses(of: batch, configuration, recipe, prepare: prepare)
    }
    (classificationLoss, boxLoss) = found
    (pictures, width, height) = (batch.count, batch.width, batch.height)
    let foreground = batch.targets.reduce(0) { $0 + $1.foregroundAnchors.count }
    let background = batch.targets.reduce(0) { sum, target in
      sum + target.classIndices.count { $0 == AnchorTargets.background }
    }
    expectedClassificationLoss = ExpectedFirstLoss.value(
      recipe,
      foreground: Double(foreground),
      background: Double(background),
      logits: configuration.logitsPerAnchor,
      pictures: Double(batch.count)
    )
    let side = LargestPictures.padded(subject.training, subject.recipe)
    memory =
      tensorBytes + (250 << 20)
      + RunSize.loader(subject.recipe, subject.training, side: side)
  }

  /// A step from its network to its update.
  private static func losses(
    of batch: TrainingBatch,
    _ configuration: RetinaNetConfiguration,
    _ recipe: TrainingRecipe,
    prepare: (RetinaNet) throws -> Void
  ) throws -> (classification: Double, box: Double) {
    var generator = SplitMix64(mixing: recipe.seed, 0x6D6F_6465_6C)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try prepare(model)
    try model.freeze(matching: recipe.model.freeze)
    try model.fixStatisticsOfFrozenParts()
    let optimizer = try recipe.optimizer.optimizer(of: model)
    let average = try recipe.optimizer.average(of: model)
    let losses = try Self.losses(of: batch, model, recipe)
    try losses.total.backward()
    try optimizer.step(learningRate: 0)
    try average?.update()
    return (try losses.classification.item(), try losses.box.item())
  }

  /// The losses of a batch, as training computes them.
  static func losses(
    of batch: TrainingBatch,
    _ model: RetinaNet,
    _ recipe: TrainingRecipe
  ) throws -> DetectionLosses {
    let images = try Tensor.channelsLast(
      nhwc: batch.pixels,
      images: batch.count,
      height: batch.height,
      width: batch.width,
      channels: 3
    )
    let outputs = try recipe.precision.resolved.training { try model(images, mode: .training) }
    var average = ForegroundAverage()
    return try model.configuration.losses(
      of: outputs,
      targets: batch.targets,
      average: &average
    )
  }
}
