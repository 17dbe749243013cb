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

  @Option(parsing: .unconditional, help: "Anchors, 1 or more.")
  var rows: Int = 120_087

  @Option(parsing: .unconditional, help: "Classes, 1 or more.")
  var classes: Int = 80

  @Option(help: "What the logits are.")
  var dtype: BenchLossCommand.Element = .both

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    for (name, value) in [("--rows", rows), ("--classes", classes)] where value < 1 {
      throw ValidationError("\(name) \(value): expected 1 or more")
    }
    let (count, overflows) = rows.multipliedReportingOverflow(by: classes)
    guard !overflows, count <= 1 << 31 else {
      throw ValidationError("--rows \(rows) --classes \(classes): expected at most 2^31 logits")
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? TorchRuntime.threads
    let repetitions = options.repetitions ?? 15
    try TorchRuntime.setThreads(threads)
    var settings = BenchLossInputs.Settings(
      rows: rows,
      classes: classes,
      alpha: 0.25,
      gamma: 2,
      seed: options.seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench lens",
      total: repetitions * dtype.dtypes.count,
      unit: "rounds",
      isQuiet: options.quiet
    )
    var cases: [BenchCase<BenchLensDetails>] = []
    for (index, dtype) in dtype.dtypes.enumerated() {
      let inputs = try BenchLossInputs(settings, dtype: dtype)
      settings = inputs.settings
      cases += try BenchLensTrial(inputs, threads: threads).cases(rounds: repetitions) { round in
        try Interruption.check()
        progress.update(index * repetitions + round)
      }
    }
    progress.clear()
    let report = BenchReport(
      bench: "lens",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
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
