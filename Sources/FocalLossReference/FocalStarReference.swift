/// The paper's alternative form of the focal loss, FL*, of one logit.
///
/// FL*(pₜ) = −αₜ log(pₜ*) / γ with pₜ* = σ(γ xₜ + β): cross entropy of a margin made steeper by γ
/// and shifted by β. By the margin x, with p* = σ(γ x + β):
///
/// f(x) = log(1 + e^−(γx + β)) / γ, f′(x) = p* − 1, f″(x) = γ p* (1 − p*).
///
/// γ = 1, β = 0 is cross entropy to the last bit. For γ → ∞ it tends to the hinge max(0, −x), from
/// which it is at most log(2) / γ away at β = 0. For γ → 0 its slope tends to the constant −σ(−β)
/// and its value grows as log(1 + e⁻ᵝ) / γ, which is why γ = 0 is no FL*. The bend is at x = −β /
/// γ.
///
/// Domain: every logit up to 10²⁹⁹; γ in ``gammaRange``, β in ``betaRange``. Lin et al. 2017,
/// appendix A, equations 7 and 8, figures 5 to 7, table 3; the derivative in appendix B.
public struct FocalStarReference: MarginLossReference, Hashable {
  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
  public let alpha: Double?

  /// Steepness, in ``gammaRange``.
  public let gamma: Double

  /// Shift of γ times the margin, in ``betaRange``.
  public let beta: Double

  /// The steepnesses that make a loss, 10⁻⁹...10⁹; the paper has 2 and 4.
  ///
  /// Beyond, the loss is a line or a hinge to all digits, and float32 runs out of numbers for it.
  public static let gammaRange: ClosedRange<Double> = 1e-9...1e9

  /// The shifts that make a loss, −10⁹...10⁹; the paper has 0 and 1.
  public static let betaRange: ClosedRange<Double> = -1e9...1e9

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of objects, 0...1; nil weighs both sides alike. Paper, table 3: 0.25.
  ///   - gamma: Steepness, 1e-9...1e9. Paper, table 3: 2 with beta 1, or 4 with beta 0.
  ///   - beta: Shift, -1e9...1e9. Paper, table 3: 1 with gamma 2.
  public init(alpha: Double? = 0.25, gamma: Double = 2, beta: Double = 1) {
    requireWeight(alpha)
    precondition(Self.gammaRange.contains(gamma), "gamma is in 1e-9...1e9, found \(gamma)")
    precondition(Self.betaRange.contains(beta), "beta is in -1e9...1e9, found \(beta)")
    self.alpha = alpha
    self.gamma = gamma
    self.beta = beta
  }

  /// FL* of a margin, −log(pₜ*) / γ.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: Loss in nats, >= 0; ∞ at −∞.
  public func value(margin: Double) -> Double {
    softplus(-stretched(margin)) / gamma
  }

  /// Its derivative by the margin, pₜ* − 1.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: −1...0. Lin et al. 2017, appendix B, equation 11.
  public func slope(margin: Double) -> Double {
    -sigmoid(-stretched(margin))
  }

  /// Its second derivative by the margin, γ pₜ* (1 − pₜ*).
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: 0...γ/4; the loss is convex.
  public func curvature(margin: Double) -> Double {
    let stretched = stretched(margin)
    return gamma * (sigmoid(stretched) * sigmoid(-stretched))
  }

  /// γ x + β, rounded once: far out its error is the relative error of the loss.
  private func stretched(_ margin: Double) -> Double {
    beta.addingProduct(gamma, margin)
  }
}
