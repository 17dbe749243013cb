import ArgumentParser
import CommandConsole
import DetectionInference
import DetectionModels
import Torch

/// `focal bench infer`: a network as it predicts, against the convolutions' speed.
struct BenchInferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Time prediction and its parts against the convolutions' own speed.",
    discussion: """
      Examples:
        focal bench infer
        focal bench infer --backbone resnet18 --width 512 --height 512 --precision bfloat16
        focal bench infer --parts --json

      The network is torchvision's first RetinaNet with random weights; a pass goes from a normalised picture to the \
      logits and deltas of every anchor: nothing is left out that a real picture would let be left out. The limit is \
      what the multiply-adds take at the rate of the machine's best 3x3 convolution by its definition, timed in the \
      same run.
      """
  )

  @Option(help: "The backbone.")
  var backbone = Choice(ResNetDepth.resnet50)

  @Option(parsing: .unconditional, help: "Width of the pictures, a multiple of 32.")
  var width: Int = 1088

  @Option(parsing: .unconditional, help: "Height of the pictures, a multiple of 32.")
  var height: Int = 800

  @Option(parsing: .unconditional, help: "Pictures in a batch, 1 or more.")
  var batch: Int = 1

  @Option(
    parsing: .unconditional,
    help: "Classes, the background that torchvision counts among them, 2 or more."
  )
  var classes: Int = 91

  @Option(help: "float32, bfloat16 or int8; repeated for several. (default: all)")
  var precision: [PredictionPrecision] = []

  @Flag(help: "Tell the parts of a pass too: stem, stages, pyramid, heads.")
  var parts = false

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    for (name, side) in [("width", width), ("height", height)]
    where !(32...4096).contains(side) || side % 32 != 0 {
      throw ValidationError("--\(name) \(side): expected a multiple of 32, 32 to 4096")
    }
    guard (1...1024).contains(batch) else {
      throw ValidationError("--batch \(batch): expected 1 to 1024")
    }
    guard (2...100_000).contains(classes) else {
      throw ValidationError("--classes \(classes): expected 2 to 100000")
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? TorchRuntime.threads
    try TorchRuntime.setThreads(threads)
    let settings = BenchInferSettings(
      backbone: backbone.value,
      width: width,
      height: height,
      batch: batch,
      classes: classes,
      seed: options.seed,
      rounds: options.repetitions ?? 5
    )
    var progress = ProgressLine(
      "bench infer",
      total: settings.rounds,
      unit: "rounds",
      isQuiet: options.quiet
    )
    let precisions = precision.isEmpty ? PredictionPrecision.allCases : precision
    let trial = try BenchInferTrial(settings, precisions: precisions)
    let cases = try trial.cases(tellsParts: parts) { round in
      try Interruption.check()
      progress.update(round)
    }
    progress.clear()
    let report = BenchReport(
      bench: "infer",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(
    _ report: BenchReport<BenchInferSettings, BenchInferDetails>
  ) -> String {
    let settings = report.settings
    let table = BenchTable.text(
      heads: BenchCase<BenchInferDetails>.heads + ["share", "GFLOP/s"],
      rows: report.cases.map { entry in
        entry.cells + [
          ProgressLine.decimals(entry.details.share * 100, 1) + " %",
          entry.details.gigaflops.map { ProgressLine.decimals($0, 0) } ?? "",
        ]
      }
    )
    return """
      \(settings.backbone.rawValue), \(CountText.of(settings.batch, "picture")) of \(settings.width) x \
      \(settings.height), \(settings.classes) classes
      \(report.machine.text)

      \(table)

      limit: \(BenchInferTrial.bound)\(report.machine.warning)
      """
  }
}

extension PredictionPrecision: ExpressibleByArgument {}
