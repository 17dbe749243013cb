import ArgumentParser
import COCOEvaluation
import COCOFormat
import CommandConsole
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionReport
import DetectionTraining
import FileCommands
import Foundation
import Torch

/// `focal eval`: the COCO figures of a model, or of any detector's results file.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Score a model, or a results file, by the COCO protocol.",
    discussion: """
      Examples:
        focal eval --model runs/first/best.safetensors --data test.json \\
          --images pictures/
        focal eval --model runs/first/best.safetensors --data VOC:test --json
        focal eval --ground-truth instances.json --detections results.json \\
          --json --per-class
        focal eval --ground-truth instances.json --detections results.json --errors
        focal eval compare before.json after.json --ground-truth instances.json
      """,
    subcommands: [EvalCompareCommand.self]
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "What to score it on: COCO .json, VOC folder[:split], "
        + "YOLO data.yaml[:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  var data: String?

  @OptionGroup
  var files: ResultsFileOptions

  @Option(
    help:
      "The arithmetic: auto, float32, bfloat16 or int8 (of a model from `focal quantize`). (default: auto)"
  )
  var precision: PrecisionChoice?

  @Option(
    help:
      "Pictures that cannot be used: skip (their objects count as missed) or stop. (default: stop)"
  )
  var onBadData: BadDataPolicy?

  @OptionGroup
  var options: EvaluationOptions

  func run() throws {
    switch (model, data, files.groundTruth, files.detections) {
    case (let model?, let data?, nil, nil):
      try options.check()
      if files.allowUnknown {
        throw CommandFailure.usage("--allow-unknown: only with --ground-truth and --detections")
      }
      try score(model: model, data: data)
    case (nil, nil, let truth?, let detections?):
      try refuseModelOptions()
      try FileEvaluation(groundTruth: truth, detections: detections, files: files, options: options)
        .run(environment: ReportFacts.environment)
    default:
      throw CommandFailure.usage(
        "expected either --model M --data DATA, or --ground-truth GT.json --detections DT.json; see focal eval --help"
      )
    }
  }

  /// Of a results file there is nothing left to compute with, and to read only for a page.
  private func refuseModelOptions() throws {
    let given = [
      ("--images", options.images != nil && options.report == nil),
      ("--precision", precision != nil), ("--on-bad-data", onBadData != nil),
    ]
    .filter(\.1).map(\.0)
    if given.isEmpty { return }
    throw CommandFailure.usage(
      "\(given.joined(separator: ", ")): only with --model and --data; a results file is scored as it is, and pictures are for --report"
    )
  }

  private func score(model path: String, data: String) throws {
    let started = ContinuousClock.now
    let onBadData = onBadData ?? .stop
    let detector = try Detector(
      contentsOf: URL(fileURLWithPath: path),
      precision: precision?.precision
    )
    let dataset = try DatasetLoading.load(
      data,
      images: options.images,
      onBadData: onBadData
    )
    .aligned(to: DatasetCategory.categories(of: detector.model.configuration))
    // Names of classes are wrong before the work, and not after it.
    _ = try options.rules.parameters(for: dataset.groundTruth())
    if let threads = options.rules.threads { try TorchRuntime.setThreads(threads) }
    var progress = ProgressLine(
      "eval",
      total: dataset.samples.count,
      unit: "pictures",
      isQuiet: options.quiet
    )
    let evaluation = try ModelEvaluation.run(
      detector: detector,
      dataset: dataset,
      onBadData: onBadData
    ) { progress.update($0) }
    progress.clear()
    for problem in evaluation.skipped { Console.warning("left out: \(problem)") }
    let samples = Dictionary(dataset.samples.map { ($0.imageID, $0) }) { first, _ in first }
    try EvaluationJob(
      groundTruth: dataset.groundTruth(),
      detections: COCODetectionTable(evaluation.detections),
      pictures: PictureSource { image in
        guard let sample = samples[image.id] else {
          throw DatasetError(
            .badPicture,
            file: image.fileName,
            message: "the picture was left out, as it cannot be used"
          )
        }
        return try dataset.image(of: sample)
      },
      subject: "\(path) on \(data)",
      started: started,
      environment: ReportFacts.environment
    )
    .run(options)
  }
}

extension TrainingRecipe.Precision: ExpressibleByArgument {}
