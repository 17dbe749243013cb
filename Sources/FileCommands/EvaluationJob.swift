import COCOEvaluation
package import COCOFormat
import CommandConsole
import DetectionAnalysis
package import DetectionReport

/// Detections, what they are held against, and what comes of it: figures on standard output, files.
package struct EvaluationJob {
  private let groundTruth: COCOGroundTruth
  private let detections: COCODetectionTable
  private let pictures: PictureSource?
  private let subject: String
  private let started: ContinuousClock.Instant
  private let environment: [RunReport.Fact]

  /// A job.
  ///
  /// - Parameters:
  ///   - groundTruth: What is held against.
  ///   - detections: What is scored.
  ///   - pictures: Where a page takes its pictures from; `nil` where nothing is known of them.
  ///   - subject: What was scored on what, for people.
  ///   - started: When the work began, reading and predicting included.
  ///   - environment: What the page says of the program.
  package init(
    groundTruth: COCOGroundTruth,
    detections: COCODetectionTable,
    pictures: PictureSource?,
    subject: String,
    started: ContinuousClock.Instant,
    environment: [RunReport.Fact]
  ) {
    self.groundTruth = groundTruth
    self.detections = detections
    self.pictures = pictures
    self.subject = subject
    self.started = started
    self.environment = environment
  }

  /// Scores, prints and writes what the options ask for.
  ///
  /// - Parameter options: The options.
  /// - Throws: `CommandFailure` or `ReportError` if something cannot be written.
  package func run(_ options: EvaluationOptions) throws {
    if let parameters = try options.vocParameters {
      try runVOC(parameters, options)
    } else {
      try runCOCO(options)
    }
  }

  private func runVOC(
    _ parameters: VOCEvaluationParameters,
    _ options: EvaluationOptions
  ) throws {
    let truth = try options.rules.chosen(of: groundTruth)
    let result = try VOCEvaluator(groundTruth: truth, parameters: parameters)
      .evaluate(detections)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    if options.json {
      try JSONLine.print(VOCFigures(result, options.metric, seconds, perClass: options.perClass))
    } else {
      let lines = VOCText.lines(result, options.metric, perClass: options.perClass)
      try StandardOutput.print(lines.joined(separator: "\n"))
    }
  }

  private func runCOCO(_ options: EvaluationOptions) throws {
    let evaluator = COCOEvaluator(
      groundTruth: groundTruth,
      parameters: try options.rules.parameters(for: groundTruth),
      threads: options.rules.threads
    )
    let result = try evaluator.evaluate(detections, including: options.details)
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    if let path = options.arrays, let arrays = result.arrays {
      try FileFailure.write(ArraysFile.json(arrays, result.parameters), to: path)
    }
    let errors = options.errors || options.report != nil ? analysis(result.parameters) : nil
    if let report = options.report, let errors {
      try EvaluationPage.report(
        of: Evaluated(result: result, analysis: errors, pictures: pictures),
        subject: subject,
        command: ShellWords.line(CommandLine.arguments),
        environment: environment
      )
      .write(to: FileFailure.goal(ofWriting: report))
    }
    let told = options.errors ? errors : nil
    if options.json {
      try JSONLine.print(EvaluationFigures(result, seconds: seconds, options, errors: told))
    } else {
      try StandardOutput.print(
        EvaluationTable.text(result, options)
          + (told.map { "\n" + AnalysisTable.text($0, perClass: options.perClass) } ?? ""),
        terminator: ""
      )
    }
  }

  /// What became of every detection, under the settings of the evaluation.
  private func analysis(_ parameters: COCOEvaluationParameters) -> DetectionErrorAnalysis {
    var found = COCODetections([])
    found.detections = detections
    return DetectionErrorAnalysis(
      groundTruth: groundTruth,
      detections: found,
      parameters: DetectionErrorParameters(parameters)
    )
  }
}
