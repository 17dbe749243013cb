public import COCOFormat
import Foundation

/// Compares two detectors on the same images: average precision, and how sure its difference is.
///
/// The interval is that of the paired bootstrap: images are drawn with replacement, as many as there are, both detectors
/// are scored on the very same draw, and the middle share of many such differences is the interval. What would make
/// both better or worse alike (hard images, few objects of a class) cancels out. It speaks of other images of the same
/// kind; not of other runs of the training.
///
/// Boxes are matched once. Each resample repeats the accumulation with weights, and has a stream of random numbers of its
/// own, so that no figure depends on the number of threads. Of detections of one image that have equal scores, all
/// copies of the better one come first.
/// - Note: Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 13 (percentile interval).
public struct COCOComparison: Sendable {
  private let evaluator: COCOEvaluator
  private let imageCount: Int

  /// Prepares a ground truth; any number of comparisons may follow.
  ///
  /// - Parameters:
  ///   - groundTruth: Images, categories and objects.
  ///   - parameters: The settings of the protocol.
  ///   - threads: How many threads take part; `nil` takes one for each processor.
  public init(
    groundTruth: COCOGroundTruth,
    parameters: COCOEvaluationParameters = COCOEvaluationParameters(),
    threads: Int? = nil
  ) {
    evaluator = COCOEvaluator(groundTruth: groundTruth, parameters: parameters, threads: threads)
    imageCount = Set(groundTruth.images.lazy.map(\.id)).count
  }

  /// Compares two lists of detections.
  ///
  /// - Parameters:
  ///   - first: The detections that the others are held against.
  ///   - second: The other detections; a positive difference means that these are better.
  ///   - resamples: How many times images are drawn; 0 or more. 1000 place the ends of a 95 % interval to about a
  ///     twentieth of its width.
  ///   - confidence: The share of resamples inside the interval, above 0 and below 1.
  ///   - seed: What the draws follow from.
  ///   - progress: Hears how many resamples are done; any thread calls it, one at a time.
  /// - Returns: The figures of both and the intervals of their differences.
  /// - Throws: ``COCOEvaluationError`` for an unknown image or a number that is not finite.
  public func compare(
    _ first: COCODetectionTable,
    _ second: COCODetectionTable,
    resamples: Int = 1000,
    confidence: Double = 0.95,
    seed: UInt64 = 0,
    progress: (@Sendable (_ done: Int) -> Void)? = nil
  ) throws -> COCOComparisonResult {
    precondition(resamples >= 0, "resamples cannot be negative")
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    let results = [try evaluator.evaluate(first), try evaluator.evaluate(second)]
    let drawn = ResampledDifferences(
      try evaluator.matched(first),
      try evaluator.matched(second),
      imageCount: imageCount,
      resamples: resamples,
      seed: seed,
      threads: evaluator.threads,
      progress: progress
    )
    func difference(_ name: String, _ place: Int?, _ values: [Double]) -> COCODifference {
      COCODifference(
        name: name,
        first: values[0],
        second: values[1],
        differences: place.map(drawn.differences) ?? [],
        confidence: confidence
      )
    }
    return COCOComparisonResult(
      figures: drawn.figures.names.enumerated().map { place, name in
        difference(name, place, results.map { $0.summary[name] })
      },
      classes: results[0].classes.enumerated().map { index, row in
        let values = results.map { $0.classes[index].AP }
        return COCOClassDifference(
          id: row.id,
          name: row.name,
          averagePrecision: difference("AP", drawn.place(ofCategory: index), values)
        )
      },
      images: imageCount,
      resamples: resamples,
      confidence: confidence,
      seed: seed
    )
  }
}

extension COCOSummary {
  /// The figure of a name; -1 if there is none.
  fileprivate subscript(name: String) -> Double {
    figures.first { $0.name == name }?.value ?? -1
  }
}
