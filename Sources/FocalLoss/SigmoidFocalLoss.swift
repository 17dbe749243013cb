public import Torch

/// The alpha-balanced sigmoid focal loss.
///
/// FL(pₜ) = −αₜ (1 − pₜ)^γ log(pₜ), with pₜ = σ(x) for an object's category and 1 − σ(x) for every
/// other. γ = 0 is the (balanced) cross entropy; γ = 0 without α is the cross entropy.
///
/// - Note: Lin et al. 2017, section 3.2, equation 5; 3.1 for the balanced cross entropy.
public struct SigmoidFocalLoss: SigmoidLoss, Hashable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// Focusing parameter, in ``gammaRange``; 0 gives cross entropy.
  public let gamma: Double
  /// How losses over class indices are computed.
  public let form: LossForm

  /// The focusing parameters that make a loss, 0...10000; the paper has 0 to 5.
  ///
  /// All forms are finite for every finite logit in this range.
  public static let gammaRange: ClosedRange<Double> = 0...10_000

  /// Gamma.
  public var focusing: Double? { gamma }

  /// The focal loss of the paper unless told otherwise.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1; `nil` weighs both sides alike. Paper, table 1b:
  ///     0.25.
  ///   - gamma: Focusing parameter, 0...10000. Paper, table 1b: 2.
  ///   - form: How losses over class indices are computed.
  public init(alpha: Double? = 0.25, gamma: Double = 2, form: LossForm = .automatic) {
    requireWeight(alpha)
    requireGamma(gamma)
    self.alpha = alpha
    self.gamma = gamma
    self.form = form
  }

  /// The focal loss of each margin, −(1 − σ(x))^γ log σ(x).
  ///
  /// - Parameter margin: Any shape, floating point.
  /// - Returns: Loss in nats, shape and dtype of `margin`.
  /// - Throws: `TorchError` if memory runs out.
  public func value(margin: Tensor) throws -> Tensor {
    // Not the negative, which of 0 is -0.
    let crossEntropy = try 0 - margin.logSigmoid()
    guard gamma != 0 else { return crossEntropy }
    return try modulation(margin) * crossEntropy
  }

  /// (1 − σ(x))^γ as exp(γ log σ(−x)).
  ///
  /// The power is taken in the exponent: its derivative −γ σ(x) (1 − σ(x))^γ is finite for every γ,
  /// where that of pow(1 − p, γ) is infinite at p = 1 for γ < 1.
  private func modulation(_ margin: Tensor) throws -> Tensor {
    // From here down γ σ(x) is below 10⁻⁴³ and the factor 1. Its derivative, no longer seen, would
    // meet a cross entropy without bound: ∞ · 0 at −∞.
    let lowest = -100 - 0.7 * Double(max(0, gamma.exponent + 1))
    return try ((-margin.clamp(min: lowest)).logSigmoid() * gamma).exp()
  }
}

/// Stops if gamma is no focusing parameter.
func requireGamma(_ gamma: Double) {
  precondition(
    SigmoidFocalLoss.gammaRange.contains(gamma),
    "gamma is in 0...10000, found \(gamma)"
  )
}
