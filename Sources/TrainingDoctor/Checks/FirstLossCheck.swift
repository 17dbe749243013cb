/// Whether the loss of the first step is what the settings say.
package enum FirstLossCheck {
  /// - Parameters:
  ///   - measured: The classification loss of a fresh network on a batch.
  ///   - expected: What its settings make of the anchors of that batch.
  /// - Returns: A finding where they are a factor of 1.5 apart: logits begin elsewhere than at the prior.
  package static func findings(measured: Double, expected: Double) -> [DoctorFinding] {
    guard !measured.isFinite || measured > 1.5 * expected || measured < expected / 1.5 else {
      return []
    }
    let isFinite = measured.isFinite
    return [
      DoctorFinding(
        .firstLoss,
        isFinite ? .warning : .error,
        "the first classification loss is \(DoctorText.number(measured)), expected \(DoctorText.number(expected))",
        why: isFinite
          ? "the network does not begin at its prior, so the first steps are spent on getting there"
          : "nothing can be learned from a loss that is not finite",
        remedy:
          "look at input.mean, input.standardDeviation and input.pixelRange (pixels of unusual size), at the weights "
          + "that it starts from, and at precision=float32"
      )
    ]
  }
}
