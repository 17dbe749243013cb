public import Torch

/// The focal loss of several classes of which exactly one is right, by a softmax.
///
/// FL = −w_t (1 − p_t)^γ log(p_t), p = softmax(z), for the class t that is right: the form
/// −Σ tᵢ wᵢ (1 − pᵢ)^γ log(pᵢ) with a one-hot t. A softmax has no background but a class of its
/// own, so a background row costs nothing here, as an ignored one does.
///
/// It is the sigmoid focal loss of one margin, of the right logit over all others together: p_t =
/// σ(m), m = z_t − log Σ_{k≠t} exp(z_k). So 1 − p_t keeps its digits where p_t is almost 1.
///
/// A NaN among a row's logits gives NaN, as do several +∞ or nothing but −∞; a single +∞ gives the
/// limits, and −∞ is a class that is out of question. Rows without a class have gradient 0 whatever
/// they hold.
/// - Note: Lin et al. 2017, section 3, footnote 1: the extension to the multi-class case *works
///   well*.
public struct SoftmaxFocalLoss: Hashable, Sendable {
  /// Focusing parameter, in ``SigmoidFocalLoss/gammaRange``; 0 gives cross entropy.
  public let gamma: Double
  /// Weight of each class, in ``weightRange``; `nil` weighs all 1.
  public let classWeights: [Double]?

  /// The weights that a class may have, 0...10⁹; of a greater one float32 would make infinity.
  public static let weightRange: ClosedRange<Double> = 0...1e9

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - gamma: Focusing parameter, 0...10000. Paper, table 1b: 2.
  ///   - classWeights: Weight of each class, 0...1e9; `nil`, the default, weighs all 1.
  public init(gamma: Double = 2, classWeights: [Double]? = nil) {
    requireGamma(gamma)
    precondition(
      classWeights?.allSatisfy(Self.weightRange.contains) ?? true,
      "class weights are in 0...1e9, found \(classWeights ?? [])"
    )
    self.gamma = gamma
    self.classWeights = classWeights
  }

  /// The loss of all rows that have a class, summed.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [M, K]; rows may lie in several leading dimensions. Floating
  ///     point; computed in float32 (float64 stays).
  ///   - targets: Which class is right in each of the M rows.
  /// - Returns: A scalar in nats; 0 where no row has a class.
  /// - Throws: `TorchError` if `logits` are not M rows of K floating-point numbers, class weights
  ///   are not K, or memory runs out.
  public func sum(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    try loss(logits: logits, targets: targets)
  }

  /// The loss of every row.
  ///
  /// - Parameters:
  ///   - logits: Raw scores, as for ``sum(logits:targets:)``.
  ///   - targets: Which class is right in each of the M rows.
  /// - Returns: Loss in nats. Shape [M]; 0 for rows without a class.
  /// - Throws: What ``sum(logits:targets:)`` throws.
  public func rows(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    let losses = try foregroundLosses(logits, targets)
    return try scattered(losses, at: targets.foregroundRows, of: targets.rowCount)
  }

  /// The loss of every row at its own class, 0 at all others.
  ///
  /// - Parameters:
  ///   - logits: Raw scores, as for ``sum(logits:targets:)``.
  ///   - targets: Which class is right in each of the M rows.
  /// - Returns: Loss in nats. Shape [M, K].
  /// - Throws: What ``sum(logits:targets:)`` throws.
  public func elements(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    let losses = try foregroundLosses(logits, targets)
    let (rows, classes) = (targets.rowCount, targets.categoryCount)
    return try scattered(losses, at: targets.foregroundEntries, of: rows * classes)
      .reshape([rows, classes])
  }

  /// The loss of all rows, gathered.
  ///
  /// - Parameters:
  ///   - logits: Raw scores, as for ``sum(logits:targets:)``.
  ///   - targets: Which class is right in each of the M rows.
  ///   - reduction: How losses are gathered; the mean is over the rows that have a class.
  ///   - normalizer: What the result is divided by, > 0.
  /// - Returns: A scalar, or shape [M] for `.elementwise`; 0 where no row has a class.
  /// - Throws: What ``sum(logits:targets:)`` throws.
  public func loss(
    logits: Tensor,
    targets: AnchorClassTargets,
    reduction: Reduction = .sum,
    normalizer: Double = 1
  ) throws -> Tensor {
    let losses =
      try reduction == .elementwise
      ? rows(logits: logits, targets: targets) : foregroundLosses(logits, targets)
    return try losses.gathered(reduction, counting: nil, normalizer: normalizer)
  }

  /// The losses of the rows that have a class, [F].
  private func foregroundLosses(_ logits: Tensor, _ targets: AnchorClassTargets) throws -> Tensor {
    try checkWeights(of: targets)
    let examples = try targets.table(of: logits, for: "SoftmaxFocalLoss")
      .indexSelect(dim: 0, targets.foregroundRows)
    // No row: a maximum over no classes would be refused.
    guard targets.foregroundCount > 0 else { return try examples.sum(dims: [1]) }
    let classes = try targets.foregroundEntries.remainder(dividingBy: targets.categoryCount)
    let margins = try SoftmaxMargin.margins(of: examples, classes: classes)
    let losses = try SigmoidFocalLoss(alpha: nil, gamma: gamma).value(margin: margins)
    guard let classWeights else { return losses }
    let weights = try Tensor(classWeights).to(losses.dtype).to(losses.device)
      .indexSelect(dim: 0, classes)
    return try losses.weighted(by: weights, mayVanish: classWeights.contains(where: vanishes))
  }

  private func checkWeights(of targets: AnchorClassTargets) throws(TorchError) {
    guard let classWeights, classWeights.count != targets.categoryCount else { return }
    throw TorchError(
      .invalid,
      operation: "SoftmaxFocalLoss",
      shapes: [],
      message: "found \(classWeights.count) class weights, "
        + "expected \(targets.categoryCount), one for each class"
    )
  }

  private func scattered(_ losses: Tensor, at index: Tensor, of count: Int) throws -> Tensor {
    try Tensor.zeros(shape: [count], dtype: losses.dtype, device: losses.device)
      .indexPut([index], losses)
  }
}
