import BoxGeometry
import DetectionModels
package import DetectionTraining

/// Norms that have too little to go by.
package enum NormsCheck {
  /// - Parameters:
  ///   - recipe: What is trained.
  ///   - pictures: Pictures that a batch norm sees at once.
  ///   - start: What the network starts from.
  /// - Returns: Batch norm over few pictures; parts that keep random weights.
  package static func findings(
    _ recipe: TrainingRecipe,
    pictures: Int,
    start: DoctorCase.StartingPoint
  ) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    if recipe.model.norm == .batch, recipe.model.trainableStages > 0, pictures < 4 {
      findings.append(
        DoctorFinding(
          .norms,
          .warning,
          "batch norm sees \(DoctorText.counted(pictures, "picture")) at a time (schedule.batchSize \(recipe.schedule.batchSize)"
            + (recipe.schedule.accumulation > 1
              ? ", accumulation \(recipe.schedule.accumulation)" : "") + ")",
          why: "statistics of so few are noise, and those of evaluation are others",
          remedy: start == .nothing
            ? "set model.norm=group, or a larger schedule.batchSize"
            : "set model.norm=frozen, which keeps the statistics of the pre-trained weights"
        )
      )
    }
    if start == .nothing, recipe.model.norm == .frozen || recipe.model.trainableStages < 5 {
      let keys =
        recipe.model.norm == .frozen
        ? "model.norm frozen" : "model.trainableStages \(recipe.model.trainableStages)"
      findings.append(
        DoctorFinding(
          .norms,
          .warning,
          "\(keys) keeps random weights as they are",
          why: "nothing pre-trained is loaded, so there is nothing worth keeping",
          remedy:
            "give pre-trained weights with --backbone-weights or --weights, or set model.norm=batch and model.trainableStages=5"
        )
      )
    }
    return findings
  }
}
