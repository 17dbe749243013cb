/// How far scores tell right detections from wrong ones.
package struct ScoreFigures: Hashable, Sendable {
  /// Detections of like scores.
  package struct Bin: Hashable, Sendable {
    package var lower, upper: Double
    /// Detections that found an object, and those that are errors.
    package var found, wrong: Int
    /// `nil` where there is none.
    package var meanScore: Double?

    package init(lower: Double, upper: Double, found: Int, wrong: Int, meanScore: Double?) {
      (self.lower, self.upper) = (lower, upper)
      (self.found, self.wrong) = (found, wrong)
      self.meanScore = meanScore
    }
  }

  /// What keeping the detections from a score on achieves.
  package struct Cut: Hashable, Sendable {
    /// A class, or all.
    package var name: String
    package var score, precision, recall, f1: Double

    package init(name: String, score: Double, precision: Double, recall: Double, f1: Double) {
      self.name = name
      (self.score, self.precision, self.recall, self.f1) = (score, precision, recall, f1)
    }
  }

  /// Of equal width, ascending.
  package var bins: [Bin]
  /// Whether every score is in 0...1, as a probability is.
  package var areProbabilities: Bool
  /// The mean distance of score and precision; `nil` where scores are no probabilities.
  package var calibrationError: Double?
  /// The overlap from which a detection finds an object.
  package var iou: Double
  /// The cut of the best F1, all classes alike; `nil` where nothing was found.
  package var best: Cut?
  /// The same for each class with one.
  package var classes: [Cut]

  package init(
    bins: [Bin],
    areProbabilities: Bool,
    calibrationError: Double?,
    iou: Double,
    best: Cut?,
    classes: [Cut] = []
  ) {
    self.bins = bins
    self.areProbabilities = areProbabilities
    self.calibrationError = calibrationError
    self.iou = iou
    self.best = best
    self.classes = classes
  }
}
