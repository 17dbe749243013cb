public import Torch

/// The paper's alternative form of the focal loss, FL*.
///
/// FL*(pₜ) = −αₜ log(pₜ*) / γ with pₜ* = σ(γ xₜ + β): cross entropy of a margin made steeper by γ
/// and shifted by β.
///
/// - Note: Lin et al. 2017, appendix A, equations 7 and 8, figures 5 to 7, table 3.
public struct FocalStarLoss: SigmoidLoss, Hashable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// Steepness, > 0.
  public let gamma: Double
  /// Shift of γ times the margin.
  public let beta: Double

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1; `nil` weighs both sides alike. Paper, table 3:
  ///     0.25.
  ///   - gamma: Steepness, > 0 and finite. Paper, table 3: 2 with beta 1, or 4 with beta 0. In
  ///     float32 from 1e-30 to 1e30.
  ///   - beta: Shift, finite. Paper, table 3: 1 with gamma 2.
  public init(alpha: Double? = 0.25, gamma: Double = 2, beta: Double = 1) {
    requireWeight(alpha)
    precondition(gamma > 0 && gamma.isFinite, "gamma is finite and > 0, found \(gamma)")
    precondition(beta.isFinite, "beta is finite, found \(beta)")
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
    try -(margin * gamma + beta).logSigmoid() / gamma
  }
}
