package import DetectionDatasets
package import DetectionTraining

/// A training that is to begin: what all checks look at.
package struct DoctorCase: Sendable {
  package var recipe: TrainingRecipe
  package var training: DetectionDataset
  /// `nil` where only the training data are known.
  package var validation: DetectionDataset?
  /// What the network starts from.
  package var start: StartingPoint
  /// Processes that share each step.
  package var processes: Int
  package var machine: MachineFacts

  /// What a network starts from.
  package enum StartingPoint: Hashable, Sendable {
    case nothing
    /// A backbone that was trained on other pictures.
    case backbone
    /// A whole network, of these classes.
    case network(classes: [String])
  }

  package init(
    recipe: TrainingRecipe,
    training: DetectionDataset,
    validation: DetectionDataset? = nil,
    start: StartingPoint = .nothing,
    processes: Int = 1,
    machine: MachineFacts
  ) {
    (self.recipe, self.training, self.validation) = (recipe, training, validation)
    (self.start, self.processes, self.machine) = (start, processes, machine)
  }

  /// Pictures that one process computes at once, at most.
  package var picturesAtOnce: Int {
    let share = (recipe.schedule.batchSize + processes - 1) / max(1, processes)
    return (share + recipe.schedule.accumulation - 1) / max(1, recipe.schedule.accumulation)
  }
}
