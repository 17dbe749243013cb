import COCOEvaluation
import COCOFormat
import CommandConsole
package import DetectionReport
import Foundation

/// The evaluation of a results file against an annotation file: nothing else is read.
package struct FileEvaluation {
  private let groundTruth: String
  private let detections: String
  private let options: EvaluationOptions

  /// An evaluation to be run.
  ///
  /// - Parameters:
  ///   - groundTruth: The annotation file.
  ///   - detections: The results file.
  ///   - options: What to compute and print.
  package init(groundTruth: String, detections: String, options: EvaluationOptions) {
    self.groundTruth = groundTruth
    self.detections = detections
    self.options = options
  }

  /// Reads, evaluates and prints.
  ///
  /// - Parameter environment: What the page says of the program.
  /// - Throws: What is wrong with a file or an option.
  package func run(environment: [RunReport.Fact]) throws {
    try options.check()
    let started = ContinuousClock.now
    let result = try result()
    try EvaluationOutput(
      result: result,
      subject: "\(detections) against \(groundTruth)",
      seconds: (ContinuousClock.now - started) / .seconds(1),
      environment: environment
    )
    .write(options)
  }

  private func result() throws -> COCOEvaluationResult {
    let truth = try COCOGroundTruth(
      contentsOf: URL(fileURLWithPath: groundTruth),
      options: .evaluation
    )
    let results = try COCODetections(contentsOf: URL(fileURLWithPath: detections), for: truth)
    for problem in (truth.problems + results.problems).prefix(10) {
      Console.warning("\(problem)")
    }
    let rest = truth.problems.count + results.problems.count - 10
    if rest > 0 { Console.warning("\(rest) more problems like these") }
    return try COCOEvaluator(groundTruth: truth, parameters: options.parameters)
      .evaluate(results.detections)
  }
}
