import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionInference
import DetectionModels
import DetectionPrediction
import DetectionTraining
import Foundation

/// `focal predict`: detections in pictures and videos.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Find objects in pictures and videos.",
    discussion: """
      Examples:
        focal predict --model best.safetensors photo.jpg
        focal predict --model best.safetensors pictures/ --draw drawn/ --score 0.4
        focal predict --model best.safetensors 'pictures/*.png' \\
          --detections results.json --csv results.csv
        focal predict --model best.safetensors huge.png --tile auto --flip
        focal predict --model best.safetensors --video in.mp4 --draw out.mp4
        focal predict --model best.safetensors --list names.txt --jsonl -

      A folder stands for the JPEG, PNG and WebP files in it. The image_id of a detection is the picture's place in the list,
      from 1, folders in the order of their file names; its file_name stands beside it. The rules of --tile, --flip and
      --scales, and what each file holds: docs/predicting.md.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @OptionGroup var input: PredictionInputOptions
  @OptionGroup(title: "Looks") var looks: LookOptions
  @OptionGroup(title: "Detections") var rules: DetectionRuleOptions
  @OptionGroup(title: "Output") var output: PredictionOutputOptions
  @OptionGroup(title: "Work") var work: PipelineOptions

  func validate() throws {
    if input.video != nil, output.yolo != nil {
      throw ValidationError("--yolo: is for pictures; of a video take --csv or --jsonl")
    }
  }

  func run() throws {
    if let video = input.video { return try predict(inVideo: video) }
    let pictures = try input.pictures()
    try PredictionOutputs.check(output, inputs: pictures.map(\.url.path) + [model])
    let files = pictures.map {
      $0.bytes == nil ? $0.url : URL(fileURLWithPath: "stdin.jpg")
    }
    let drawings = try output.draw.map { try DrawingFolder(path: $0, pictures: files) }
    let labels = try output.yolo.map { try LabelFolder(path: $0, pictures: files) }
    let detector = try detector()
    let categories = categories(of: detector)
    let pipeline = try pipeline(detector)
    try drawings?.create()
    try labels?.create(categories)
    var outputs = try PredictionOutputs(output, categories: categories, isVideo: false)
    try PicturePredictionJob(
      pictures: pictures,
      categories: categories,
      drawings: drawings,
      labels: labels,
      onBadData: work.onBadData,
      isQuiet: output.quiet
    ).run(pipeline, &outputs)
  }

  private func predict(inVideo video: String) throws {
    let ffmpeg = try FFmpeg()
    try VideoPredictionJob.check(video: video, draw: output.draw)
    try PredictionOutputs.check(output, inputs: [video, model])
    let detector = try detector()
    let categories = categories(of: detector)
    let pipeline = try pipeline(detector)
    var outputs = try PredictionOutputs(output, categories: categories, isVideo: true)
    try VideoPredictionJob(
      video: video,
      every: input.every,
      draw: output.draw,
      categories: categories,
      isQuiet: output.quiet,
      ffmpeg: ffmpeg
    ).run(pipeline, &outputs)
  }

  private func detector() throws -> Detector {
    try Detector(
      contentsOf: URL(fileURLWithPath: model),
      precision: work.precision.precision,
      scoreThreshold: rules.score
    )
  }

  private func categories(of detector: Detector) -> WrittenCategories {
    let configuration = detector.model.configuration
    return WrittenCategories(names: configuration.categories, ids: configuration.categoryIDs)
  }

  private func pipeline(_ detector: Detector) throws -> PredictionPipeline<NetworkLooking> {
    let configuration = detector.model.configuration
    let rules = try rules.rules(for: configuration)
    return PredictionPipeline(
      looking: NetworkLooking(detector: detector, rules: rules),
      plan: try looks.plan(resize: configuration.input.resize),
      rules: rules,
      settings: work.settings(keepsImages: output.draw != nil)
    )
  }
}
