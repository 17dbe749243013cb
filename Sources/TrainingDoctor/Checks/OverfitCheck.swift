/// Whether the network could learn one picture by heart.
package enum OverfitCheck {
  package static func findings(_ trial: OverfitTrial) -> [DoctorFinding] {
    let numbers =
      "one picture (\(trial.picture)): loss \(DoctorText.number(trial.firstLoss)) to \(DoctorText.number(trial.lastLoss)) in "
      + "\(DoctorText.counted(trial.steps, "step")), \(trial.found) of \(DoctorText.counted(trial.objects, "object")) found"
    if trial.isPassed {
      return [
        DoctorFinding(
          .overfit,
          .note,
          "learned \(numbers)",
          why: "boxes, classes, anchors and the network fit together",
          remedy: "nothing to do"
        )
      ]
    }
    return [
      DoctorFinding(
        .overfit,
        .error,
        "did not learn \(numbers)",
        why: "what cannot learn one picture by heart learns nothing of many",
        remedy:
          "look at its boxes (focal inspect --report page.html), at the anchors (focal anchors), at model.freeze and "
          + "model.trainableStages, and at the loss (loss.alpha, loss.gamma, model.priorProbability)"
      )
    ]
  }
}
