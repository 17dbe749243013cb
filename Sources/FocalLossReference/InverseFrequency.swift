/// Weights of classes by how rare they are.
///
/// The balanced cross entropy takes its α *from inverse class frequency* or from cross validation:
/// Lin et al. 2017, section 3.1, equation 3. Under a focal loss frequencies mislead, as it has
/// discounted the many easy examples already: table 1b finds 0.25 for objects, not 0.999.
public enum InverseFrequency {
  /// The alpha that gives objects and background one total weight each.
  ///
  /// Weights proportional to 1 / positives and 1 / negatives that add up to 1:
  /// alpha = negatives / (positives + negatives), so that alpha · positives equals
  /// (1 − alpha) · negatives.
  /// - Parameters:
  ///   - positives: Number of examples of objects, >= 0.
  ///   - negatives: Number of examples of background, >= 0.
  /// - Returns: 0...1, for ``CrossEntropyReference/init(alpha:)``; 0.5 where nothing was counted.
  public static func alpha(positives: Int, negatives: Int) -> Double {
    precondition(
      positives >= 0 && negatives >= 0,
      "counts are >= 0, found \(positives) and \(negatives)"
    )
    let (positives, negatives) = (Double(positives), Double(negatives))
    return positives + negatives == 0 ? 0.5 : negatives / (positives + negatives)
  }

  /// Weights of classes, proportional to the inverse of how often each occurs, with mean 1.
  ///
  /// wₖ = c / nₖ, with c such that the weights of the classes that occur have mean 1. A class that
  /// does not occur takes the greatest weight of those that do: it is at least as rare, and an
  /// infinite weight would leave nothing for the others. Where no class occurs all weigh 1.
  /// - Parameter counts: Number of examples of each class, >= 0.
  /// - Returns: As many weights, > 0, for ``SoftmaxFocalReference/init(gamma:classWeights:)``.
  public static func classWeights(counts: [Int]) -> [Double] {
    precondition(counts.allSatisfy { $0 >= 0 }, "counts are >= 0, found \(counts)")
    let occurring = counts.filter { $0 > 0 }.map(Double.init)
    guard let rarest = occurring.min() else { return counts.map { _ in 1 } }
    let scale = Double(occurring.count) / occurring.reduce(0) { $0 + 1 / $1 }
    return counts.map { scale / ($0 == 0 ? rarest : Double($0)) }
  }
}
