import ArgumentParser
import CommandConsole

/// `focal eval` as far as it goes without a model, and so without LibTorch.
package struct FileEvalCommand: ParsableCommand {
  @OptionGroup
  var files: ResultsFileOptions

  @OptionGroup
  var options: EvaluationOptions

  package init() {}

  /// Refuses what asks for more than two files.
  package func validate() throws {
    guard files.groundTruth != nil, files.detections != nil else {
      throw ValidationError("two files are needed")
    }
    guard options.images == nil || options.report != nil else {
      throw ValidationError("pictures are for a page")
    }
  }

  package func run() throws {
    guard let truth = files.groundTruth, let detections = files.detections else { return }
    try FileEvaluation(groundTruth: truth, detections: detections, files: files, options: options)
      .run(environment: ProgramFacts.environment)
  }
}
