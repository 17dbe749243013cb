import ArgumentParser
import CommandConsole
import Foundation

/// `focal bench eval`: COCO evaluation against the parser's speed and the memory's.
struct BenchEvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Time reading and evaluating COCO files against what cannot be done without.",
    discussion: """
      Examples:
        focal bench eval
        focal bench eval --images 500 --threads 1 --json

      The defaults are of the size of COCO's val2017 with 100 detections a picture. Reading is held against the \
      parser alone, evaluating against one pass over the detections.
      """
  )

  @Option(parsing: .unconditional, help: "Pictures, 1 or more.")
  var images: Int = 5000

  @Option(parsing: .unconditional, help: "Objects of a picture.")
  var objects: Int = 7

  @Option(parsing: .unconditional, help: "Detections of a picture.")
  var detections: Int = 100

  @Option(parsing: .unconditional, help: "Classes, 1 or more.")
  var classes: Int = 80

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    for (name, value, most) in [
      ("--images", images, 1_000_000), ("--classes", classes, 100_000),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) \(value): expected 1 to \(most)")
    }
    for (name, value) in [("--objects", objects), ("--detections", detections)]
    where !(0...100_000).contains(value) || value * images > 100_000_000 {
      throw ValidationError("\(name) \(value): expected 0 or more, at most 10^8 in all pictures")
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    let repetitions = options.repetitions ?? 3
    let settings = BenchEvalInputs.Settings(
      images: images,
      objectsPerImage: objects,
      detectionsPerImage: detections,
      classes: classes,
      seed: options.seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench eval",
      total: repetitions,
      unit: "rounds",
      isQuiet: options.quiet
    )
    let trial = BenchEvalTrial(try BenchEvalInputs(settings), threads: threads)
    let cases = try trial.cases(rounds: repetitions) { round in
      try Interruption.check()
      progress.update(round)
    }
    progress.clear()
    let report = BenchReport(
      bench: "eval",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(
    _ report: BenchReport<BenchEvalInputs.Settings, BenchEvalDetails>
  ) -> String {
    let table = BenchTable.text(
      heads: BenchCase<BenchEvalDetails>.heads + ["text", "boxes"],
      rows: report.cases.map { entry in
        entry.cells + [BenchTable.bytes(entry.details.bytes), "\(entry.details.boxes)"]
      }
    )
    let bounds = report.cases.map { "\($0.name): \($0.bound)" }.joined(separator: "\n  ")
    return """
      \(report.settings.images) pictures, \(report.settings.classes) classes, seed \(report.settings.seed)
      \(report.machine.text)

      \(table)

      limits:
        \(bounds)\(report.machine.warning)
      """
  }
}
