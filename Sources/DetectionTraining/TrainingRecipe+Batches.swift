import DetectionDatasets
import DetectionModels

extension TrainingRecipe {
  /// How pictures become batches for a model.
  ///
  /// - Parameter model: The model's configuration.
  /// - Returns: What a batch loader is told.
  func batches(for model: RetinaNetConfiguration) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: schedule.batchSize,
      resize: model.input.resize
    )
    configuration.workers = workers
    configuration.queueDepth = max(4, workers * 2)
    configuration.seed = seed
    (configuration.mean, configuration.standardDeviation) = model.input.normalization
    configuration.augmentation = augmentation
    configuration.anchors = model.anchors
    configuration.matcher = model.matcher
    configuration.coder = model.boxCoder
    configuration.onBadData = onBadData
    return configuration
  }

  /// Steps that go once over so many pictures; the last may be smaller.
  func stepsPerEpoch(pictures: Int) -> Int {
    (pictures + schedule.batchSize - 1) / schedule.batchSize
  }
}
