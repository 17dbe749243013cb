package import DetectionDatasets
package import DetectionModels

extension TrainingRecipe {
  /// How pictures become batches for a model.
  ///
  /// - Parameter model: The model's configuration.
  /// - Returns: What a batch loader is told.
  package func batches(for model: RetinaNetConfiguration) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: schedule.batchSize,
      resize: model.input.resize
    )
    configuration.workers = workers
    configuration.queueDepth = max(4, workers * 2)
    configuration.seed = seed
    configuration.trainingSides = input.trainingSides
    configuration.repeatThreshold = sampling.repeatThreshold
    (configuration.mean, configuration.standardDeviation) = model.input.normalization
    configuration.augmentation = augmentation
    configuration.anchors = model.anchors
    configuration.matcher = model.matcher
    configuration.coder = model.boxCoder
    configuration.onBadData = onBadData
    return configuration
  }

  /// Steps of an epoch, the same for every one of them; the last may be smaller.
  ///
  /// An epoch has every picture once, and those of rare classes as often as they are repeated.
  package func stepsPerEpoch(of dataset: DetectionDataset) -> Int {
    let places = dataset.placesPerEpoch(repeatThreshold: sampling.repeatThreshold)
    return (places + schedule.batchSize - 1) / schedule.batchSize
  }

  /// What keeps decoded pictures from one epoch to the next; `nil` where the recipe keeps none.
  func pictureCache() -> PictureCache? {
    loader.cacheMiB > 0 ? PictureCache(byteLimit: loader.cacheMiB << 20) : nil
  }
}

extension TrainingRecipe.InputSection {
  /// The short sides that training draws from; `nil` where it has one alone.
  package var trainingSides: TrainingSides? {
    trainingShortSides.isEmpty
      ? nil : TrainingSides(trainingShortSides, rule: trainingSideRule, draw: trainingSideDraw)
  }
}
