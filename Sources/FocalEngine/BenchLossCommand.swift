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

  @Option(
    parsing: .unconditional,
    help: "Threads of an operation. (default: LibTorch's own choice)"
  )
  var threads: Int?

  @Option(parsing: .unconditional, help: "Rounds of three timed calls of each case.")
  var repetitions: Int = 15

  @Option(parsing: .unconditional, help: "The weight of objects, 0 to 1, or none.")
  var alpha: AlphaOption = .one(0.25)

  @Option(
    parsing: .unconditional,
    help: "The focusing parameter, 0 to 10000; 0, 2 and others differ in speed."
  )
  var gamma: Double = 2

  @Option(
    parsing: .unconditional,
    help: "The seed of logits and targets. (default: 0)",
    transform: SeedOption.seed(from:)
  )
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    for (name, value) in [("--rows", rows), ("--classes", classes)] where value < 1 {
      throw ValidationError("\(name) \(value): expected 1 or more")
    }
    let (count, overflows) = rows.multipliedReportingOverflow(by: classes)
    guard !overflows, count <= 1 << 31 else {
      throw ValidationError("--rows \(rows) --classes \(classes): expected at most 2^31 logits")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
    guard (1...100_000).contains(repetitions) else {
      throw ValidationError("--repetitions \(repetitions): expected 1 to 100000")
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
    Interruption.listen(isQuiet: quiet)
    let threads = threads ?? TorchRuntime.threads
    try TorchRuntime.setThreads(threads)
    var settings = BenchLossInputs.Settings(
      rows: rows,
      classes: classes,
      alpha: weight,
      gamma: gamma,
      seed: seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench loss",
      total: repetitions * dtype.dtypes.count,
      unit: "rounds",
      isQuiet: quiet
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
    try json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
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
