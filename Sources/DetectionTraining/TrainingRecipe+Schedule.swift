package import TorchNN

extension TrainingRecipe {
  /// The learning rate over a run: a linear rise, then steps or half a cosine.
  ///
  /// - Note: Lin et al. 2017, section 4.1, for the steps; Goyal et al. 2017 for warm-up and linear scaling.
  /// - Parameter totalSteps: Steps of the whole run.
  /// - Returns: The rate as a function of the step.
  package func learningRateSchedule(totalSteps: Int) -> LearningRateSchedule {
    LearningRateSchedule(
      baseRate: peakLearningRate,
      // A short run would otherwise be all warm-up.
      warmUpSteps: min(schedule.warmupImages / schedule.batchSize, totalSteps / 5),
      warmUpFactor: schedule.warmupFactor,
      decay: decay(totalSteps: totalSteps)
    )
  }

  private func decay(totalSteps: Int) -> LearningRateSchedule.Decay {
    switch schedule.decay {
    case .cosine: .cosine(total: totalSteps, finalFactor: schedule.finalFactor)
    case .step:
      .steps(
        schedule.milestones.map { Int(($0 * Double(totalSteps)).rounded()) },
        factor: schedule.stepFactor
      )
    }
  }
}
