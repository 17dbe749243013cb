import BoxGeometry
import COCOEvaluation
import COCOFormat
import Foundation

/// One damaged pair of files, made from a seed, on its way through reader and evaluators.
package struct FuzzTrial: Sendable {
  /// How far a pair came.
  package enum Outcome: String, CaseIterable, Sendable {
    /// The reader said what is wrong with the ground truth.
    case refusedGroundTruth
    /// The reader said what is wrong with the detections.
    case refusedDetections
    /// The evaluator said what is wrong with a detection.
    case refusedByEvaluator
    /// There are figures.
    case evaluated
  }

  /// A promise that was broken without a crash.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// The ground truth's bytes.
  package let groundTruth: [UInt8]
  /// The detections' bytes.
  package let detections: [UInt8]
  private let choices: UInt64

  /// The pair of a seed; equal seeds give equal pairs.
  ///
  /// Some pairs are damaged so gently that they reach the evaluators, and in some one file is whole.
  /// - Parameter seed: Any number.
  package init(seed: UInt64) {
    choices = SplitMix64(mixing: seed, 2).state
    let documents = FuzzDocuments(generator: SplitMix64(mixing: seed, 0))
    var mutator = JSONMutator(generator: SplitMix64(mixing: seed, 1))
    let truth = Array(documents.groundTruth.utf8)
    let found = Array(documents.detections.utf8)
    switch seed % 6 {
    case 0: (groundTruth, detections) = (truth, mutator.mutated(found))
    case 1: (groundTruth, detections) = (mutator.mutated(truth), found)
    case 2: (groundTruth, detections) = (mutator.mutated(truth), mutator.mutated(found))
    case 3: (groundTruth, detections) = (truth, mutator.mutatedGently(found))
    default:
      (groundTruth, detections) = (mutator.mutatedGently(truth), mutator.mutatedGently(found))
    }
  }

  /// Reads and evaluates the pair.
  ///
  /// Both files are read twice, the second time in pieces of a few bytes and by other threads: what is read, or
  /// refused, must be the same.
  /// - Returns: How far it came.
  /// - Throws: ``Fault`` for two readings that differ, an error without a place or of several lines, or a figure that
  ///   is none.
  package func run() throws -> Outcome {
    let truth: COCOGroundTruth
    do {
      truth = try twice("truth.json") { options throws(COCOFormatError) in
        try COCOGroundTruth(parsing: Data(groundTruth), file: "truth.json", options: options)
      }
    } catch let error as COCOFormatError {
      try check("\(error)", of: "truth.json")
      return .refusedGroundTruth
    }
    let found: COCODetections
    do {
      found = try twice("found.json") { options throws(COCOFormatError) in
        try COCODetections(
          parsing: Data(detections),
          file: "found.json",
          for: choices % 5 == 0 ? nil : truth,
          options: options
        )
      }
    } catch let error as COCOFormatError {
      try check("\(error)", of: "found.json")
      return .refusedDetections
    }
    for problem in truth.problems + found.problems { try check("\(problem)", of: "") }
    do {
      try evaluate(found, against: truth)
    } catch let error as COCOEvaluationError {
      try check("\(error)", of: "detections[")
      return .refusedByEvaluator
    }
    return .evaluated
  }

  /// Reads a file in one piece, then in small ones.
  private func twice<Content: Equatable>(
    _ file: String,
    _ read: (COCOReadingOptions) throws(COCOFormatError) -> Content
  ) throws -> Content {
    var options: COCOReadingOptions = choices % 3 == 0 ? COCOReadingOptions() : .evaluation
    options.unknownIDs = choices % 11 < 4 ? .leftOut : .refused
    options.threads = 1
    let whole = Result { () throws(COCOFormatError) in try read(options) }
    options.pieceSize = Self.pieceSizes[Int(choices >> 8 % UInt64(Self.pieceSizes.count))]
    options.threads = 1 + Int(choices >> 16 % 3)
    let pieces = Result { () throws(COCOFormatError) in try read(options) }
    switch (whole, pieces) {
    case (.success(let a), .success(let b)) where a == b: return a
    case (.failure(let a), .failure(let b)) where a == b: throw a
    default:
      throw Fault(
        description:
          "\(file): in pieces of \(options.pieceSize) bytes by \(options.threads) threads "
          + "\(pieces), else \(whole)"
      )
    }
  }

  private static let pieceSizes = [1, 2, 3, 5, 8, 13, 21, 40, 64, 90, 128, 256, 500, 1024]

  private func evaluate(_ found: COCODetections, against truth: COCOGroundTruth) throws {
    let parameters = COCOEvaluationParameters(
      classAgnostic: choices % 2 == 0,
      pycocotoolsIDs: choices % 7 == 0
    )
    let result = try COCOEvaluator(groundTruth: truth, parameters: parameters)
      .evaluate(found.detections)
    for figure in result.summary.figures { try check(figure.value, figure.name) }
    for entry in result.classes { try check(entry.AP, "AP of \(entry.id)") }
    let settings = VOCEvaluationParameters(
      averaging: choices % 4 < 2 ? .area : .elevenPoints,
      edges: choices % 9 < 3 ? .pixels : .continuous
    )
    let metric = try VOCEvaluator(groundTruth: truth, parameters: settings)
      .evaluate(found.detections)
    try check(metric.meanAveragePrecision ?? -1, "mean of VOC")
  }

  private func check(_ value: Double, _ name: String) throws {
    guard value == -1 || (0...1 + 1e-12).contains(value) else {
      throw Fault(description: "\(name) is \(value), expected -1 or 0 to 1")
    }
  }

  private func check(_ message: String, of place: String) throws {
    guard message.hasPrefix(place), message.count > place.count + 8, message.count < 1000,
      !message.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else { throw Fault(description: "no message of one line: \(message.debugDescription)") }
  }
}
