import CommandConsole
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Foundation

/// One of the demo's two trainings, with its score on the held-out pictures.
struct DemoRun {
  enum Kind: String, CaseIterable {
    case focal
    case crossEntropy = "cross-entropy"

    var title: String {
      switch self {
      case .focal: "focal loss, prior initialisation"
      case .crossEntropy: "plain cross entropy, default initialisation"
      }
    }

    func folder(in demo: URL) -> RunFolder {
      RunFolder(demo.appendingPathComponent("runs/\(rawValue)"))
    }
  }

  let kind: Kind
  let recipe: TrainingRecipe
  let folder: RunFolder
  /// Wall time of the training, its own evaluations included.
  let seconds: Double
  /// Why the training ended early, where it did.
  let failure: String?
  /// Of the best weights; `nil` where the training ended before it had any.
  let evaluation: ModelEvaluation?

  /// The recipe of either run: one preset, one seed, apart in the loss and the class bias alone.
  static func recipe(_ kind: Kind, seed: UInt64, epochs: Int?) -> TrainingRecipe {
    var recipe = TrainingRecipe.demo
    recipe.seed = seed
    if let epochs { recipe.schedule.epochs = epochs }
    if kind == .crossEntropy {
      recipe.loss.kind = .crossEntropy
      recipe.loss.alpha = -1
      recipe.model.priorProbability = 0.5
    }
    return recipe
  }

  static func train(
    _ kind: Kind,
    data: DemoData,
    folder: RunFolder,
    recipe: TrainingRecipe,
    isQuiet: Bool
  ) throws -> DemoRun {
    try folder.create()
    try RecipeYAML.text(recipe).write(to: folder.recipe, atomically: true, encoding: .utf8)
    try RunData(train: data.training.location, validation: data.validation.location, images: nil)
      .write(to: folder)
    let trainer = try Trainer(
      recipe: recipe,
      training: data.training,
      validation: data.validation,
      folder: folder
    )
    var display = TrainingDisplay(title: kind.rawValue, isQuiet: isQuiet)
    let started = ContinuousClock.now
    var failure: String?
    do {
      _ = try trainer.run(shouldStop: { Interruption.isRequested }) { display.show($0) }
    } catch let error as TrainingError {
      // Divergence is a result here: the report shows it.
      guard case .nonFiniteLoss = error.code else { throw error }
      failure = error.message
      Console.warning("\(kind.rawValue): \(error.message)")
    }
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    return DemoRun(
      kind: kind,
      recipe: recipe,
      folder: folder,
      seconds: seconds,
      failure: failure,
      // A stopped demo is told of by its caller; its score is no longer asked for.
      evaluation: Interruption.isRequested
        ? nil : try evaluation(of: folder, recipe: recipe, data: data)
    )
  }

  private static func evaluation(
    of folder: RunFolder,
    recipe: TrainingRecipe,
    data: DemoData
  ) throws -> ModelEvaluation? {
    guard FileManager.default.fileExists(atPath: folder.best.path) else { return nil }
    return try ModelEvaluation.run(
      detector: Detector(
        contentsOf: folder.best,
        precision: PredictionPrecision(recipe.precision.resolved)
      ),
      dataset: data.heldOut,
      workers: max(1, recipe.workers)
    ) { _ in try Interruption.check() }
  }
}
