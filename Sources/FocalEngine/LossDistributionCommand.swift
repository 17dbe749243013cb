import ArgumentParser
import CommandConsole
import DetectionAnalysis
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionReport
import DetectionTraining
import FileErrors
import FocalLossReference
import Foundation

/// `focal loss distribution`: the paper's figure 4 on a model and a dataset of the user's.
struct LossDistributionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distribution",
    abstract: "Who carries the loss: objects, hard and easy negatives, for several gammas.",
    discussion: """
      Runs a model over a dataset, assigns anchors as training does, and says how the focal loss of every gamma
      spreads over its logits: the share of objects, of easy negatives (p_t above 0.6) and of hard ones in
      the loss and in the gradient, and how much the hardest hundredth of the background carries. With --out also the
      cumulative curves of Lin et al. 2017, figure 4, as PNG and SVG.

      Examples:
        focal loss distribution --model runs/first/best.safetensors \\
          --data val.json --images pictures/
        focal loss distribution --model M --data synth:20:1 --gammas 0,2 --json
        focal loss distribution --model M --data VOC:val --out figure4/
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Pictures and boxes: COCO .json, VOC folder[:split], "
        + "YOLO data.yaml[:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  var data: String

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations.",
      valueName: "dir"
    )
  )
  var images: String?

  @Option(help: ArgumentHelp("Focusing parameters, 0 is cross entropy.", valueName: "list"))
  var gammas = "0,0.5,1,2,5"

  @Option(
    help: ArgumentHelp(
      "Weight of objects in the shares, or none for both alike; the curves do not depend on it.",
      valueName: "weight"
    )
  )
  var alpha = "none"

  @Option(help: ArgumentHelp("Write the cumulative curves here.", valueName: "dir"))
  var out: String?

  @Option(help: "The arithmetic: auto, float32 or bfloat16. (default: auto)")
  var precision: TrainingRecipe.Precision?

  @Option(help: "Pictures that cannot be used: skip or stop. (default: stop)")
  var onBadData: BadDataPolicy?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func run() throws {
    let losses = try self.losses()
    let folder = try out.map { try Self.folder($0) }
    let margins = try margins()
    let distributions = losses.map { LossDistribution(of: $0, over: margins.histogram) }
    if let folder {
      try LossDistributionFigures.write(distributions, gammas: losses.map(\.gamma), to: folder)
    }
    let figures = LossDistributionFigures(
      margins: margins,
      losses: losses,
      distributions: distributions
    )
    if json {
      try JSONLine.print(figures)
    } else {
      try StandardOutput.print(figures.text, terminator: "")
    }
  }

  private func losses() throws -> [SigmoidFocalReference] {
    var weight: Double?
    if alpha != "none" {
      guard let value = Double(alpha), (0...1).contains(value) else {
        throw CommandFailure.usage("--alpha: found \(alpha), expected a number in 0...1 or none")
      }
      weight = value
    }
    return try gammas.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let gamma = Double(word), SigmoidFocalReference.gammaRange.contains(gamma) else {
        throw CommandFailure.usage(
          "--gammas: found \(word), expected numbers from 0 to 10000 with commas between, such as 0,2"
        )
      }
      return SigmoidFocalReference(alpha: weight, gamma: gamma)
    }
  }

  private static func folder(_ path: String) throws -> URL {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure.failed(
        "\(path): cannot make the folder: \(FileReason(error))"
      )
    }
    return folder
  }

  private func margins() throws -> ModelMargins {
    let precision = (precision ?? .auto).resolved
    let onBadData = onBadData ?? .stop
    let detector = try Detector(
      contentsOf: URL(fileURLWithPath: model),
      precision: PredictionPrecision(precision)
    )
    let dataset = try DatasetLoading.load(data, images: images, onBadData: onBadData)
      .aligned(to: DatasetCategory.categories(of: detector.model.configuration))
    var progress = ProgressLine(
      "loss distribution",
      total: dataset.samples.count,
      unit: "pictures",
      isQuiet: quiet
    )
    let margins = try ModelMargins(
      of: detector.model,
      on: dataset,
      precision: precision,
      onBadData: onBadData
    ) { progress.update($0) }
    progress.clear()
    for problem in margins.skipped { Console.warning("left out: \(problem)") }
    return margins
  }
}
