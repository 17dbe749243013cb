/// Which class was taken for which.
package struct ConfusionFigures: Hashable, Sendable {
  /// So many objects of one class taken for another.
  package struct Mistake: Hashable, Sendable {
    package var truth, prediction: String
    package var count: Int
    /// Their part of the objects of the class, 0...1.
    package var share: Double

    package init(truth: String, prediction: String, count: Int, share: Double) {
      self.truth = truth
      self.prediction = prediction
      self.count = count
      self.share = share
    }
  }

  /// From so many classes on a matrix cannot be read, and the largest confusions stand for it.
  package static let mostClasses = 24

  /// The overlap from which a detection takes an object, and the score from which it counts.
  package var iou, score: Double
  /// Whether that score is the one of the best F1.
  package var isBestScore: Bool
  package var classes: [String]
  /// Counts: a row for each true class and background, a column for each class and missed; empty
  /// where there are more than ``mostClasses``.
  package var table: [[Int]]
  /// By falling count.
  package var mistakes: [Mistake]

  package init(
    iou: Double,
    score: Double,
    isBestScore: Bool,
    classes: [String],
    table: [[Int]],
    mistakes: [Mistake]
  ) {
    self.iou = iou
    self.score = score
    self.isBestScore = isBestScore
    self.classes = classes
    self.table = table
    self.mistakes = mistakes
  }
}
