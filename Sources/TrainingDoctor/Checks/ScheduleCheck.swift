package import DetectionTraining

/// Schedules that are over before they begin.
package enum ScheduleCheck {
  /// Fewer steps train nothing from scratch.
  static let handful = 300

  /// - Parameters:
  ///   - recipe: What is trained.
  ///   - pictures: Pictures of an epoch, repeats counted.
  /// - Returns: Runs of a handful of steps, batches that are never full, early stops that cannot come.
  package static func findings(_ recipe: TrainingRecipe, pictures: Int) -> [DoctorFinding] {
    let schedule = recipe.schedule
    let perEpoch = (pictures + schedule.batchSize - 1) / schedule.batchSize
    let steps = perEpoch * schedule.epochs
    var findings: [DoctorFinding] = []
    if schedule.batchSize > pictures {
      findings.append(
        DoctorFinding(
          .schedule,
          .warning,
          "schedule.batchSize \(schedule.batchSize) with \(DoctorText.counted(pictures, "picture")) an epoch",
          why: "no step is ever full, while the learning rate is that of a full one",
          remedy: "set schedule.batchSize=\(max(1, pictures / 4)) or so"
        )
      )
    }
    if steps < handful {
      findings.append(
        DoctorFinding(
          .schedule,
          .warning,
          "\(DoctorText.counted(steps, "step")) in all (\(DoctorText.counted(schedule.epochs, "epoch")) of \(perEpoch))",
          why: "a detector needs hundreds to find anything, thousands to find it well",
          remedy:
            "set schedule.epochs=\(max(1, (2 * handful + perEpoch - 1) / max(1, perEpoch))) or more, or a smaller schedule.batchSize"
        )
      )
    }
    let warmup = schedule.warmupImages / schedule.batchSize
    // A few steps more or less are not worth a word.
    if warmup > steps / 5 + max(1, steps / 50) {
      findings.append(
        DoctorFinding(
          .schedule,
          .note,
          "a warm-up of \(warmup) steps in a run of \(steps) is cut to \(steps / 5)",
          why: "else the full learning rate would hardly be reached",
          remedy: "set schedule.warmupImages=\(steps / 5 * schedule.batchSize) to have it so"
        )
      )
    }
    let waits = recipe.earlyStop.patience * recipe.evaluation.everyEpochs
    if recipe.earlyStop.patience > 0, waits >= schedule.epochs {
      findings.append(
        DoctorFinding(
          .schedule,
          .warning,
          "earlyStop.patience \(recipe.earlyStop.patience) with an evaluation every \(DoctorText.counted(recipe.evaluation.everyEpochs, "epoch")) in \(schedule.epochs) epochs",
          why: "the run is over before it could end early",
          remedy: "set evaluation.everyEpochs=1, or a smaller earlyStop.patience"
        )
      )
    }
    if recipe.checkpoint.everySteps == 0, perEpoch > 2000 {
      findings.append(
        DoctorFinding(
          .schedule,
          .note,
          "checkpoints at the end of epochs of \(perEpoch) steps",
          why: "a run that is killed loses what came after the last",
          remedy: "set checkpoint.everySteps=500"
        )
      )
    }
    return findings
  }
}
