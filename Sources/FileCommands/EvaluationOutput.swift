package import COCOEvaluation
import CommandConsole
package import DetectionReport

/// What an evaluation leaves: a page, and figures on standard output.
package struct EvaluationOutput {
  private let result: COCOEvaluationResult
  private let subject: String
  private let seconds: Double
  private let environment: [RunReport.Fact]

  /// The output of one evaluation.
  ///
  /// - Parameters:
  ///   - result: What was found.
  ///   - subject: What was scored on what.
  ///   - seconds: How long it took.
  ///   - environment: What the page says of the program.
  package init(
    result: COCOEvaluationResult,
    subject: String,
    seconds: Double,
    environment: [RunReport.Fact]
  ) {
    self.result = result
    self.subject = subject
    self.seconds = seconds
    self.environment = environment
  }

  /// Writes what the options ask for.
  ///
  /// - Parameter options: The options.
  /// - Throws: `CommandFailure` or `ReportError` if something cannot be written.
  package func write(_ options: EvaluationOptions) throws {
    if let report = options.report {
      try EvaluationPage.report(of: result, subject: subject, environment: environment)
        .write(to: FileFailure.goal(ofWriting: report))
    }
    if options.json {
      try JSONLine.print(
        EvaluationFigures(result, seconds: seconds, perClass: options.perClass)
      )
    } else {
      try StandardOutput.print(
        EvaluationTable.text(result, perClass: options.perClass),
        terminator: ""
      )
    }
  }
}
