public import COCOFormat
import Foundation

/// Holds detections against a ground truth by the COCO box protocol.
///
/// The figures are those of the reference evaluator to the last bit: greedy matching by descending
/// score at each IoU threshold, crowds and objects of other sizes counting neither for nor against,
/// precision read off at fixed recalls, means over thresholds and categories.
///
/// Work is shared out over cells of a category and an image, then over categories. Every one of them is computed
/// alone, so that no figure depends on the number of threads.
public struct COCOEvaluator: Sendable {
  /// The settings of the protocol.
  public let parameters: COCOEvaluationParameters
  /// How many threads evaluate.
  public let threads: Int
  private let groundTruth: COCOGroundTruth
  private let index: EvaluationIndex
  private let truths: TruthColumns

  /// Prepares a ground truth; any number of evaluations may follow.
  ///
  /// Annotations of images or categories that are not in the lists do not count.
  /// - Parameters:
  ///   - groundTruth: Images, categories and objects.
  ///   - parameters: The settings of the protocol.
  ///   - threads: How many threads evaluate; `nil` takes one for each processor.
  public init(
    groundTruth: COCOGroundTruth,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters(),
    threads: Int? = nil
  ) {
    self.groundTruth = groundTruth
    self.parameters = parameters
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    index = EvaluationIndex(groundTruth, parameters)
    truths = TruthColumns(groundTruth.annotations, index: index, parameters: parameters)
  }

  /// Evaluates detections.
  ///
  /// - Parameters:
  ///   - detections: In file order, which decides between equal scores.
  ///   - details: What is computed besides the figures.
  /// - Returns: The figures and the curves.
  /// - Throws: ``COCOEvaluationError`` for an unknown image or a number that is not finite.
  public func evaluate(
    _ detections: some Sequence<COCODetection>,
    including details: COCOEvaluationDetails = []
  ) throws -> COCOEvaluationResult {
    try evaluate(COCODetectionTable(detections), including: details)
  }

  /// Evaluates detections.
  ///
  /// A detection's area is its width times its height. Detections of unknown categories do not count.
  /// - Parameters:
  ///   - detections: In file order, which decides between equal scores.
  ///   - details: What is computed besides the figures.
  /// - Returns: The figures and the curves.
  /// - Throws: ``COCOEvaluationError`` for an unknown image or a number that is not finite.
  public func evaluate(
    _ detections: COCODetectionTable,
    including details: COCOEvaluationDetails = []
  ) throws -> COCOEvaluationResult {
    let evaluation = try matched(detections)
    let table = PrecisionTable(evaluation, threads: threads)
    return COCOEvaluationResult(
      table: table,
      groundTruth: groundTruth,
      categoryIDs: index.categoryIDs,
      imageCount: index.imageIDs.count,
      detectionCount: detections.count,
      given: evaluation.detections.given,
      images: details.contains(.images)
        ? evaluation.imageResults(groundTruth, imageIDs: index.imageIDs, threads: threads) : [],
      arrays: details.contains(.arrays)
        ? COCOEvaluationArrays(evaluation, categoryIDs: index.categoryIDs, threads: threads) : nil,
      parameters: parameters
    )
  }

  /// Matches detections with objects: what all figures derive from.
  func matched(_ detections: COCODetectionTable) throws -> MatchedDetections {
    try check(detections)
    var columns = DetectionColumns(detections, index: index, parameters: parameters)
    let matches = DetectionMatches(
      truths: truths,
      detections: &columns,
      table: detections,
      parameters: parameters,
      threads: threads
    )
    return MatchedDetections(
      truths: truths,
      detections: columns,
      matches: matches,
      parameters: parameters
    )
  }

  /// Refuses what cannot be evaluated.
  private func check(_ detections: COCODetectionTable) throws {
    var last: Int?
    for position in detections.indices {
      let imageID = detections.imageIDs[position]
      if last != imageID, index.images.position(of: imageID) == nil {
        throw COCOEvaluationError.unknownImage(imageID, at: position)
      }
      last = imageID
      let (box, score) = (detections.boxes[position], detections.scores[position])
      guard score.isFinite, box.x.isFinite, box.y.isFinite, box.width.isFinite,
        box.height.isFinite
      else { throw COCOEvaluationError.notFinite(detections[position], at: position) }
    }
  }
}
