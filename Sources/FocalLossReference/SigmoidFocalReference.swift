#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The alpha-balanced sigmoid focal loss of one logit.
///
/// FL(pₜ) = −αₜ (1 − pₜ)^γ log(pₜ), where pₜ = σ(x) for an object and 1 − σ(x) for the background.
/// By the margin xₜ, with p = σ(x), q = 1 − p = σ(−x) and L = −log p = log(1 + e⁻ˣ):
///
/// - f(x) = q^γ L
/// - f′(x) = −q^γ (γ p L + q)
/// - f″(x) = q^γ (p q (1 + 2γ) + γ p L (γ p − q))
///
/// The power is exp(γ log q) with the logarithm taken from the logit. So nothing overflows, no
/// power of q below γ occurs (the derivatives are finite for γ < 1, too), f and f′ add terms of one
/// sign, and γ = 0 gives cross entropy to the last bit. f″ has one zero, where the loss turns from
/// concave (hard examples) to convex.
///
/// Domain: every logit; γ in ``gammaRange``. Lin et al. 2017, section 3.2, equations 4 and 5; the
/// derivative in appendix B.
public struct SigmoidFocalReference: MarginLossReference, Hashable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  public let alpha: Double?

  /// Focusing parameter, in ``gammaRange``.
  public let gamma: Double

  /// The focusing parameters that make a loss, 0...10000; the paper has 0 to 5.
  ///
  /// At 10000 the loss has fallen by e¹⁰⁰ where pₜ is 0.01: a greater one would leave nothing but 0
  /// of all that a model says.
  public static let gammaRange: ClosedRange<Double> = 0...10_000

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of objects, 0...1; nil weighs both sides alike. Paper, table 1b: 0.25.
  ///   - gamma: Focusing parameter, 0...10000; 0 gives cross entropy. Paper, table 1b: 2.
  public init(alpha: Double? = 0.25, gamma: Double = 2) {
    requireWeight(alpha)
    requireGamma(gamma)
    self.alpha = alpha
    self.gamma = gamma
  }

  /// The focal loss of a margin, −(1 − pₜ)^γ log pₜ.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: Loss in nats, >= 0; ∞ at −∞ alone.
  public func value(margin: Double) -> Double {
    modulation(margin) * softplus(-margin)
  }

  /// Its derivative by the margin, (1 − pₜ)^γ (γ pₜ log(pₜ) + pₜ − 1).
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: At most 0, finite; −1 at −∞, 0 at ∞. Lin et al. 2017, appendix B, equation 10.
  public func slope(margin: Double) -> Double {
    -modulation(margin) * (gamma * entropyTerm(margin) + sigmoid(-margin))
  }

  /// Its second derivative by the margin, q^γ (p q (1 + 2γ) + γ p L (γ p − q)).
  ///
  /// For p → 1 the bracket tends to (1 + γ)² q without cancellation.
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: Finite; negative for hard examples, 0 at ±∞.
  public func curvature(margin: Double) -> Double {
    let (right, wrong) = (sigmoid(margin), sigmoid(-margin))
    let bend = right * wrong * (1 + 2 * gamma)
    return modulation(margin)
      * (bend + gamma * entropyTerm(margin) * (gamma * right - wrong))
  }

  /// f″ + f′, which a softmax asks for, without the cancellation of the two for p → 1.
  ///
  /// q^γ (−q² + 2γ p q + γ p L (γ p − q − 1)), where p q − q became −q².
  func curvaturePlusSlope(margin: Double) -> Double {
    let (right, wrong) = (sigmoid(margin), sigmoid(-margin))
    let bend = wrong * (2 * gamma * right - wrong)
    return modulation(margin)
      * (bend + gamma * entropyTerm(margin) * (gamma * right - wrong - 1))
  }

  /// The modulating factor, (1 − pₜ)^γ; 1 for γ = 0, also where 1 − pₜ is 0.
  private func modulation(_ margin: Double) -> Double {
    gamma == 0 ? 1 : exp(-gamma * softplus(margin))
  }
}

/// Stops if gamma is no focusing parameter.
func requireGamma(_ gamma: Double) {
  precondition(
    SigmoidFocalReference.gammaRange.contains(gamma),
    "gamma is in 0...10000, found \(gamma)"
  )
}
