import ArgumentParser
import CommandConsole
import Foundation

/// `focal bench nms`: suppression and all that follows the heads, against what cannot be done without.
struct BenchNMSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nms",
    abstract: "Time non-maximum suppression and the whole post-processing of a picture.",
    discussion: """
      Examples:
        focal bench nms
        focal bench nms --boxes 1000,50000 --json
        focal bench nms --save scenes.safetensors

      Boxes of one class lie in clusters, where most are suppressed, or are scattered, where hardly one is; an IoU above \
      0.5 suppresses, on one thread. Their limit is sorting the scores. Post-processing goes from the heads' outputs of a \
      picture to 300 detections; its limit is reading the logits by as many threads.
      """
  )

  @Option(parsing: .unconditional, help: "Numbers of boxes, separated by commas.")
  var boxes: String = "1000,5000,20000"

  @Option(parsing: .unconditional, help: "The picture's width in pixels, 32 to 8192.")
  var width: Int = 1088

  @Option(parsing: .unconditional, help: "Its height.")
  var height: Int = 800

  @Option(parsing: .unconditional, help: "Classes, 1 or more.")
  var classes: Int = 91

  @Option(parsing: .unconditional, help: "Logits above the score threshold.")
  var candidates: Int = 5000

  @Option(help: "Write what is timed to a safetensors FILE, with what we make of it.")
  var save: String?

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    for (name, value, range) in [
      ("--width", width, 32...8192), ("--height", height, 32...8192),
      ("--classes", classes, 1...100_000), ("--candidates", candidates, 0...1_000_000),
    ] where !range.contains(value) {
      throw ValidationError(
        "\(name) \(value): expected \(range.lowerBound) to \(range.upperBound)"
      )
    }
    let logits = BenchHeadOutputs.anchors(width: width, height: height).count * classes
    guard logits <= 1 << 30 else {
      throw ValidationError("\(logits) logits: expected at most 2^30; lower --classes or the sides")
    }
    // Candidates lie in runs that may not meet.
    guard candidates <= logits / 16 else {
      throw ValidationError("--candidates \(candidates): expected at most \(logits / 16) here")
    }
    _ = try counts()
  }

  private func counts() throws -> [Int] {
    try boxes.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let count = Int(word), (1...1_000_000).contains(count) else {
        throw ValidationError("--boxes \(boxes): expected numbers from 1 to 1000000, as 1000,5000")
      }
      return count
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    let repetitions = options.repetitions ?? 15
    let settings = BenchNMSInputs.Settings(
      boxes: try counts(),
      width: width,
      height: height,
      classes: classes,
      candidates: candidates,
      seed: options.seed,
      repetitions: repetitions
    )
    let trial = BenchNMSTrial(BenchNMSInputs(settings), threads: threads)
    if let save { try trial.save(to: FileFailure.goal(ofWriting: save)) }
    var progress = ProgressLine(
      "bench nms",
      total: repetitions,
      unit: "rounds",
      isQuiet: options.quiet
    )
    let cases = try trial.cases(rounds: repetitions) { round in
      try Interruption.check()
      progress.update(round)
    }
    progress.clear()
    let report = BenchReport(
      bench: "nms",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(
    _ report: BenchReport<BenchNMSInputs.Settings, BenchNMSDetails>
  ) -> String {
    let table = BenchTable.text(
      heads: BenchCase<BenchNMSDetails>.heads + ["boxes", "kept"],
      rows: report.cases.map { entry in
        entry.cells + ["\(entry.details.boxes)", "\(entry.details.kept)"]
      }
    )
    let settings = report.settings
    return """
      picture of \(settings.width) x \(settings.height), \(settings.classes) classes, seed \(settings.seed)
      \(report.machine.text)

      \(table)

      limits: of nms \(BenchNMSTrial.sorting);
        of postprocess \(BenchNMSTrial.reading)\(report.machine.warning)
      """
  }
}
