package import ArgumentParser
package import COCOEvaluation
import CommandConsole

/// What `focal eval` computes and prints, whatever the detections come from.
package struct EvaluationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write a page with curves and classes.", valueName: "html"))
  package var report: String?

  @Flag(help: "Print one JSON object on standard output.")
  package var json = false

  @Flag(help: "The figures of each class too.")
  package var perClass = false

  @Flag(
    name: .customLong("pycocotools-ids"),
    help: "Give annotation id 0 the treatment pycocotools gives it: never matched."
  )
  package var pycocotoolsIDs = false

  @Flag(help: "No progress; errors and warnings only.")
  package var quiet = false

  package init() {}

  /// The settings of the protocol.
  package var parameters: COCOEvaluationParameters {
    var parameters = COCOEvaluationParameters()
    parameters.pycocotoolsIDs = pycocotoolsIDs
    return parameters
  }

  /// Tells before the work, and not after it, what cannot be written.
  ///
  /// - Throws: `CommandFailure` that names the file.
  package func check() throws {
    if let report, let obstacle = FileFailure.obstacle(toWriting: report) {
      throw CommandFailure.failed("\(report): cannot write the report: \(obstacle)")
    }
  }
}

/// The two files that `focal eval` scores without a model.
package struct ResultsFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A COCO annotation file.", valueName: "json"))
  package var groundTruth: String?

  @Option(help: ArgumentHelp("A COCO results file of any detector.", valueName: "json"))
  package var detections: String?

  package init() {}
}
