import ArgumentParser
import CommandConsole
import FocalLoss
import Foundation
import Torch

/// `focal bench loss`: the focal loss against the memory's speed.
struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss",
    abstract: "Time the focal loss, fused and composed, against one pass over the logits.",
    discussion: """
      Examples:
        focal bench loss
        focal bench loss --dtype f32 --threads 2 --json
        focal bench loss --rows 1000000 --classes 1 --gamma 1.5

      The limit is one pass that reads the logits and writes a ready buffer of their size: what a loss with its \
      gradient has to do at least. Extra memory is what a call occupies at its peak beyond logits, targets and \
      gradient; errors are relative to the same in double precision. The defaults are a RetinaNet's anchors of one \
      picture of 800 x 800 pixels and the classes of COCO.
      """
  )

  /// What the logits are.
  enum Element: String, ExpressibleByArgument, CaseIterable {
    case f32, bf16, both

    var dtypes: [DType] {
      switch self {
      case .f32: [.float32]
      case .bf16: [.bfloat16]
      case .both: [.float32, .bfloat16]
      }
    }
  }

  @Option(parsing: .unconditional, help: "Anchors, 1 or more.")
  var rows: Int = 120_087

  @Option(parsing: .unconditional, help: "Classes, 1 or more.")
  var classes: Int = 80

  @Option(help: "What the logits are.")
  var dtype: Element = .both

  @Option(parsing: .unconditional, help: "The weight of objects, 0 to 1, or none.")
  var alpha: AlphaOption = .one(0.25)

  @Option(
    parsing: .unconditional,
    help: "The focusing parameter, 0 to 10000; 0, 2 and others differ in speed."
  )
  var gamma: Double = 2

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
    guard SigmoidFocalLoss.gammaRange.contains(gamma) else {
      throw ValidationError("--gamma \(gamma): expected 0 to 10000")
    }
    switch alpha {
    case .alike: return
    case .one(let value) where (0...1).contains(value): return
    case .one(let value): throw ValidationError("--alpha \(value): expected 0 to 1, or none")
    case .each: throw ValidationError("--alpha: expected one number, or none")
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
      alpha: weight,
      gamma: gamma,
      seed: options.seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench loss",
      total: repetitions * dtype.dtypes.count,
      unit: "rounds",
      isQuiet: options.quiet
    )
    var cases: [BenchCase<BenchLossDetails>] = []
    for (index, dtype) in dtype.dtypes.enumerated() {
      let inputs = try BenchLossInputs(settings, dtype: dtype)
      settings = inputs.settings
      cases += try BenchLossTrial(inputs).cases(rounds: repetitions) { round in
        try Interruption.check()
        progress.update(index * repetitions + round)
      }
    }
    progress.clear()
    let report = BenchReport(
      bench: "loss",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private var weight: Double? {
    if case .one(let value) = alpha { value } else { nil }
  }

  private static func text(
    _ report: BenchReport<BenchLossInputs.Settings, BenchLossDetails>
  ) -> String {
    let settings = report.settings
    let alpha = settings.alpha.map { "\($0)" } ?? "none"
    let table = BenchTable.text(
      heads: BenchCase<BenchLossDetails>.heads + ["extra memory", "loss error", "gradient error"],
      rows: report.cases.map { entry in
        entry.cells + [
          BenchTable.bytes(entry.details.extraBytes),
          BenchLossDetails.text(entry.details.relativeError),
          BenchLossDetails.text(entry.details.gradientError),
        ]
      }
    )
    return """
      \(settings.rows) x \(settings.classes) logits, \(settings.positives) objects, \(settings.ignored) ignored, \
      alpha \(alpha), gamma \(settings.gamma)
      \(report.machine.text), kernel \(TorchRuntime.fusedLossInstructionSet)

      \(table)

      limit: \(BenchLossTrial.bound)\(report.machine.warning)
      """
  }
}
