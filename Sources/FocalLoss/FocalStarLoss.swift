public import Torch

/// The paper's alternative form of the focal loss, FL*.
///
/// FL*(pₜ) = −αₜ log(pₜ*) / γ with pₜ* = σ(γ xₜ + β): cross entropy of a margin made steeper by γ
/// and shifted by β.
///
/// γxₜ + β is rounded twice: where the two terms nearly cancel, the loss is off by up to two units of
/// the last place of |γxₜ| + |β|, divided by γ.
///
/// - Note: Lin et al. 2017, appendix A, equations 7 and 8, figures 5 to 7, table 3.
public struct FocalStarLoss: SigmoidLoss, Hashable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// Steepness, in ``gammaRange``.
  public let gamma: Double
  /// Shift of γ times the margin, in ``betaRange``.
  public let beta: Double

  /// The steepnesses that make a loss, 10⁻⁹...10⁹; the paper has 2 and 4.
  ///
  /// Loss and gradient are finite for every logit up to 10²⁹, in float32, too.
  public static let gammaRange: ClosedRange<Double> = 1e-9...1e9
  /// The shifts that make a loss, −10⁹...10⁹; the paper has 0 and 1.
  public static let betaRange: ClosedRange<Double> = -1e9...1e9

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1; `nil` weighs both sides alike. Paper, table 3:
  ///     0.25.
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

  /// FL* of each margin, −log σ(γx + β) / γ.
  ///
  /// - Parameter margin: Any shape, floating point.
  /// - Returns: Loss in nats, shape and dtype of `margin`.
  /// - Throws: `TorchError` if memory runs out.
  public func value(margin: Tensor) throws -> Tensor {
    // Not the negative, which of 0 is -0.
    try (0 - (margin * gamma + beta).logSigmoid()) / gamma
  }
}
