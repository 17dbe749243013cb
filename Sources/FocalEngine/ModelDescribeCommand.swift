import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionModels
import DetectionTraining
import Foundation

/// `focal model describe`: what a network is made of, layer by layer.
struct ModelDescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "List a network's layers: shapes, parameters, multiply-adds.",
    discussion: """
      Examples:
        focal model describe --model runs/first/best.safetensors
        focal model describe --dialect torchvision-v1 --size 800x800 --depth 4
        focal model describe --preset small --backbone resnet34 --size 320x240 \\
          --size 640x480 --json

      A multiply-add is one product of a convolution's sums, for one picture. Biases, norms, rectifiers and additions \
      are not counted; a frozen norm is folded into its convolution and costs nothing. Shapes are those of the network \
      itself, run on a batch of no pictures.
      """
  )

  @Option(help: ArgumentHelp("A model file.", valueName: "model"))
  var model: String?

  @Option(help: "The network of a recipe: \(RecipeOptions.presetNames).")
  var preset: String?

  @Option(help: "The network of an implementation.")
  var dialect: Choice<RetinaNetDialect>?

  @Option(help: "Another backbone than the preset's or the dialect's.")
  var backbone: Choice<ResNetDepth>?

  @Option(help: "How many categories, for a preset or a dialect. Default: COCO's.")
  var classes: Int?

  @Option(
    help: ArgumentHelp(
      "The size of the network's input, in pixels; may be given again. Default: what a picture of 640x480 becomes.",
      valueName: "WxH"
    ),
    transform: InputSize.init(parsing:)
  )
  var size: [InputSize] = []

  @Option(help: "How finely: 1 the parts, 2 their stages, and on; 5 is every layer.")
  var depth = 2

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Errors and warnings only; what was asked for is printed all the same.")
  var quiet = false

  func validate() throws {
    let sources = [model, preset, dialect?.value.rawValue].compactMap(\.self)
    guard sources.count == 1 else {
      throw ValidationError(
        "expected one of --model, --preset and --dialect, found \(sources.isEmpty ? "none" : "\(sources.count)")"
      )
    }
    if model != nil, backbone != nil || classes != nil {
      throw ValidationError("--backbone and --classes: a model file has its own; leave them out")
    }
    if let classes, !(1...10_000).contains(classes) {
      throw ValidationError("--classes \(classes): expected 1...10000")
    }
    guard (1...9).contains(depth) else {
      throw ValidationError("--depth \(depth): expected 1...9")
    }
  }

  func run() throws {
    let network = try network()
    let configuration = network.configuration
    let sizes = size.isEmpty ? [InputSize(usualFor: configuration.input.resize)] : size
    let description = NetworkDescription(
      source: model ?? preset ?? dialect?.value.rawValue ?? "",
      configuration: configuration,
      sizes: try sizes.map { size in
        NetworkDescription.Size(
          size,
          anchors: AnchorGenerator(configuration: configuration.anchors)
            .featureSizes(imageWidth: size.width, imageHeight: size.height)
            .reduce(0) { $0 + $1.width * $1.height } * configuration.anchors.anchorsPerCell,
          layers: try network.layers(width: size.width, height: size.height),
          depth: depth
        )
      }
    )
    try json ? JSONLine.print(description) : StandardOutput.print(description.text)
  }

  private func network() throws -> RetinaNet {
    if let model { return try ModelFile.model(contentsOf: URL(fileURLWithPath: model)) }
    var configuration: RetinaNetConfiguration
    if let preset {
      let recipe = TrainingRecipe(
        preset: try RecipeOptions.preset(named: preset, written: "--preset \(preset)")
      )
      configuration = recipe.configuration(
        categories: COCOCategories.names,
        categoryIDs: COCOCategories.ids
      )
    } else {
      configuration = .of(dialect?.value ?? .paper)
    }
    if let backbone { configuration.backbone.depth = backbone.value }
    if let classes {
      configuration.categories = (1...classes).map { "\($0)" }
      configuration.categoryIDs = Array(1...classes)
    }
    // Nothing looks at the weights: any seed does.
    var generator = SplitMix64(state: 0)
    return try RetinaNet(configuration: configuration, using: &generator)
  }
}

extension RetinaNetConfiguration {
  /// A dialect's network for COCO, whose weights are published.
  fileprivate static func of(_ dialect: RetinaNetDialect) -> RetinaNetConfiguration {
    switch dialect {
    case .paper: .paper
    case .detectron2: .detectron2
    case .torchvisionV1: .torchvisionV1
    case .torchvisionV2: .torchvisionV2
    case .kerasRetinaNet: .kerasRetinaNet
    }
  }
}

/// The size of a network's input.
struct InputSize: Hashable {
  let width: Int
  let height: Int

  /// The longest side that is taken: counts stay far from overflowing.
  private static let longest = 65_536

  /// Reads `WxH`.
  ///
  /// - Parameter argument: As in `800x600`.
  /// - Throws: `ValidationError` if it is none, or too large.
  init(parsing argument: String) throws {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (1...Self.longest).contains(width), (1...Self.longest).contains(height)
    else {
      throw ValidationError(
        "--size \(argument): expected WxH, two numbers of pixels in 1...\(Self.longest), as in 800x600"
      )
    }
    self.width = width
    self.height = height
  }

  /// What becomes of the commonest of COCO's pictures, 640 by 480.
  ///
  /// - Parameter rule: How pictures are resized and padded.
  init(usualFor rule: ResizeRule) {
    let resized = rule.resized(width: 640, height: 480)
    (width, height) = rule.padded(width: resized.width, height: resized.height)
  }
}
