package import DetectionTraining
import DetectionModels

/// Settings of the loss that end a run in its first steps.
package enum LossCheck {
  /// - Parameters:
  ///   - recipe: What is trained.
  ///   - expected: What the first step's classification loss will be; `nil` where it cannot be said.
  /// - Returns: A first loss that will diverge; a weight that leaves a side out.
  package static func findings(_ recipe: TrainingRecipe, expected: Double?) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    if let expected, expected > 50 {
      findings.append(
        DoctorFinding(
          .loss,
          .warning,
          "the first classification loss will be about \(DoctorText.number(expected)) (loss.kind \(recipe.loss.kind.rawValue), "
            + "model.priorProbability \(recipe.model.priorProbability))",
          why: "background drowns the objects; the paper's runs without a prior diverged at once",
          remedy: "set model.priorProbability=0.01"
            + (recipe.loss.kind == .focal ? "" : ", or loss.kind=focal")
        )
      )
    }
    if recipe.loss.alpha == 0 || recipe.loss.alpha == 1 {
      findings.append(
        DoctorFinding(
          .loss,
          .warning,
          "loss.alpha \(recipe.loss.alpha)",
          why: recipe.loss.alpha == 0
            ? "objects weigh nothing, so none is learned"
            : "background weighs nothing, so everything becomes an object",
          remedy: "set loss.alpha=0.25 (the paper's), or below 0 for no weights"
        )
      )
    }
    if recipe.loss.kind == .focal, recipe.loss.gamma > 5 {
      findings.append(
        DoctorFinding(
          .loss,
          .note,
          "loss.gamma \(recipe.loss.gamma)",
          why: "the paper's AP falls from 34.0 at 2 to 32.2 at 5, its highest",
          remedy: "set loss.gamma=2"
        )
      )
    }
    return findings
  }
}
