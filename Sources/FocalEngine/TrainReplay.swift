import CommandConsole
import DetectionTraining
import Foundation

/// `focal train --replay`: a step whose loss was not finite, computed again and looked into.
enum TrainReplay {
  /// Computes the step and prints what came of it.
  ///
  /// - Parameters:
  ///   - path: The file that the run wrote.
  ///   - assignments: Keys of the recipe to change.
  ///   - json: One JSON object on standard output instead of text.
  /// - Throws: ``CommandFailure`` with status 1 where the step is not finite again.
  static func run(_ path: String, setting assignments: [String], json: Bool) throws {
    let replay: StepReplay
    do {
      replay = try StepReplay(
        contentsOf: URL(fileURLWithPath: path),
        setting: assignments
      )
    } catch let error as RecipeError {
      throw CommandFailure.recipe(error)
    }
    let outcome = try replay.run()
    if json {
      try JSONLine.print(Figures(replay, outcome))
    } else {
      try StandardOutput.print(text(replay, outcome), terminator: "")
    }
    if !outcome.isFinite { throw CommandFailure.silent(status: 1) }
  }

  private static func text(_ replay: StepReplay, _ outcome: StepReplay.Outcome) -> String {
    var lines = [
      "step \(replay.step), learning rate \(replay.learningRate), \(replay.recipe.precision.rawValue) precision",
      "losses: classification \(number(outcome.classificationLoss)), box \(number(outcome.boxLoss)); "
        + "gradient norm \(number(outcome.gradientNorm))",
      "first layer whose output is not finite: \(outcome.firstFaultyLayer ?? "none")", "",
      "each picture alone:",
    ]
    lines += outcome.pictures.map { picture in
      let verdict =
        !picture.hasFinitePixels
        ? "its pixels are not finite"
        : !picture.hasFiniteOutputs ? "the network's outputs are not finite" : "finite"
      return "  \(picture.imageID) (\(picture.name)), \(picture.boxCount) boxes: classification "
        + "\(number(picture.classificationLoss)), box \(number(picture.boxLoss)); \(verdict)"
    }
    lines += ["", "gradient norms, broken ones first:"]
    lines += outcome.norms.map { "  \($0)" }
    lines += ["", verdict(replay, outcome)]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func verdict(_ replay: StepReplay, _ outcome: StepReplay.Outcome) -> String {
    if outcome.isFinite, !replay.isWholeStep {
      return
        "this worker's share of the step is finite here: look at the records of the other workers"
    }
    if outcome.isFinite {
      return "the step is finite here: what went wrong is not in its pictures and weights alone "
        + "(another precision, number of threads or workers, or a faulty machine)"
    }
    if let picture = outcome.pictures.first(where: { !$0.hasFinitePixels }) {
      return
        "look at picture \(picture.imageID) (\(picture.name)): what the network got of it are not numbers"
    }
    if outcome.pictures.allSatisfy({ !$0.hasFiniteOutputs }) {
      return "every picture alone gives no numbers: the weights have gone before this step; "
        + "lower optimizer.learningRatePer16Images, or set precision=float32 to see whether the format is at fault"
    }
    if let picture = outcome.pictures.first(where: { !$0.hasFiniteOutputs }) {
      return "look at picture \(picture.imageID) (\(picture.name)) and its boxes"
    }
    return
      "each picture alone is finite: together they overflow; --set precision=float32 tells whether "
      + "the format is at fault, else lower optimizer.learningRatePer16Images"
  }

  private static func number(_ value: Double) -> String {
    value.isNaN ? "nan" : "\(Float(value))"
  }

  /// What is not a number is `null`, as JSON has no word for it.
  private struct Figures: Encodable {
    struct Picture: Encodable {
      let id: Int
      let name: String
      let boxes: Int
      let hasFinitePixels: Bool
      let hasFiniteOutputs: Bool
      let classificationLoss: Double?
      let boxLoss: Double?
    }

    struct Layer: Encodable {
      let parameter: String
      let weightNorm: Double?
      let gradientNorm: Double?
    }

    let step: Int
    let isFinite: Bool
    let classificationLoss: Double?
    let boxLoss: Double?
    let gradientNorm: Double?
    let firstFaultyLayer: String?
    let pictures: [Picture]
    let layers: [Layer]

    init(_ replay: StepReplay, _ outcome: StepReplay.Outcome) {
      step = replay.step
      isFinite = outcome.isFinite
      classificationLoss = Self.finite(outcome.classificationLoss)
      boxLoss = Self.finite(outcome.boxLoss)
      gradientNorm = Self.finite(outcome.gradientNorm)
      firstFaultyLayer = outcome.firstFaultyLayer
      pictures = outcome.pictures.map {
        Picture(
          id: $0.imageID,
          name: $0.name,
          boxes: $0.boxCount,
          hasFinitePixels: $0.hasFinitePixels,
          hasFiniteOutputs: $0.hasFiniteOutputs,
          classificationLoss: Self.finite($0.classificationLoss),
          boxLoss: Self.finite($0.boxLoss)
        )
      }
      layers = outcome.norms.map {
        Layer(
          parameter: $0.parameter,
          weightNorm: Self.finite($0.weight),
          gradientNorm: $0.gradient.flatMap(Self.finite)
        )
      }
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
  }
}
