package import COCOEvaluation
package import COCOFormat
package import DetectionDatasets
package import DetectionInference

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
  ///   - detector: The model.
  ///   - dataset: Pictures whose categories are aligned to the model's.
  ///   - batchSize: Pictures a forward pass at most; only pictures of one padded size share one.
  ///   - workers: Threads that decode.
  ///   - onBadData: What to do about a picture that cannot be used.
  ///   - parameters: The settings of the protocol.
  ///   - progress: Told how many pictures are done; throwing ends the evaluation.
  /// - Returns: Detections and figures.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  package static func run(
    detector: any BatchDetector,
    dataset: DetectionDataset,
    batchSize: Int = 4,
    workers: Int = 1,
    onBadData: BadDataPolicy = .stop,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters(),
    progress: (Int) throws -> Void = { _ in }
  ) throws -> ModelEvaluation {
    let started = ContinuousClock.now
    let findings = try ModelFindings(
      of: detector,
      in: dataset,
      batchSize: batchSize,
      workers: workers,
      onBadData: onBadData,
      progress: progress
    )
    return try ModelEvaluation(of: findings, on: dataset, since: started, parameters: parameters)
  }

  /// Scores what was found.
  ///
  /// - Parameters:
  ///   - findings: Detections in all pictures of the dataset.
  ///   - dataset: Pictures whose categories are aligned to the model's.
  ///   - began: When the search began.
  ///   - parameters: The settings of the protocol.
  /// - Throws: What the evaluator throws for detections that do not fit the dataset.
  init(
    of findings: ModelFindings,
    on dataset: DetectionDataset,
    since began: ContinuousClock.Instant,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters()
  ) throws {
    let result = try COCOEvaluator(groundTruth: dataset.groundTruth(), parameters: parameters)
      .evaluate(findings.detections)
    self.init(
      detections: findings.detections,
      result: result,
      skipped: findings.skipped,
      seconds: (ContinuousClock.now - began) / .seconds(1)
    )
  }
}
