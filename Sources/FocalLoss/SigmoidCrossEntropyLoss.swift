public import Torch

/// The binary cross entropy of every category, with or without class weights.
///
/// CE(pₜ) = −αₜ log(pₜ), with pₜ = σ(x) for an object's category and 1 − σ(x) for every other.
///
/// - Note: Lin et al. 2017, section 3, equations 1 to 3.
public struct SigmoidCrossEntropyLoss: SigmoidLoss, Hashable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// How losses over class indices are computed.
  public let form: LossForm

  /// 0: cross entropy is the focal loss that focuses on nothing.
  public var focusing: Double? { 0 }

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1. Paper, table 1a: 0.75 is best; `nil`, the default,
  ///     is plain cross entropy.
  ///   - form: How losses over class indices are computed.
  public init(alpha: Double? = nil, form: LossForm = .automatic) {
    requireWeight(alpha)
    self.alpha = alpha
    self.form = form
  }

  /// The cross entropy of each margin, −log σ(x).
  ///
  /// - Parameter margin: Any shape, floating point.
  /// - Returns: Loss in nats, shape and dtype of `margin`.
  /// - Throws: `TorchError` if memory runs out.
  public func value(margin: Tensor) throws -> Tensor {
    // Not the negative, which of 0 is -0.
    try 0 - margin.logSigmoid()
  }
}

/// Stops if alpha is no weight.
func requireWeight(_ alpha: Double?) {
  precondition(
    alpha.map((0...1).contains) ?? true,
    "alpha is a weight in 0...1, found \(alpha ?? .nan)"
  )
}
