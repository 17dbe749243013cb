/// The binary cross entropy of one logit, with or without class weights.
///
/// CE(pₜ) = −αₜ log(pₜ), where pₜ = σ(x) for an object and 1 − σ(x) for the background. It is
/// computed from the logit, so it is exact where the probability has long become 0 or 1. By the
/// margin xₜ:
///
/// f(x) = log(1 + e⁻ˣ), f′(x) = p − 1, f″(x) = p (1 − p), p = σ(x).
///
/// Domain: every logit. Lin et al. 2017, section 3, equations 1 to 3; its derivative in appendix B.
public struct CrossEntropyReference: MarginLossReference, Hashable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  public let alpha: Double?

  /// Makes the loss.
  ///
  /// - Parameter alpha: Weight of objects, 0...1. Paper, table 1a: 0.75 is best; nil is plain cross
  ///   entropy. ``InverseFrequency/alpha(positives:negatives:)`` takes it from counts.
  public init(alpha: Double? = nil) {
    requireWeight(alpha)
    self.alpha = alpha
  }

  /// The cross entropy of a margin, −log pₜ = log(1 + e⁻ˣ).
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: Loss in nats, >= 0; ∞ at −∞ alone.
  public func value(margin: Double) -> Double {
    softplus(-margin)
  }

  /// Its derivative by the margin, pₜ − 1.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: −1...0. Lin et al. 2017, appendix B, equation 9.
  public func slope(margin: Double) -> Double {
    -sigmoid(-margin)
  }

  /// Its second derivative by the margin, pₜ (1 − pₜ).
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: 0...0.25; the loss is convex.
  public func curvature(margin: Double) -> Double {
    sigmoid(margin) * sigmoid(-margin)
  }
}
