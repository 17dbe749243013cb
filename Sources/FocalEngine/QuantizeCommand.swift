import ArgumentParser
import CommandConsole
import DetectionDatasets
import DetectionInference
import DetectionModels
import FileCommands
import Foundation
import Torch

/// `focal quantize`: a model that predicts in 8-bit integers, and what that costs.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Calibrate a model for 8-bit integers and tell the AP that they lose.",
    discussion: """
      Examples:
        focal quantize --model best.safetensors --data train.json --val val.json \\
          --out best-int8.safetensors
        focal quantize --model best.safetensors --data VOC:train --val VOC:test \\
          --method percentile --pictures 64 --out best-int8.safetensors
        focal predict --model best-int8.safetensors --precision int8 pictures/

      Pictures of --data show in which ranges the values between layers lie; --val is what the model is scored on, in \
      float32 and in int8. The file written holds the same weights and the ranges: it predicts in any precision. Where \
      more than --max-loss is lost, the layers that lose most stay in bfloat16.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "What to calibrate by, as the model was trained on: COCO .json, VOC folder[:split], "
        + "YOLO data.yaml[:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  var data: String

  @Option(
    help: ArgumentHelp(
      "What to score on, likewise. (default: the data that it is calibrated by)",
      valueName: "data"
    )
  )
  var val: String?

  @Option(
    help: ArgumentHelp("Folder of the pictures, if they lie elsewhere.", valueName: "dir")
  )
  var images: String?

  @Option(help: ArgumentHelp("The model file to write.", valueName: "file"))
  var out: String

  @Option(
    parsing: .unconditional,
    help: "Pictures to calibrate by, chosen by the seed; all where there are fewer."
  )
  var pictures: Int = 128

  @Option(
    parsing: .unconditional,
    help: "The seed, 0 or more. (default: 0)",
    transform: SeedOption.seed(from:)
  )
  var seed: UInt64 = 0

  @Option(
    help: """
      What ranges hold: minmax: all values; percentile: all but the outermost ten-thousandth at each end; mse: what \
      gives the least squared error.
      """
  )
  var method: ClippingMethod = .minmax

  @Option(
    parsing: .unconditional,
    help: "The most AP that may be lost, 0 to 1: 0.005 is half a point."
  )
  var maxLoss: Double = 0.005

  @Option(help: "Pictures that cannot be used: skip or stop.")
  var onBadData: BadDataPolicy = .stop

  @Option(
    parsing: .unconditional,
    help: "Threads of the arithmetic. (default: the machine's cores)"
  )
  var threads: Int?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    guard (1...1_000_000).contains(pictures) else {
      throw ValidationError("--pictures \(pictures): expected 1 to 1000000")
    }
    guard (0...1).contains(maxLoss) else {
      throw ValidationError("--max-loss \(maxLoss): expected 0 to 1; 0.005 is half a point of AP")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
  }

  func run() throws {
    Interruption.endAtOnce(isQuiet: quiet)
    try checkOut()
    if let threads { try TorchRuntime.setThreads(threads) }
    let network = try ModelFile.model(contentsOf: URL(fileURLWithPath: model))
    let categories = DatasetCategory.categories(of: network.configuration)
    let calibrating = try load(data).aligned(to: categories)
    let scored = try val.map { try load($0).aligned(to: categories) } ?? calibrating
    let trial = QuantizationTrial(
      model: network,
      scored: scored,
      onBadData: onBadData,
      maxLoss: maxLoss,
      isQuiet: quiet
    )
    let subset = QuantizationTrial.subset(of: calibrating, count: pictures, seed: seed)
    let outcome = try trial.run(
      on: subset,
      method: method,
      origin: "\(method.rawValue) over \(CountText.of(subset.samples.count, "picture")), "
        + "seed \(seed)"
    )
    let url = FileFailure.goal(ofWriting: out)
    if outcome.isGoodEnough {
      try ModelFile.write(network, calibration: outcome.calibration, to: url)
    }
    let report = QuantizationReport(
      outcome,
      model: model,
      out: outcome.isGoodEnough ? out : nil,
      data: data,
      val: val ?? data,
      method: method,
      pictures: subset.samples.count,
      seed: seed,
      maxLoss: maxLoss
    )
    try json ? JSONLine.print(report) : StandardOutput.print(report.text)
    guard outcome.isGoodEnough else { throw CommandFailure.failed(report.failure) }
  }

  private func load(_ specification: String) throws -> DetectionDataset {
    try DatasetLoading.load(specification, images: images, onBadData: onBadData, isQuiet: quiet)
  }

  /// Told before the work and not after it.
  private func checkOut() throws {
    if let obstacle = FileFailure.obstacle(toWriting: out) {
      throw CommandFailure.failed("\(out): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: out), FileIdentity(path: model) == file {
      throw CommandFailure.failed("\(out): is the model itself; name another file with --out")
    }
  }
}

extension ClippingMethod: ExpressibleByArgument {}
