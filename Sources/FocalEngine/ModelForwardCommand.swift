import ArgumentParser
import CommandConsole
import DetectionInference
import DetectionModels
import DetectionTraining
import Foundation
import Torch
import TorchNN

/// `focal model forward`: what a network says of images in a file, before anything is made of it.
struct ModelForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Run a model on images in a file, and write logits, deltas and anchors to another.",
    discussion: """
      Examples:
        focal model forward --model best.safetensors --input in.safetensors \\
          --output out.safetensors
        focal model forward --model best.safetensors --input in.safetensors \\
          --output out.safetensors --precision bfloat16 --json

      The input holds images [B, 3, H, W] (float32): red, green, blue, already normalised as the model's file says, \
      of any size. The output holds logits [B, A, K], deltas [B, A, 4] and anchors [A, 4] (x1, y1, x2, y2 in the \
      images' pixels), all float32: A anchors in the order level, row, column, anchor of the cell; K logits, one a \
      category, and under background-first one before them. Norms use their running statistics.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("A file with images.", valueName: "safetensors"))
  var input: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "safetensors"))
  var output: String

  @Option(help: "The arithmetic: auto, float32 or bfloat16.")
  var precision: TrainingRecipe.Precision = .float32

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Errors only; what was asked for is printed all the same.")
  var quiet = false

  func run() throws {
    if let obstacle = FileFailure.obstacle(toWriting: output) {
      throw CommandFailure.failed("\(output): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: output),
      [input, model].contains(where: { FileIdentity(path: $0) == file })
    {
      throw CommandFailure.failed(
        "\(output): is the input or the model itself; name another file with --output"
      )
    }
    let file = URL(fileURLWithPath: model)
    let configuration = try ModelFile.configuration(of: file)
    let images = try ForwardInput(path: input, configuration: configuration).images
    let result = try ForwardPass(
      of: images,
      through: ModelFile.model(contentsOf: file),
      precision: precision.resolved
    )
    try SafetensorsFile.write(
      [
        NamedTensor(name: "logits", tensor: result.logits),
        NamedTensor(name: "deltas", tensor: result.deltas),
        NamedTensor(name: "anchors", tensor: result.anchors),
      ],
      metadata: ["precision": precision.resolved.rawValue],
      to: FileFailure.goal(ofWriting: output)
    )
    let figures = Figures(
      logits: result.logits.shape,
      deltas: result.deltas.shape,
      anchors: result.anchors.shape,
      notFinite: try result.notFinite(),
      precision: precision.resolved.rawValue,
      output: output
    )
    if figures.notFinite > 0, !quiet {
      Console.warning(
        "\(output): \(figures.notFinite) logits and deltas are not finite: the model's weights or "
          + "the images are too large"
      )
    }
    try json ? JSONLine.print(figures) : StandardOutput.print(figures.text)
  }

  private struct Figures: Encodable {
    let logits: [Int]
    let deltas: [Int]
    let anchors: [Int]
    let notFinite: Int
    let precision: String
    let output: String

    var text: String {
      "\(output): logits \(logits), deltas \(deltas), anchors \(anchors), computed in \(precision)"
    }
  }
}
