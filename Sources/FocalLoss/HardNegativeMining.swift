/// SSD's hard negative mining: all objects, and the hardest background for each.
///
/// - Note: Liu et al. 2016 (SSD), section 2.2, *Hard negative mining*: at most three negatives for
///   a positive. It is OHEM 1:3 without suppression and without a batch size.
public struct HardNegativeMining: Hashable, Sendable {
  /// Background examples for each one of an object, >= 0.
  public let negativesPerPositive: Int

  /// Makes the rule.
  ///
  /// - Parameter negativesPerPositive: Background examples for each one of an object, >= 0. SSD: 3.
  public init(negativesPerPositive: Int = 3) {
    precondition(negativesPerPositive >= 0, "a ratio is >= 0, found \(negativesPerPositive)")
    self.negativesPerPositive = negativesPerPositive
  }

  /// The examples of one picture to train on.
  ///
  /// Without objects there are none. A NaN for a loss counts as the hardest, so that it shows in
  /// the loss of the step; ignored examples are never chosen.
  /// - Parameters:
  ///   - losses: Loss of each anchor, summed over its categories, as `rows(logits:targets:)` gives
  ///     it.
  ///   - classIndices: Of each anchor its category, -1 for background, -2 for ignored.
  /// - Returns: The rows of all objects in order, then those of background, the hardest first; of
  ///   equal losses the lower row first.
  public func rows(losses: [Float], classIndices: [Int32]) -> [Int] {
    precondition(
      losses.count == classIndices.count,
      "found \(losses.count) losses and \(classIndices.count) class indices"
    )
    let positives = classIndices.indices.filter { classIndices[$0] >= 0 }
    let negatives = classIndices.indices
      .filter { classIndices[$0] == AnchorClassTargets.background }
      .map { (hardness: hardness(losses[$0]), row: $0) }
      .sorted { $0.hardness == $1.hardness ? $0.row < $1.row : $0.hardness > $1.hardness }
    // The product may overflow for a ratio that means "all".
    let (quota, isMore) = positives.count.multipliedReportingOverflow(by: negativesPerPositive)
    return positives + negatives.prefix(isMore ? negatives.count : quota).map(\.row)
  }
}

extension AnchorClassTargets {
  /// Class indices with all rows ignored but some: what mining chose, as targets.
  ///
  /// - Parameters:
  ///   - classIndices: Of each row its category, -1 for background, -2 for ignored.
  ///   - rows: The rows that keep theirs.
  /// - Returns: As many class indices.
  public static func classIndices(
    _ classIndices: [Int32],
    keeping rows: some Sequence<Int>
  ) -> [Int32] {
    var kept = [Int32](repeating: ignored, count: classIndices.count)
    for row in rows { kept[row] = classIndices[row] }
    return kept
  }
}
