import ArgumentParser
import CommandConsole
import DetectionAnalysis
import Foundation
import Torch

/// `focal bench lens`: the imbalance lens's pass over the logits against reading them.
struct BenchLensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lens",
    abstract: "Time the imbalance lens's look at a step against reading the step's logits.",
    discussion: """
      Examples:
        focal bench lens
        focal bench lens --dtype bf16 --threads 2 --json
        focal bench lens --rows 1250000

      count is the pass over the logits, look also all figures of all gammas, as a training step has them. alike has all \
      logits in a few bins, as before the first step, where additions wait for each other. The limit reads the same memory. \
      The defaults are a RetinaNet's anchors of one picture of 800 x 800 pixels and the classes of COCO.
      """
  )

  @OptionGroup
  var logits: BenchLogitsOptions

  @OptionGroup
  var options: BenchOptions

  func run() throws {
    let report = try logits.report("lens", alpha: 0.25, gamma: 2, options) {
      inputs,
      threads,
      rounds,
      observe in
      try BenchLensTrial(inputs, threads: threads).cases(rounds: rounds, observe: observe)
    }
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(
    _ report: BenchReport<BenchLossInputs.Settings, BenchLensDetails>
  ) -> String {
    let settings = report.settings
    let table = BenchTable.text(
      heads: BenchCase<BenchLensDetails>.heads + ["ns a logit"],
      rows: report.cases.map { entry in
        entry.cells + [ProgressLine.decimals(entry.details.nanosecondsPerLogit, 2)]
      }
    )
    return """
      \(settings.rows) x \(settings.classes) logits, \(settings.positives) objects, \(settings.ignored) ignored
      \(report.machine.text)

      \(table)

      limit: \(BenchLensTrial.bound)\(report.machine.warning)
      """
  }
}
