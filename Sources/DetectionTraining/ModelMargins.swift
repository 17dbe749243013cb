import BoxGeometry
package import DetectionAnalysis
package import DetectionDatasets
package import DetectionInference
package import DetectionModels
import Torch
import TorchNN

/// What a model's logits are on a dataset, seen from the side of the truth.
package struct ModelMargins: Sendable {
  /// The margins of all logits of all pictures.
  package private(set) var histogram = MarginHistogram()
  /// Pictures that could not be used.
  package private(set) var skipped: [DatasetProblem] = []
  /// Pictures looked at.
  package private(set) var pictureCount = 0

  /// Runs a model over a dataset and assigns its anchors as its training does.
  ///
  /// - Parameters:
  ///   - model: The network; its batch norm uses the running statistics.
  ///   - dataset: Pictures whose categories are aligned to the model's.
  ///   - precision: The number format of the arithmetic.
  ///   - batchSize: Pictures a forward pass.
  ///   - workers: Threads that decode and assign.
  ///   - onBadData: What to do about a picture that cannot be used.
  ///   - progress: Told how many pictures are done; throwing ends the work.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  package init(
    of model: RetinaNet,
    on dataset: DetectionDataset,
    precision: ArithmeticPrecision,
    batchSize: Int = 4,
    workers: Int = 1,
    onBadData: BadDataPolicy = .stop,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: model.configuration.input.resize
    )
    configuration.workers = workers
    configuration.shuffle = false
    configuration.augmentation = .off
    (configuration.mean, configuration.standardDeviation) =
      model.configuration.input.normalization
    configuration.anchors = model.configuration.anchors
    configuration.matcher = model.configuration.matcher
    configuration.coder = model.configuration.boxCoder
    configuration.onBadData = onBadData
    let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: 0)
    defer { loader.cancel() }
    let categories = model.configuration.categories.count
    let background = model.configuration.logitsPerAnchor - categories
    while let batch = try loader.next() {
      let logits = try precision.inference {
        try model(
          Tensor.channelsLast(
            nhwc: batch.pixels,
            images: batch.count,
            height: batch.height,
            width: batch.width,
            channels: 3
          ),
          mode: .inference
        ).logits.narrow(dim: 2, start: background, length: categories).floats()
      }
      logits.withUnsafeBufferPointer {
        histogram.insert(
          logits: $0,
          classIndices: batch.targets.flatMap(\.classIndices),
          categoryCount: categories
        )
      }
      pictureCount += batch.count
      try progress(pictureCount)
    }
    skipped = loader.skipped
  }
}
