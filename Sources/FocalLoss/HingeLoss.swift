import Foundation
public import Torch

/// The hinge loss, on the logit or on the probability.
///
/// It asks no more of an example that is right by a margin m, and costs nothing from there:
/// max(0, m − xₜ) on the logit, max(0, m − pₜ) on the probability. In the corner the gradient is 0.
/// The paper found training with a hinge *on pₜ* unstable: its gradient −pₜ (1 − pₜ) vanishes for
/// the examples that are most wrong.
///
/// On the probability the corner is at x = logit(m), rounded to the dtype: near it the loss is that of
/// a margin within an ulp of m, and exact for m = ½.
///
/// - Note: Lin et al. 2017, section 5.1, *Hinge loss*; no table.
public struct HingeLoss: SigmoidLoss, Hashable {
  /// What is to reach the margin.
  public enum Score: String, Hashable, Sendable, Codable, CaseIterable {
    /// The logit itself, seen from the side of the truth: the hinge of support vector machines.
    case logit
    /// The probability pₜ of the truth: the paper's.
    case probability

    /// Where the loss becomes 0 unless said otherwise.
    ///
    /// 1 on the logit, as support vector machines have it; on the probability 0.5, from where on
    /// the truth is the likelier side. The paper names no number.
    public var defaultMargin: Double { self == .logit ? 1 : 0.5 }
  }

  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  public let alpha: Double?
  /// Where the loss becomes 0, on the scale of ``score``.
  public let margin: Double
  /// What is to reach the margin.
  public let score: Score

  /// The margins that a loss may have, −10⁹...10⁹.
  public static let marginRange: ClosedRange<Double> = -1e9...1e9

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - alpha: Weight of the positives, 0...1; `nil`, the default, weighs both sides alike.
  ///   - margin: Where the loss becomes 0, -1e9...1e9; `nil` takes ``Score/defaultMargin``. On the
  ///     probability a margin of 0 or less is no loss, and one of 1 or more has no corner.
  ///   - score: What is to reach the margin; the logit by default, which can be trained with.
  public init(alpha: Double? = nil, margin: Double? = nil, score: Score = .logit) {
    requireWeight(alpha)
    let margin = margin ?? score.defaultMargin
    precondition(Self.marginRange.contains(margin), "margin is in -1e9...1e9, found \(margin)")
    self.alpha = alpha
    self.margin = margin
    self.score = score
  }

  /// The hinge loss of each margin xₜ, max(0, m − xₜ) or max(0, m − σ(xₜ)).
  ///
  /// - Parameter margin: Any shape, floating point.
  /// - Returns: Loss, shape and dtype of `margin`.
  /// - Throws: `TorchError` if memory runs out.
  public func value(margin: Tensor) throws -> Tensor {
    try gap(margin).relu().tellingNaN(of: margin)
  }

  /// How much is missing to the margin m; m − p as (m − 1) + (1 − p) where p is nearer to 1.
  ///
  /// To LibTorch the derivative of a sigmoid is p (1 − p), in which 1 − p would lose its digits
  /// there.
  private func gap(_ x: Tensor) throws -> Tensor {
    guard score == .probability else { return try margin - x }
    let (right, wrong) = (try x.sigmoid(), try (-x).sigmoid())
    let difference = try Tensor.where(x.less(0), margin - right, wrong + (margin - 1))
    guard margin > 0, margin < 1 else { return difference }
    return try difference.takingValues(of: withoutGradient { try exactGap(x.detach()) })
  }

  /// m − σ(x) = −m σ(−x) (e^(x − c) − 1) below the corner c = logit(m), and 0 from there on.
  ///
  /// Nothing cancels but x − c.
  private func exactGap(_ x: Tensor) throws -> Tensor {
    let corner =
      Swift.abs(margin - 0.5) < 0.25
      ? log1p((2 * margin - 1) / (1 - margin)) : log(margin / (1 - margin))
    return try (-x).sigmoid() * (x - corner).clamp(max: 0).expm1().abs() * margin
  }
}
