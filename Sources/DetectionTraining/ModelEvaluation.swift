package import COCOEvaluation
package import COCOFormat
package import DetectionDatasets
package import DetectionInference
package import DetectionModels
import BoxGeometry
import Torch

/// A model's detections on a dataset, and their score by the COCO protocol.
package struct ModelEvaluation: Sendable {
  /// The detections, in pixels of the original pictures, with the dataset's own ids.
  package let detections: [COCODetection]
  package let result: COCOEvaluationResult
  /// Pictures that could not be used.
  package let skipped: [DatasetProblem]
  /// Wall time in seconds, decoding included.
  package let seconds: Double
}

extension ModelEvaluation {
  /// Runs a model over a dataset and scores it.
  ///
  /// - Parameters:
  ///   - model: The network; its batch norm uses the running statistics.
  ///   - dataset: Pictures whose categories are aligned to the model's.
  ///   - precision: The number format of the arithmetic.
  ///   - batchSize: Pictures a forward pass at most; only pictures of one padded size share one.
  ///   - workers: Threads that decode.
  ///   - onBadData: What to do about a picture that cannot be used.
  ///   - parameters: The settings of the protocol.
  ///   - progress: Told how many pictures are done; throwing ends the evaluation.
  /// - Returns: Detections and figures.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  package static func run(
    model: RetinaNet,
    dataset: DetectionDataset,
    precision: ArithmeticPrecision,
    batchSize: Int = 4,
    workers: Int = 1,
    onBadData: BadDataPolicy = .stop,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters(),
    progress: (Int) throws -> Void = { _ in }
  ) throws -> ModelEvaluation {
    let started = ContinuousClock.now
    var configuration = EvaluationLoaderConfiguration(resize: model.configuration.input.resize)
    configuration.batchSize = batchSize
    configuration.workers = workers
    (configuration.mean, configuration.standardDeviation) =
      model.configuration.input.normalization
    configuration.onBadData = onBadData
    let loader = EvaluationLoader(dataset: dataset, configuration: configuration)
    defer { loader.cancel() }
    var detections: [COCODetection] = []
    var done = 0
    while let batch = try loader.next() {
      let found = try precision.inference {
        try model.detections(
          in: Tensor.channelsLast(
            nhwc: batch.pixels,
            images: batch.count,
            height: batch.height,
            width: batch.width,
            channels: 3
          ),
          sizes: batch.resizedSizes
        )
      }
      for (index, boxes) in found.enumerated() {
        for scored in boxes {
          detections.append(
            COCODetection(
              imageID: batch.imageIDs[index],
              categoryID: dataset.categories[scored.label].id,
              box: COCOBox(batch.original(scored.box, of: index)),
              score: Double(scored.score)
            )
          )
        }
      }
      done += batch.count
      try progress(done)
    }
    let result = try COCOEvaluator(groundTruth: dataset.groundTruth(), parameters: parameters)
      .evaluate(detections)
    return ModelEvaluation(
      detections: detections,
      result: result,
      skipped: loader.skipped,
      seconds: (ContinuousClock.now - started) / .seconds(1)
    )
  }
}
