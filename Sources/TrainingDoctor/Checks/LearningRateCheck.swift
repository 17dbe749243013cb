package import DetectionTraining

/// A learning rate far off those that are known to work.
package enum LearningRateCheck {
  /// For 16 pictures a step.
  ///
  /// Detectron, detectron2 and torchvision train by SGD at 0.01; torchvision's second RetinaNet
  /// by AdamW at 1e-4, `small` at 1.5e-3.
  package static let sgd = 0.0005...0.05
  package static let adamw = 1e-5...0.005

  package static func findings(_ recipe: TrainingRecipe) -> [DoctorFinding] {
    let rate = recipe.optimizer.learningRatePer16Images
    let (name, range) = recipe.optimizer.kind == .sgd ? ("sgd", sgd) : ("adamw", adamw)
    guard !range.contains(rate) else { return [] }
    let isHigh = rate > range.upperBound
    let other: TrainingRecipe.OptimizerSection.Kind =
      recipe.optimizer.kind == .sgd ? .adamw : .sgd
    let fitsOther = (other == .sgd ? sgd : adamw).contains(rate)
    return [
      DoctorFinding(
        .learningRate,
        .warning,
        "optimizer.learningRatePer16Images \(rate) with \(name): \(DoctorText.number(recipe.peakLearningRate)) at \(recipe.schedule.batchSize) pictures a step",
        why: isHigh
          ? "rates known to work are \(range.lowerBound) to \(range.upperBound) for 16 pictures; the loss will hardly stay finite"
          : "rates known to work are \(range.lowerBound) to \(range.upperBound) for 16 pictures; little will be learned in this schedule",
        remedy: "give the rate for 16 pictures, it is scaled to the batch by itself: "
          + (recipe.optimizer.kind == .sgd
            ? "optimizer.learningRatePer16Images=0.01"
            : "optimizer.learningRatePer16Images=0.001")
          + (fitsOther ? ", or optimizer.kind=\(other.rawValue)" : "")
      )
    ]
  }
}
