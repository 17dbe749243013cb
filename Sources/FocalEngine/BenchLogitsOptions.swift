import ArgumentParser
import CommandConsole
import Torch

/// Over which logits the benchmarks of the loss and of the lens go.
struct BenchLogitsOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Anchors, 1 or more.")
  var rows: Int = 120_087

  @Option(parsing: .unconditional, help: "Classes, 1 or more.")
  var classes: Int = 80

  @Option(help: "What the logits are.")
  var dtype: BenchElement = .both

  func validate() throws {
    for (name, value) in [("--rows", rows), ("--classes", classes)] where value < 1 {
      throw ValidationError("\(name) \(value): expected 1 or more")
    }
    let (count, overflows) = rows.multipliedReportingOverflow(by: classes)
    guard !overflows, count <= 1 << 31 else {
      throw ValidationError("--rows \(rows) --classes \(classes): expected at most 2^31 logits")
    }
  }

  /// Times a trial for each element type, one after the other.
  ///
  /// - Parameters:
  ///   - bench: The benchmark's name: `loss`.
  ///   - alpha: The weight of objects; `nil` for none.
  ///   - gamma: The focusing parameter.
  ///   - options: What every benchmark is told.
  ///   - trial: Times all cases over some inputs, and tells each round.
  /// - Returns: The report.
  /// - Throws: What the trial throws; `CommandFailure` after Ctrl-C.
  func report<Details>(
    _ bench: String,
    alpha: Double?,
    gamma: Double,
    _ options: BenchOptions,
    trial: (
      _ inputs: BenchLossInputs, _ threads: Int, _ rounds: Int,
      _ observe: (_ round: Int) throws -> Void
    ) throws -> [BenchCase<Details>]
  ) throws -> BenchReport<BenchLossInputs.Settings, Details> {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? TorchRuntime.threads
    let repetitions = options.repetitions ?? 15
    try TorchRuntime.setThreads(threads)
    var settings = BenchLossInputs.Settings(
      rows: rows,
      classes: classes,
      alpha: alpha,
      gamma: gamma,
      seed: options.seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench \(bench)",
      total: repetitions * dtype.dtypes.count,
      unit: "rounds",
      isQuiet: options.quiet
    )
    var cases: [BenchCase<Details>] = []
    for (index, dtype) in dtype.dtypes.enumerated() {
      let inputs = try BenchLossInputs(settings, dtype: dtype)
      settings = inputs.settings
      cases += try trial(inputs, threads, repetitions) { round in
        try Interruption.check()
        progress.update(index * repetitions + round)
      }
    }
    progress.clear()
    return BenchReport(
      bench: bench,
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
  }
}

/// What a benchmark computes in: one type of element, or both in turn.
enum BenchElement: String, ExpressibleByArgument, CaseIterable {
  case f32, bf16, both

  var dtypes: [DType] {
    switch self {
    case .f32: [.float32]
    case .bf16: [.bfloat16]
    case .both: [.float32, .bfloat16]
    }
  }
}
