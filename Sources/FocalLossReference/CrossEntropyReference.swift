/// The binary cross entropy of one logit, with or without class weights.
///
/// CE(pₜ) = −αₜ log(pₜ), where pₜ = σ(x) for an object and 1 − σ(x) for the background. It is computed
/// from the logit, so it is exact where the probability has long become 0 or 1. Lin et al. 2017,
/// section 3, equations 1 to 3.
public struct CrossEntropyReference: Sendable, Hashable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  public let alpha: Double?

  /// Makes the loss.
  ///
  /// - Parameter alpha: Weight of objects, 0...1. Paper, table 1a: 0.75 is best; nil is plain cross
  ///   entropy.
  public init(alpha: Double? = nil) {
    precondition(
      alpha.map((0...1).contains) ?? true,
      "alpha is a weight in 0...1, found \(alpha ?? 0)"
    )
    self.alpha = alpha
  }

  /// The loss of one logit.
  ///
  /// - Parameters:
  ///   - logit: Raw score, finite.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: Loss in nats, >= 0, finite.
  public func value(logit: Double, isObject: Bool) -> Double {
    let example = SigmoidExample(logit: logit, isObject: isObject, alpha: alpha)
    return example.weight * -example.logProbability
  }

  /// The derivative of the loss by the logit.
  ///
  /// dCE/dx = αₜ y (pₜ − 1), y being 1 for an object and −1 for the background. Lin et al. 2017,
  /// appendix B.
  /// - Parameters:
  ///   - logit: Raw score, finite.
  ///   - isObject: Whether the anchor is to find an object of this category.
  /// - Returns: In −1...0 for an object, in 0...1 for the background.
  public func gradient(logit: Double, isObject: Bool) -> Double {
    let example = SigmoidExample(logit: logit, isObject: isObject, alpha: alpha)
    return example.weight * example.sign * -example.complement
  }
}
