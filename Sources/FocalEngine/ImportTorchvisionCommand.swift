import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionModels
import Foundation
import WeightImport

/// `focal import torchvision`: a RetinaNet out of a state dict.
struct ImportTorchvisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torchvision",
    abstract: "Make a model of torchvision's RetinaNet weights (.pth, .pt, .safetensors).",
    discussion: """
      Examples:
        focal import torchvision retinanet_resnet50_fpn_coco.pth \\
          --out coco.safetensors
        focal import torchvision checkpoint.pth --key model_ema \\
          --categories cat,dog --out pets.safetensors
        focal import torchvision coco.pth --classes person,car,crane \\
          --out start.safetensors
        focal predict --model coco.safetensors photo.jpg

      The file is read without Python, and nothing in it is executed. Both of torchvision's RetinaNets are taken, on \
      every ResNet that focal builds; which one it is, names and shapes tell. A state dict inside a training checkpoint \
      is found. Classification weights (resnet50.pth) are no detector: focal train --backbone-weights takes them.

      91 logits an anchor are COCO's; other networks get their names by --categories, else numbers. With --classes the \
      rows of classes that the file has are kept, all others start from the prior: a model to fine-tune with \
      focal train --weights.
      """
  )

  @Argument(help: ArgumentHelp("The weights.", valueName: "weights"))
  var weights: String

  @Option(help: ArgumentHelp("The model file to write.", valueName: "safetensors"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Where in a training checkpoint the state dict is, as model or ema.module. Default: it is looked for.",
      valueName: "keys"
    )
  )
  var key: String?

  @Option(
    help: ArgumentHelp(
      "The names of the file's classes: a,b,c, a COCO .json, or a text file with one a line.",
      valueName: "names"
    )
  )
  var categories: String?

  @Option(
    help: ArgumentHelp(
      "The classes to have, to fine-tune: names as for --categories, or a number of new ones.",
      valueName: "names"
    )
  )
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "Whose anchors, background and losses it has. Default: torchvision-v2 where the heads have norms, else torchvision-v1.",
      valueName: "dialect"
    )
  )
  var dialect: Choice<RetinaNetDialect>?

  @Option(
    help:
      "The backbone's norms: frozen or batch. Default: batch where the file counts their batches, else frozen."
  )
  var norm: ImportedNorm?

  @Option(
    help: ArgumentHelp(
      "What is added to each variance. Default: 0 for frozen norms of torchvision-v1 with 91 logits (the published COCO "
        + "weights), else 1e-5.",
      valueName: "number"
    )
  )
  var normEpsilon: Double?

  @Option(
    help: ArgumentHelp(
      "Pixels of a picture's short side, and the most of its long one. Default: 800,1333.",
      valueName: "short,long"
    )
  )
  var inputSize: InputSizeOption?

  @Option(help: "The seed of new classes' weights.", transform: SeedOption.seed)
  var seed: UInt64 = 0

  @Flag(help: "Print what became of every tensor as one JSON object on standard output.")
  var json = false

  @Flag(help: "Errors and warnings only; what was asked for is printed all the same.")
  var quiet = false

  func validate() throws {
    if let normEpsilon, !(normEpsilon >= 0 && normEpsilon < 1) {
      throw ValidationError("--norm-epsilon \(normEpsilon): expected a number from 0 to below 1")
    }
  }

  func run() throws {
    if let obstacle = FileFailure.obstacle(toWriting: out) {
      throw CommandFailure.failed("\(out): cannot be written: \(obstacle)")
    }
    if let file = FileIdentity(path: out), FileIdentity(path: weights) == file {
      throw CommandFailure.failed("\(out): is the weights' own file; name another one with --out")
    }
    var options = ImportOptions()
    options.categories = try categories.map { try ClassNames.parse($0, option: "--categories") }
    options.classes = try classes.map {
      try ClassNames.parse($0, option: "--classes", takesNumber: true)
    }
    options.classesAreNew = classes.map { Int($0) != nil } ?? false
    options.dialect = dialect?.value
    options.norm = norm?.norm
    options.normEpsilon = normEpsilon
    options.inputSize = inputSize.map { ($0.shortSide, $0.longSide) }
    options.seed = seed
    let file = try WeightFile(contentsOf: URL(fileURLWithPath: weights), key: key)
    let (model, report) = try TorchvisionImport.model(file, options: options)
    try ModelFile.write(model, to: FileFailure.goal(ofWriting: out))
    if json {
      try JSONLine.print(
        Figures(output: out, report: report, configuration: model.configuration)
      )
    } else {
      try StandardOutput.print(text(report, model.configuration))
    }
  }

  private func text(_ report: WeightReport, _ configuration: RetinaNetConfiguration) -> String {
    let resize = configuration.input.resize
    return
      ([
        "\(out): \(configuration.categories.count) classes, pictures of \(resize.shortSide) to \(resize.longSideCap) "
          + "pixels, norm epsilon \(configuration.backbone.normEpsilon)"
      ] + WeightReportText.lines(report)).map(PlainText.escaped).joined(separator: "\n")
  }

  private struct Figures: Encodable {
    let output: String
    let report: WeightReport
    let configuration: RetinaNetConfiguration

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(output, forKey: .output)
      try container.encode(configuration, forKey: .configuration)
    }

    private enum CodingKeys: CodingKey {
      case output, configuration
    }
  }
}

/// The norms that torchvision's backbones have.
enum ImportedNorm: String, ExpressibleByArgument, CaseIterable {
  case frozen, batch

  var norm: BackboneNorm { self == .frozen ? .frozen : .batch }
}

/// What `--input-size` says.
struct InputSizeOption: ExpressibleByArgument {
  let shortSide: Int
  let longSide: Int

  init?(argument: String) {
    let sides = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let short = sides[0], let long = sides[1],
      (16...8192).contains(short), (short...16384).contains(long)
    else { return nil }
    (shortSide, longSide) = (short, long)
  }
}
