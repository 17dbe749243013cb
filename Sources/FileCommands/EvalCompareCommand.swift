package import ArgumentParser
import COCOEvaluation
import COCOFormat
import CommandConsole
import Foundation

/// `focal eval compare`: two results files against one annotation file.
package struct EvalCompareCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tell how sure it is that one detector is better than another.",
    usage: "focal eval compare <first> <second> --ground-truth <json> [<options>]",
    discussion: """
      Examples:
        focal eval compare before.json after.json --ground-truth instances.json
        focal eval compare a.json b.json --ground-truth instances.json \\
          --per-class --json

      Pictures are drawn with replacement, as many as there are, and both files are scored on the very same draw; the \
      interval holds the middle share of the differences (paired bootstrap). It speaks of other pictures of the same \
      kind, not of another training.
      """
  )

  @Argument(help: ArgumentHelp("A COCO results file.", valueName: "first"))
  var first: String

  @Argument(
    help: ArgumentHelp("Another; it is better where differences are positive.", valueName: "second")
  )
  var second: String

  @Option(help: ArgumentHelp("The COCO annotation file of both.", valueName: "json"))
  var groundTruth: String

  @Flag(help: "Leave out detections of pictures or classes that the annotation file lacks.")
  var allowUnknown = false

  @Option(parsing: .unconditional, help: "How many times pictures are drawn.")
  var resamples: Int = 1000

  @Option(parsing: .unconditional, help: "The share of resamples inside an interval.")
  var confidence: Double = 0.95

  @Option(parsing: .unconditional, help: "What the draws follow from.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "The AP of each class too.")
  var perClass = false

  @OptionGroup
  var rules: ProtocolOptions

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  package init() {}

  package func validate() throws {
    guard (1...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples \(resamples): expected 1 to 1000000")
    }
    guard confidence > 0, confidence < 1 else {
      throw ValidationError("--confidence \(confidence): expected more than 0 and less than 1")
    }
  }

  package func run() throws {
    try rules.checkValues()
    let started = ContinuousClock.now
    let result = try compared()
    if json {
      try JSONLine.print(
        ComparisonFigures(
          result,
          first: first,
          second: second,
          seconds: (ContinuousClock.now - started) / .seconds(1),
          perClass: perClass
        )
      )
    } else {
      let text = ComparisonText(result, first: first, second: second, perClass: perClass)
      try StandardOutput.print(text.lines.joined(separator: "\n"))
    }
  }

  private func compared() throws -> COCOComparisonResult {
    let reading = COCOReadingOptions(
      faultyBoxes: .kept,
      fileNames: .any,
      unknownIDs: allowUnknown ? .leftOut : .refused,
      threads: rules.threads
    )
    let truth = try COCOGroundTruth(
      contentsOf: URL(fileURLWithPath: groundTruth),
      options: reading,
      progress: ReadingProgress.observer("reading \(groundTruth)", isQuiet: quiet)
    )
    warn(of: truth.problems, in: groundTruth)
    let comparison = COCOComparison(
      groundTruth: truth,
      parameters: try rules.parameters(for: truth),
      threads: rules.threads
    )
    let tables = try [first, second].map { path in
      let results = try COCODetections(
        contentsOf: URL(fileURLWithPath: path),
        for: truth,
        options: reading,
        progress: ReadingProgress.observer("reading \(path)", isQuiet: quiet)
      )
      warn(of: results.problems, in: path)
      return results.detections
    }
    let display = ResampleProgress(total: resamples, isQuiet: quiet)
    defer { display.clear() }
    return try comparison.compare(
      tables[0],
      tables[1],
      resamples: resamples,
      confidence: confidence,
      seed: seed
    ) { display.update($0) }
  }

  private func warn(of problems: [COCOProblem], in file: String) {
    for problem in problems.prefix(10) { Console.warning("\(file): \(problem)") }
    if problems.count > 10 {
      Console.warning("\(file): \(problems.count - 10) more problems like these")
    }
  }
}

/// How many resamples are done.
private final class ResampleProgress: @unchecked Sendable {
  // Sendable: the comparison calls its observer from one thread at a time, and returns before the last call.
  private var line: ProgressLine

  init(total: Int, isQuiet: Bool) {
    line = ProgressLine("compare", total: total, unit: "resamples", isQuiet: isQuiet)
  }

  func update(_ done: Int) { line.update(done) }
  func clear() { line.clear() }
}
