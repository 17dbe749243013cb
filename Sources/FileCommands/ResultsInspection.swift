import COCOFormat
import CommandConsole
import DetectionDatasets
import Foundation

/// A look into a COCO results file, held against the annotations it belongs to.
struct ResultsInspection {
  private let groundTruth: String
  private let options: InspectOptions

  init(groundTruth: String, _ options: InspectOptions) {
    self.groundTruth = groundTruth
    self.options = options
  }

  private struct Figures: Encodable {
    struct Class: Encodable {
      var id: Int
      var name: String
      var detections: Int
      var boxes: Int
    }

    var format = "results"
    /// Pictures of the annotation file, and those with a detection.
    var images: Int
    var imagesWithDetections: Int
    var detections: Int
    var scores: [Double]?
    var classes: [Class]
    var problems: [DatasetProblem]
  }

  func run() throws {
    guard let path = options.data.first, options.data.count == 1 else {
      throw CommandFailure.usage("--ground-truth: expected one results file with it")
    }
    let reading = COCOReadingOptions.evaluation
    let truth = try COCOGroundTruth(contentsOf: URL(fileURLWithPath: groundTruth), options: reading)
    let results = try COCODetections(
      contentsOf: URL(fileURLWithPath: path),
      for: truth,
      options: reading
    )
    let figures = figures(results, truth, path)
    if options.json {
      try JSONLine.print(figures)
    } else {
      try StandardOutput.print(text(figures, path), terminator: "")
    }
  }

  private func figures(
    _ results: COCODetections,
    _ truth: COCOGroundTruth,
    _ path: String
  ) -> Figures {
    var counts: [Int: Int] = [:]
    for id in results.detections.categoryIDs { counts[id, default: 0] += 1 }
    var boxes: [Int: Int] = [:]
    for annotation in truth.annotations { boxes[annotation.categoryID, default: 0] += 1 }
    let (least, most) = (results.detections.scores.min(), results.detections.scores.max())
    return Figures(
      images: truth.images.count,
      imagesWithDetections: Set(results.detections.imageIDs).count,
      detections: results.detections.count,
      scores: least.flatMap { least in most.map { [least, $0] } },
      classes: truth.categories.map {
        .init(
          id: $0.id,
          name: $0.name,
          detections: counts[$0.id] ?? 0,
          boxes: boxes[$0.id] ?? 0
        )
      },
      problems: results.problems.map {
        DatasetProblem(
          file: path,
          place: $0.path,
          kind: $0.kind == .emptyBox ? .emptyBox : .badAnnotation,
          message: $0.message
        )
      }
    )
  }

  private func text(_ figures: Figures, _ path: String) -> String {
    var text =
      "\(PlainText.escaped(path)): COCO results, "
      + "\(InspectionText.counted(figures.detections, "detection")) on "
      + "\(figures.imagesWithDetections) of \(InspectionText.counted(figures.images, "picture"))\n"
    if let scores = figures.scores, scores.count == 2 {
      text += "scores from \(scores[0]) to \(scores[1])\n"
    }
    text +=
      "\n"
      + TextTable(
        ["class", "detections", "boxes"],
        figures.classes.map {
          [PlainText.escaped($0.name), "\($0.detections)", "\($0.boxes)"]
        }
      ).text
    return text + "\n" + ProblemText.text(figures.problems, all: options.all)
  }
}
