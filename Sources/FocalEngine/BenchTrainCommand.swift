import ArgumentParser
import CommandConsole
import DetectionInference
import DetectionModels
import Torch

/// `focal bench train`: a whole step of training against the convolutions' speed.
struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time a training step and its parts against the convolutions' own speed.",
    discussion: """
      Examples:
        focal bench train
        focal bench train --backbone resnet18 --size 256 --batch 8 --dtype bf16
        focal bench train --norm frozen --json

      A step is what training does with a batch that was read: targets of the anchors, forward pass, loss, backward \
      pass, and an update by SGD with momentum. Pictures and boxes are random, the network is torchvision's first \
      RetinaNet. The limit is what the step's multiply-adds take at the rate of the machine's best 3x3 convolution, \
      forward and backward, timed in the same run.
      """
  )

  @Option(help: "The backbone.")
  var backbone = Choice(ResNetDepth.resnet50)

  @Option(help: "The norm of the backbone; frozen freezes the stem and the first stage too.")
  var norm = Choice(BackboneNorm.batch)

  @Option(parsing: .unconditional, help: "Width and height of the pictures, a multiple of 32.")
  var size: Int = 512

  @Option(parsing: .unconditional, help: "Pictures in a batch, 1 or more.")
  var batch: Int = 2

  @Option(parsing: .unconditional, help: "Objects in a picture, 0 or more.")
  var boxes: Int = 10

  @Option(
    parsing: .unconditional,
    help: "Classes, the background that torchvision counts among them, 2 or more."
  )
  var classes: Int = 91

  @Option(help: "What the network computes in.")
  var dtype: BenchElement = .both

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    guard (32...4096).contains(size), size % 32 == 0 else {
      throw ValidationError("--size \(size): expected a multiple of 32, 32 to 4096")
    }
    guard (1...1024).contains(batch) else {
      throw ValidationError("--batch \(batch): expected 1 to 1024")
    }
    guard (0...10_000).contains(boxes) else {
      throw ValidationError("--boxes \(boxes): expected 0 to 10000")
    }
    guard (2...100_000).contains(classes) else {
      throw ValidationError("--classes \(classes): expected 2 to 100000")
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? TorchRuntime.threads
    let repetitions = options.repetitions ?? 7
    try TorchRuntime.setThreads(threads)
    let settings = BenchTrainSettings(
      backbone: backbone.value,
      norm: norm.value,
      size: size,
      batch: batch,
      boxes: boxes,
      classes: classes,
      seed: options.seed,
      repetitions: repetitions
    )
    var progress = ProgressLine(
      "bench train",
      total: repetitions * dtype.precisions.count,
      unit: "steps",
      isQuiet: options.quiet
    )
    var cases: [BenchCase<BenchTrainDetails>] = []
    for (index, precision) in dtype.precisions.enumerated() {
      let trial = try BenchTrainTrial(settings, precision: precision)
      cases += try trial.cases { step in
        try Interruption.check()
        progress.update(index * repetitions + step)
      }
    }
    progress.clear()
    let report = BenchReport(
      bench: "train",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(
    _ report: BenchReport<BenchTrainSettings, BenchTrainDetails>
  ) -> String {
    let settings = report.settings
    let table = BenchTable.text(
      heads: BenchCase<BenchTrainDetails>.heads + ["share", "GFLOP/s"],
      rows: report.cases.map { entry in
        entry.cells + [
          ProgressLine.decimals(entry.details.share * 100, 1) + " %",
          entry.details.gigaflops.map { ProgressLine.decimals($0, 0) } ?? "",
        ]
      }
    )
    return """
      \(settings.backbone.rawValue), \(settings.batch) pictures of \(settings.size) x \(settings.size), \
      \(settings.boxes) boxes each, \(settings.classes) classes, norm \(settings.norm.rawValue)
      \(report.machine.text)

      \(table)

      limit: \(BenchTrainTrial.bound)\(report.machine.warning)
      """
  }
}

extension BenchElement {
  /// What the network computes in; weights are float32.
  fileprivate var precisions: [ArithmeticPrecision] {
    switch self {
    case .f32: [.float32]
    case .bf16: [.bfloat16]
    case .both: [.float32, .bfloat16]
    }
  }
}
