import ArgumentParser
import COCOEvaluation
import COCOFormat
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionReport
import DetectionTraining
import Foundation

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
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "What to score it on: COCO .json, Pascal VOC folder[:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations.",
      valueName: "dir"
    )
  )
  var images: String?

  @Option(help: ArgumentHelp("A COCO annotation file.", valueName: "json"))
  var groundTruth: String?

  @Option(help: ArgumentHelp("A COCO results file of any detector.", valueName: "json"))
  var detections: String?

  @Option(help: "The arithmetic: auto, float32 or bfloat16. (default: auto)")
  var precision: TrainingRecipe.Precision?

  @Option(
    help:
      "Pictures that cannot be used: skip (their objects count as missed) or stop. (default: stop)"
  )
  var onBadData: BadDataPolicy?

  @Option(help: ArgumentHelp("Write a page with curves and classes.", valueName: "html"))
  var report: String?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "The figures of each class too.")
  var perClass = false

  @Flag(
    name: .customLong("pycocotools-ids"),
    help: "Give annotation id 0 the treatment pycocotools gives it: never matched."
  )
  var pycocotoolsIDs = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func run() throws {
    let started = ContinuousClock.now
    let result: COCOEvaluationResult
    let subject: String
    switch (model, data, groundTruth, detections) {
    case (let model?, let data?, nil, nil):
      try checkReport()
      result = try scored(model: model, data: data)
      subject = "\(model) on \(data)"
    case (nil, nil, let truth?, let detections?):
      try refuseModelOptions()
      try checkReport()
      result = try scored(groundTruth: truth, detections: detections)
      subject = "\(detections) against \(truth)"
    default:
      throw CommandFailure.usage(
        "expected either --model M --data DATA, or --ground-truth GT.json --detections DT.json; see focal eval --help"
      )
    }
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    if let report {
      try EvaluationPage.report(of: result, subject: subject).write(
        to: FileFailure.goal(ofWriting: report)
      )
    }
    if json {
      try JSONLine.print(EvaluationFigures(result, seconds: seconds, perClass: perClass))
    } else {
      try StandardOutput.print(
        EvaluationTable.text(result, perClass: perClass),
        terminator: ""
      )
    }
  }

  /// Of a results file there is nothing left to read or to compute with.
  private func refuseModelOptions() throws {
    let given = [
      ("--images", images != nil), ("--precision", precision != nil),
      ("--on-bad-data", onBadData != nil),
    ]
    .filter(\.1).map(\.0)
    if given.isEmpty { return }
    throw CommandFailure.usage(
      "\(given.joined(separator: ", ")): only with --model and --data; a results file is scored as it is"
    )
  }

  /// Told before the work and not after it.
  private func checkReport() throws {
    if let report, let obstacle = FileFailure.obstacle(toWriting: report) {
      throw CommandFailure.failed("\(report): cannot write the report: \(obstacle)")
    }
  }

  private func scored(model path: String, data: String) throws -> COCOEvaluationResult {
    let precision = (precision ?? .auto).resolved
    let onBadData = onBadData ?? .stop
    let detector = try Detector(contentsOf: URL(fileURLWithPath: path), precision: precision)
    let dataset = try DatasetLoading.load(
      data,
      images: images,
      onBadData: onBadData
    )
    .aligned(to: DatasetCategory.categories(of: detector.model.configuration))
    var progress = ProgressLine(
      "eval",
      total: dataset.samples.count,
      unit: "pictures",
      isQuiet: quiet
    )
    let evaluation = try ModelEvaluation.run(
      model: detector.model,
      dataset: dataset,
      precision: precision,
      onBadData: onBadData,
      parameters: parameters
    ) { progress.update($0) }
    progress.clear()
    for problem in evaluation.skipped { Console.warning("left out: \(problem)") }
    return evaluation.result
  }

  private func scored(groundTruth: String, detections: String) throws -> COCOEvaluationResult {
    let truth = try COCOGroundTruth(
      contentsOf: URL(fileURLWithPath: groundTruth),
      options: .evaluation
    )
    let results = try COCODetections(contentsOf: URL(fileURLWithPath: detections), for: truth)
    for problem in (truth.problems + results.problems).prefix(10) {
      Console.warning("\(problem)")
    }
    let rest = truth.problems.count + results.problems.count - 10
    if rest > 0 { Console.warning("\(rest) more problems like these") }
    return try COCOEvaluator(groundTruth: truth, parameters: parameters).evaluate(
      results.detections
    )
  }

  private var parameters: COCOEvaluationParameters {
    var parameters = COCOEvaluationParameters()
    parameters.pycocotoolsIDs = pycocotoolsIDs
    return parameters
  }
}

extension TrainingRecipe.Precision: ExpressibleByArgument {}
