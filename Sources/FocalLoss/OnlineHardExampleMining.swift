public import BoxGeometry

/// Online hard example mining, OHEM: which anchors of a picture a step trains on.
///
/// Every anchor is an example with its loss for a score. Non-maximum suppression keeps of
/// overlapping examples only the hardest, whatever their labels; the B hardest of those that are
/// left make the minibatch. The 1:3 variant takes B / 4 of objects and three of background for
/// each.
///
/// - Note: Shrivastava et al. 2016; Lin et al. 2017, section 5.1, *Online Hard Example Mining*, and
///   table 1d: 128 examples with a threshold of 0.5 are best, 32.8 AP, 3.2 less than the focal
///   loss.
public struct OnlineHardExampleMining: Hashable, Sendable {
  /// B, the number of examples to train on, at least 1.
  public let batchSize: Int
  /// Greatest IoU of two chosen examples, 0...1.
  public let nmsThreshold: Float
  /// Background examples for each one of an object, >= 0; `nil` chooses by loss alone.
  public let negativesPerPositive: Int?

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - batchSize: B, at least 1. Paper, table 1d: 128, 256 or 512; the best is 128.
  ///   - nmsThreshold: Greatest IoU of two chosen examples, 0...1. Paper, table 1d: 0.5 or 0.7; the
  ///     best is 0.5.
  ///   - negativesPerPositive: Background examples for each one of an object, >= 0; 3 in the
  ///     paper's OHEM 1:3. Without a number, as by default, the loss alone decides.
  public init(batchSize: Int = 128, nmsThreshold: Float = 0.5, negativesPerPositive: Int? = nil) {
    precondition(batchSize >= 1, "a batch is of 1 example or more, found \(batchSize)")
    precondition(
      (0...1).contains(nmsThreshold),
      "expected an IoU threshold in 0...1, found \(nmsThreshold)"
    )
    precondition((negativesPerPositive ?? 0) >= 0, "a ratio is >= 0")
    self.batchSize = batchSize
    self.nmsThreshold = nmsThreshold
    self.negativesPerPositive = negativesPerPositive
  }

  /// The examples of one picture to train on.
  ///
  /// Without a ratio these are the B hardest that suppression leaves, or all if they are fewer.
  /// With n negatives for a positive they are at most B / (n + 1) positives, rounded down but at
  /// least 1, and at most n negatives for each; without positives there are none. An example with a
  /// NaN for a loss counts as the hardest, so that the NaN shows in the loss of the step; ignored
  /// ones and boxes that are not finite are never chosen.
  /// - Parameters:
  ///   - losses: Loss of each anchor, summed over its categories, as `rows(logits:targets:)` gives
  ///     it.
  ///   - boxes: Box of each anchor: the anchor itself, or its prediction.
  ///   - classIndices: Of each anchor its category, -1 for background, -2 for ignored.
  /// - Returns: Rows, the hardest first; of equal losses the lower row first.
  public func rows(losses: [Float], boxes: [BoundingBox], classIndices: [Int32]) -> [Int] {
    precondition(
      losses.count == boxes.count && losses.count == classIndices.count,
      "found \(losses.count) losses, \(boxes.count) boxes and \(classIndices.count) class indices"
    )
    let candidates = losses.indices.filter { classIndices[$0] != AnchorClassTargets.ignored }
    // One label for all: whatever they are, they suppress each other.
    let scored = candidates.map {
      ScoredBox(box: boxes[$0], label: 0, score: hardness(losses[$0]))
    }
    let chosen: [Int]
    if let negativesPerPositive {
      // No more of background than a batch holds beside one object.
      let ratio = min(negativesPerPositive, batchSize - 1)
      chosen = balanced(scored, isObject: candidates.map { classIndices[$0] >= 0 }, ratio)
    } else {
      chosen = hardest(scored, limit: batchSize)
    }
    return chosen.map { candidates[$0] }
  }

  /// What suppression leaves, the hardest first.
  private func hardest(_ scored: [ScoredBox], limit: Int) -> [Int] {
    NonMaximumSuppression.indices(of: scored, iouThreshold: nmsThreshold, limit: limit)
  }

  /// The first of each side that its share of the batch holds.
  ///
  /// Suppression stops as soon as both shares are full: all of 120,000 anchors take many times as
  /// long as the hardest hundred.
  private func balanced(_ scored: [ScoredBox], isObject: [Bool], _ ratio: Int) -> [Int] {
    var limit = batchSize
    var survivors = hardest(scored, limit: limit)
    while survivors.count == limit, !fillsShares(survivors, scored, isObject, ratio) {
      limit *= 4
      survivors = hardest(scored, limit: limit)
    }
    var (positives, negatives) = shares(survivors, isObject, ratio)
    return survivors.filter { index in
      if isObject[index] { positives -= 1 } else { negatives -= 1 }
      return (isObject[index] ? positives : negatives) >= 0
    }
  }

  /// How many of each side the batch takes of certain survivors.
  private func shares(
    _ survivors: [Int],
    _ isObject: [Bool],
    _ ratio: Int
  ) -> (positives: Int, negatives: Int) {
    let objects = survivors.reduce(0) { $0 + (isObject[$1] ? 1 : 0) }
    let positives = min(objects, batchSize / (ratio + 1))
    return (positives, positives * ratio)
  }

  /// Whether more survivors would change nothing.
  private func fillsShares(
    _ survivors: [Int],
    _ scored: [ScoredBox],
    _ isObject: [Bool],
    _ ratio: Int
  ) -> Bool {
    guard let last = survivors.last else { return true }
    let (positives, negatives) = shares(survivors, isObject, ratio)
    let background = survivors.reduce(0) { $0 + (isObject[$1] ? 0 : 1) }
    guard background >= negatives else { return false }
    return positives == batchSize / (ratio + 1)
      || !isObject.indices.contains { index in
        isObject[index] && (scored[index].score, last) < (scored[last].score, index)
      }
  }
}

/// A loss as a score: a NaN is harder than all numbers.
func hardness(_ loss: Float) -> Float { loss.isNaN ? .infinity : loss }
