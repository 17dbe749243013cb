import ArgumentParser
import CommandConsole
import DetectionModels
import DetectionTraining
import Foundation
import WeightImport

/// What a training starts from, where not from nothing.
struct StartingWeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start from a whole network: a model of focal's, or torchvision's RetinaNet (.pth).",
      valueName: "model"
    )
  )
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Start the backbone from torchvision's classification weights, or from a network's backbone.",
      valueName: "weights"
    )
  )
  var backboneWeights: String?

  func validate() throws {
    if weights != nil, backboneWeights != nil {
      throw ValidationError(
        "--backbone-weights: --weights has a backbone already; leave one of them out"
      )
    }
  }

  /// Whether neither is given.
  var isEmpty: Bool { weights == nil && backboneWeights == nil }

  /// Opens the file that is given; `nil` where none is.
  func startingWeights() throws -> StartingWeights? {
    if let weights {
      return try StartingWeights(contentsOf: URL(fileURLWithPath: weights), part: .network)
    }
    return try backboneWeights.map {
      try StartingWeights(contentsOf: URL(fileURLWithPath: $0), part: .backbone)
    }
  }

  /// Tells of settings that do not go with what a run starts from, or not with the dialect that they are said to be.
  func warn(of recipe: TrainingRecipe, isQuiet: Bool) {
    let departures = recipe.departuresFromDialect
    if !isQuiet, recipe.model.dialect != .paper, !departures.isEmpty {
      Console.note(
        "dialect \(recipe.model.dialect.rawValue) but for: \(departures.joined(separator: "; "))"
      )
    }
    if backboneWeights != nil,
      recipe.input.channelOrder == .bgr || recipe.input.pixelRange == .bytes
    {
      Console.warning(
        "input.channelOrder \(recipe.input.channelOrder.rawValue) with pixelRange \(recipe.input.pixelRange.rawValue): "
          + "torchvision's weights were trained on rgb of 0 to 1 (unit) with ImageNet's mean"
      )
    }
  }
}

extension StartingWeights {
  /// Gives a network the weights, tells what became of them, and lists it in the run's folder.
  func load(into model: RetinaNet, of folder: RunFolder, isQuiet: Bool) throws {
    let report = try load(into: model)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(report).write(to: folder.startingWeights, options: .atomic)
    if let first = report.mismatched.first {
      Console.warning(
        "\(report.file): \(report.mismatched.count) of its tensors have other shapes than the recipe's network, which "
          + "starts them afresh: \(first.name) is \(first.found), expected \(first.expected); all are listed in "
          + folder.startingWeights.path
      )
    }
    guard !isQuiet else { return }
    for line in WeightReportText.lines(report) { Console.note(PlainText.escaped(line)) }
  }
}
