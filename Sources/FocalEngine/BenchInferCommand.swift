import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionInference
import DetectionModels
import FileErrors
import Foundation
import Raster
import Torch
import TorchNN

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
        focal bench infer --model best.safetensors --input in.safetensors \\
          --output out.safetensors
        focal bench infer --model best.safetensors --images pictures/

      The network is torchvision's first RetinaNet with random weights, or that of --model; a pass goes from a \
      normalised picture to the logits and deltas of every anchor: nothing is left out that a real picture would let be \
      left out. int8 takes its ranges from the pictures that are timed. With --images real pictures are timed on their way through \
      preparing, the network (boxes only where a class passes the threshold) and what follows it. The limit is \
      what the multiply-adds take at the rate of the machine's best 3x3 convolution by its definition, timed in the \
      same run.
      """
  )

  @Option(help: ArgumentHelp("A model file in place of random weights.", valueName: "model"))
  var model: String?

  @Option(help: "The backbone of random weights. (default: resnet50)")
  var backbone: Choice<ResNetDepth>?

  @Option(parsing: .unconditional, help: "Width of the pictures, a multiple of 32. (default: 1088)")
  var width: Int?

  @Option(parsing: .unconditional, help: "Height of the pictures, a multiple of 32. (default: 800)")
  var height: Int?

  @Option(parsing: .unconditional, help: "Pictures in a batch, 1 or more. (default: 1)")
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help:
      "Classes of random weights, the background that torchvision counts among them, 2 or more. (default: 91)"
  )
  var classes: Int?

  @Option(
    help: ArgumentHelp(
      "A file with images [N, 3, H, W] (float32, normalised) in place of drawn ones.",
      valueName: "safetensors"
    )
  )
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Write what each form makes of the pictures to this file: logits-FORM and deltas-FORM.",
      valueName: "safetensors"
    )
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Time the way from this picture, or those of a folder or pattern, to the detections of --model.",
      valueName: "input"
    )
  )
  var images: String?

  @Option(help: "float32, bfloat16 or int8; repeated for several. (default: all)")
  var precision: [PredictionPrecision] = []

  @Flag(inversion: .prefixedNo, help: "Time the network as it trains too, in float32.")
  var plain = true

  @Flag(help: "Tell the parts of a pass too: stem, stages, pyramid, heads.")
  var parts = false

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    for (name, side) in [("width", width), ("height", height)] {
      guard let side else { continue }
      guard (32...4096).contains(side), side % 32 == 0 else {
        throw ValidationError("--\(name) \(side): expected a multiple of 32, 32 to 4096")
      }
    }
    if let batch, !(1...1024).contains(batch) {
      throw ValidationError("--batch \(batch): expected 1 to 1024")
    }
    if let classes, !(2...100_000).contains(classes) {
      throw ValidationError("--classes \(classes): expected 2 to 100000")
    }
    if model != nil, backbone != nil || classes != nil {
      throw ValidationError("--backbone and --classes are for random weights; --model has its own")
    }
    if images != nil {
      guard model != nil else { throw ValidationError("--images: needs --model") }
      guard input == nil, output == nil, !parts, width == nil, height == nil, batch == nil else {
        throw ValidationError(
          "--images: is for real pictures alone, without --input, --output, --parts, --width, --height, --batch"
        )
      }
    }
    if input != nil, width != nil || height != nil || batch != nil {
      throw ValidationError(
        "--width, --height and --batch are for drawn pictures; --input has its own"
      )
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    try checkOutput()
    let threads = options.threads ?? TorchRuntime.threads
    try TorchRuntime.setThreads(threads)
    if let model, let images { return try timeDetections(model, images, threads: threads) }
    let inputs = try inputs()
    let settings = inputs.settings(
      model: model.map { URL(fileURLWithPath: $0).lastPathComponent },
      seed: options.seed,
      rounds: options.repetitions ?? 5
    )
    var progress = progress(rounds: settings.rounds)
    let trial = try BenchInferTrial(inputs, precisions: precisions, takesPlain: plain)
    let cases = try trial.cases(rounds: settings.rounds, tellsParts: parts) { round in
      try Interruption.check()
      progress.update(round)
    }
    progress.clear()
    if let output {
      try SafetensorsFile.write(
        try trial.outputs(),
        metadata: [:],
        to: FileFailure.goal(ofWriting: output)
      )
    }
    let report = BenchReport(
      bench: "infer",
      machine: BenchMachine(threads: threads),
      settings: settings,
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(report.text)
  }

  private func timeDetections(_ model: String, _ images: String, threads: Int) throws {
    let pictures = try PictureList.pictures(in: [images])
    guard pictures.count <= BenchDetectionTrial.mostPictures else {
      throw CommandFailure.failed(
        "\(images): found \(pictures.count) pictures, expected \(BenchDetectionTrial.mostPictures) at most; name a "
          + "pattern that fits fewer"
      )
    }
    let url = URL(fileURLWithPath: model)
    let network = try ModelFile.model(contentsOf: url)
    let trial = try BenchDetectionTrial(
      network,
      calibration: ModelFile.calibration(of: url),
      images: pictures.map { try RasterImage(contentsOf: $0.url) },
      precisions: precisions
    )
    let settings = BenchDetectionSettings(
      model: url.lastPathComponent,
      backbone: network.configuration.backbone.depth,
      pictures: pictures.count,
      inputs: trial.inputs,
      rounds: options.repetitions ?? 5
    )
    var progress = progress(rounds: settings.rounds)
    let cases = try trial.cases(rounds: settings.rounds) { round in
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
    try options.json ? JSONLine.print(report) : StandardOutput.print(report.text)
  }

  private var precisions: [PredictionPrecision] {
    precision.isEmpty ? PredictionPrecision.allCases : precision
  }

  private func progress(rounds: Int) -> ProgressLine {
    ProgressLine("bench infer", total: rounds, unit: "rounds", isQuiet: options.quiet)
  }

  /// Told before the work and not after it.
  private func checkOutput() throws {
    guard let output else { return }
    if let obstacle = FileFailure.obstacle(toWriting: output) {
      throw CommandFailure.failed("\(output): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: output),
      [model, input].contains(where: { $0.flatMap(FileIdentity.init(path:)) == file })
    {
      throw CommandFailure.failed(
        "\(output): is the input or the model itself; name another file with --output"
      )
    }
  }

  private func inputs() throws -> BenchInferInputs {
    var generator = SplitMix64(state: options.seed)
    let network =
      try model.map { try ModelFile.model(contentsOf: URL(fileURLWithPath: $0)) }
      ?? BenchInferInputs.randomModel(
        backbone: backbone?.value ?? .resnet50,
        classes: classes ?? 91,
        using: &generator
      )
    let images =
      try input.map {
        try BenchInferInputs.images(path: $0, configuration: network.configuration)
      }
      ?? Tensor.uniform(
        shape: [batch ?? 1, 3, height ?? 800, width ?? 1088],
        using: &generator
      ).channelsLast()
    return BenchInferInputs(model: network, images: images)
  }
}

extension PredictionPrecision: ExpressibleByArgument {}
