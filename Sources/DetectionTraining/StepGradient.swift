import DetectionModels

/// What the forward and backward passes of a step came to: losses, and a gradient that lies in the parameters.
struct StepGradient {
  /// The classification loss over the step's normaliser, all pictures of the step together.
  var classification = 0.0
  /// The box loss over the same, before its weight.
  var box = 0.0
  /// What the optimizer descends.
  var total = 0.0
  /// Whether this worker's own part of the loss is finite.
  var isOwnFinite = true
  /// Euclidean norm of the whole gradient, before it was clipped.
  var norm = 0.0
  /// Anchors assigned to an object, over all pictures of the step.
  var foregroundCount = 0
  /// Pictures of the step, of all workers.
  var imageCount = 0
  /// What the next step's normaliser starts from, if this step is taken.
  var foregroundAverage = ForegroundAverage()
  /// What the imbalance lens saw; `nil` where it did not look.
  var lens: ImbalanceLook?

  /// Whether the weights may follow it.
  var isFinite: Bool { total.isFinite && norm.isFinite }

  /// What is not finite, in words.
  var faults: [String] {
    let parts = [
      ("classification loss", classification), ("box loss", box), ("gradient", norm),
    ]
    let faults = parts.filter { !$0.1.isFinite }.map(\.0)
    return faults.isEmpty ? ["loss"] : faults
  }
}
