/// One run, a row of the comparison.
package struct RunSummary: Hashable, Sendable {
  /// AP by the COCO protocol, 0...1; -1, as the protocol says it, where there is nothing to measure.
  package struct AveragePrecisions: Hashable, Sendable {
    /// Mean over IoU 0.50, 0.55, … 0.95.
    package var ap: Double
    /// At IoU 0.50 and 0.75 alone.
    package var ap50, ap75: Double
    /// Over objects below 32² pixels, up to 96², and above.
    package var small, medium, large: Double

    package init(
      ap: Double,
      ap50: Double,
      ap75: Double,
      small: Double,
      medium: Double,
      large: Double
    ) {
      (self.ap, self.ap50, self.ap75) = (ap, ap50, ap75)
      (self.small, self.medium, self.large) = (small, medium, large)
    }
  }

  package var name: String
  package var precisions: AveragePrecisions
  /// The training loss at the end; NaN for a run that diverged, `nil` where there was none.
  package var finalLoss: Double?
  /// How long the training took.
  package var minutes: Double?

  package init(
    name: String,
    precisions: AveragePrecisions,
    finalLoss: Double? = nil,
    minutes: Double? = nil
  ) {
    self.name = name
    self.precisions = precisions
    self.finalLoss = finalLoss
    self.minutes = minutes
  }
}
