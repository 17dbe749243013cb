import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Drawing
import FileErrors
import Foundation
import Raster

/// `focal predict`: detections in pictures.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Find objects in pictures.",
    discussion: """
      Examples:
        focal predict --model best.safetensors photo.jpg
        focal predict --model best.safetensors pictures/ --draw drawn/ --score 0.4
        focal predict --model best.safetensors 'pictures/*.png' \\
          --detections results.json

      A folder stands for the JPEG, PNG and WebP files in it. The image_id of a detection is the picture's place in the list,
      from 1, folders in the order of their file names; its file_name stands beside it.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Argument(
    help: ArgumentHelp(
      "Pictures, folders of pictures, or patterns such as 'pictures/*.jpg'.",
      valueName: "input"
    )
  )
  var inputs: [String]

  @Option(help: ArgumentHelp("Write the detections as COCO results.", valueName: "json"))
  var detections: String?

  @Option(
    help: ArgumentHelp(
      "Write each picture with its detections drawn on it to this folder.",
      valueName: "dir"
    )
  )
  var draw: String?

  @Option(parsing: .unconditional, help: "Detections that score less are left out, 0...1.")
  var score: Float = 0.5

  @Option(help: "The arithmetic: auto, float32 or bfloat16.")
  var precision: TrainingRecipe.Precision = .auto

  @Option(
    help: "Pictures that cannot be read: skip (told, and the exit status is 1 in the end) or stop."
  )
  var onBadData: PictureFailurePolicy = .skip

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    guard (0...1).contains(score) else { throw ValidationError("--score \(score): expected 0...1") }
    guard !inputs.isEmpty else {
      throw ValidationError("expected at least one picture, folder or pattern")
    }
  }

  func run() throws {
    let pictures = try PictureList.pictures(in: inputs)
    try checkDetections(pictures)
    let drawings = try draw.map { try DrawingFolder(path: $0, pictures: pictures.map(\.url)) }
    let detector = try Detector(
      contentsOf: URL(fileURLWithPath: model),
      precision: precision.resolved,
      scoreThreshold: score
    )
    try drawings?.create()
    var found: [PictureDetections] = []
    var failures = 0
    var progress = ProgressLine("predict", total: pictures.count, unit: "pictures", isQuiet: quiet)
    for (index, picture) in pictures.enumerated() {
      let image: RasterImage
      do {
        image = try RasterImage(contentsOf: picture.url)
      } catch {
        // Of a single picture there is no rest to do.
        guard onBadData == .skip, pictures.count > 1 else { throw error }
        progress.clear()
        Console.error(error.description)
        failures += 1
        continue
      }
      let boxes = try detector.detections(in: image)
      found.append(
        PictureDetections(
          id: index + 1,
          file: picture.name,
          width: image.width,
          height: image.height,
          boxes: boxes
        )
      )
      try drawings?.write(
        boxes,
        on: image,
        as: index,
        categories: detector.model.configuration.categories
      )
      progress.update(index + 1)
    }
    progress.clear()
    try write(found, categories: DatasetCategory.categories(of: detector.model.configuration))
    if failures > 0 {
      throw CommandFailure.failed(
        "\(failures) of \(pictures.count) pictures could not be read; the rest is done"
      )
    }
  }

  /// Told before the work and not after it.
  private func checkDetections(_ pictures: [Picture]) throws {
    guard let detections else { return }
    if let obstacle = FileFailure.obstacle(toWriting: detections) {
      throw CommandFailure.failed("\(detections): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: detections),
      (pictures.map(\.url.path) + [model]).contains(where: { FileIdentity(path: $0) == file })
    {
      throw CommandFailure.failed(
        "\(detections): is a picture or the model itself; name another file with --detections"
      )
    }
  }

  private func write(_ found: [PictureDetections], categories: [DatasetCategory]) throws {
    let rows = found.flatMap { picture in
      picture.boxes.map { DetectionRow($0, of: picture, category: categories[$0.label]) }
    }
    if let detections {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try FileFailure.write(encoder.encode(rows), to: detections)
    }
    if json {
      try JSONLine.print(Summary(images: found.count, detections: rows))
    } else if detections == nil {
      try StandardOutput.print(
        PredictionText.text(found, categories: categories.map(\.name)),
        terminator: ""
      )
    }
  }

  private struct Summary: Encodable {
    let images: Int
    let detections: [DetectionRow]
  }
}

/// What is done about a picture that cannot be read.
enum PictureFailurePolicy: String, ExpressibleByArgument, CaseIterable {
  case skip, stop
}

/// What was found in one picture.
struct PictureDetections {
  let id: Int
  let file: String
  let width: Int
  let height: Int
  let boxes: [ScoredBox]
}

/// One detection as COCO results have it, with the picture's file and the category's name beside the ids.
struct DetectionRow: Encodable {
  let image_id: Int
  let file_name: String
  let category_id: Int
  let category: String
  let bbox: [Double]
  let score: Double

  init(_ box: ScoredBox, of picture: PictureDetections, category: DatasetCategory) {
    image_id = picture.id
    file_name = picture.file
    category_id = category.id
    self.category = category.name
    bbox = [box.box.x1, box.box.y1, box.box.width, box.box.height].map { Double($0) }
    score = Double(box.score)
  }
}
