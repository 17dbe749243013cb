public import Torch

/// The alpha-balanced sigmoid focal loss, composed of tensor operations; runs on any device.
///
/// FL(pₜ) = −αₜ (1 − pₜ)^γ log(pₜ), with pₜ = σ(x) for an object's category and 1 − σ(x) for every other.
/// γ = 0 is the (balanced) cross entropy; γ = 0 without α is the cross entropy.
///
/// - Note: Lin et al. 2017, section 3.2, equation 5; 3.1 for the balanced cross entropy.
public struct SigmoidFocalLoss: Hashable, Sendable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// Focusing parameter, >= 0; 0 gives cross entropy.
  public let gamma: Double

  /// A logit this low has probability 0 in every float format: its background loss and gradient are exactly 0.
  private static let certainlyBackground = -1e4

  /// The focal loss of the paper unless told otherwise.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1; `nil` weighs both sides alike. Paper, table 1b: 0.25.
  ///   - gamma: Focusing parameter, >= 0. Paper, table 1b: 2.
  public init(alpha: Double? = 0.25, gamma: Double = 2) {
    precondition(alpha.map { (0...1).contains($0) } ?? true, "alpha lies in 0...1")
    precondition(gamma >= 0 && gamma.isFinite, "gamma is a finite number >= 0")
    self.alpha = alpha
    self.gamma = gamma
  }

  /// The loss of every row and category that counts, summed.
  ///
  /// Foreground entries are taken out of the background's sum before it is made, not subtracted after,
  /// so that a confident and right positive does not cost the sum its precision.
  /// - Parameters:
  ///   - logits: Raw scores. Shape [M, K] for K categories, no background. Floating point; computed in float32
  ///     (float64 stays).
  ///   - targets: What each of the M rows is.
  /// - Returns: A scalar in nats, not yet divided by the number of foreground anchors; 0 where no row counts.
  /// - Throws: ``TorchError`` if `logits` has not [M, K] entries, or memory runs out.
  public func sum(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    let logits = logits.dtype == .float64 ? logits : try logits.to(.float32)
    let flat = try logits.reshape([targets.rowCount * targets.categoryCount])

    // (M, K) -> the same, with the entries that are no background made certain background.
    let filler = try Tensor.full(
      shape: [1],
      Self.certainlyBackground,
      dtype: logits.dtype,
      device: logits.device
    )
    var background = try flat.indexPut([targets.foregroundEntries], filler)
    if targets.ignoredRows.count > 0 {
      background = try background.reshape([targets.rowCount, targets.categoryCount])
        .indexPut([targets.ignoredRows], filler)
    }
    let negatives = try negativeLoss(background).sum()
    let positives = try positiveLoss(flat.indexSelect(dim: 0, targets.foregroundEntries)).sum()
    return try negatives + positives
  }

  /// The loss of each logit as the category of an object: −α (1 − p)^γ log(p).
  ///
  /// - Parameter logits: Raw scores, any shape, floating point.
  /// - Returns: Loss in nats, shape and dtype of `logits`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func positiveLoss(_ logits: Tensor) throws -> Tensor {
    try term(logits, weight: alpha ?? 1)
  }

  /// The loss of each logit as anything but the category of an object: −(1 − α) p^γ log(1 − p).
  ///
  /// - Parameter logits: Raw scores, any shape, floating point.
  /// - Returns: Loss in nats, shape and dtype of `logits`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func negativeLoss(_ logits: Tensor) throws -> Tensor {
    try term(-logits, weight: alpha.map { 1 - $0 } ?? 1)
  }

  /// −w (1 − σ(x))^γ log σ(x), where (1 − σ(x))^γ = exp(γ log σ(−x)).
  ///
  /// The power is taken in the exponent: its derivative −γ σ(x) (1 − σ(x))^γ stays finite for every γ, where that
  /// of pow(1 − p, γ) is infinite at p = 1 for γ < 1.
  private func term(_ x: Tensor, weight: Double) throws -> Tensor {
    let crossEntropy = try -x.logSigmoid()
    guard gamma != 0 else { return try crossEntropy * weight }
    let modulator = try ((-x).logSigmoid() * gamma).exp()
    return try modulator * crossEntropy * weight
  }
}
