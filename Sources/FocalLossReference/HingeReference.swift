#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The hinge loss of one logit.
///
/// It asks no more of an example that is right by a margin m, and costs nothing from there:
///
/// - on the logit, f(x) = max(0, m − x), f′(x) = −1 below m, f″ = 0;
/// - on the probability, f(x) = max(0, m − p), f′(x) = −p q, f″(x) = p q (p − q) below m, with
///   p = σ(x) and q = 1 − p.
///
/// At the corner both derivatives are 0: the corner belongs to the flat side. On the probability
/// the slope vanishes for the examples that are most wrong, so that nothing pulls them back; the
/// paper found training with a hinge *on pₜ* unstable, without meaningful results.
///
/// On the probability the corner is at x = logit(m), which is rounded. So near the corner the loss is
/// that of a margin within 2⁻⁵⁴ of m, and as exact as ever for m = ½ and m >= 1.
///
/// Domain: every logit. Lin et al. 2017, section 5.1, *Hinge loss*; no table.
public struct HingeReference: MarginLossReference, Hashable {
  /// What is to reach the margin.
  public enum Score: String, Sendable, Hashable, CaseIterable {
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

  /// Weight of objects, 0...1, where the background weighs 1 − alpha; nil weighs both 1.
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
  ///   - alpha: Weight of objects, 0...1; nil, the default, weighs both sides alike.
  ///   - margin: Where the loss becomes 0, -1e9...1e9; nil takes ``Score/defaultMargin``. On the
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

  /// The hinge loss of a margin, max(0, m − xₜ) or max(0, m − pₜ).
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: Loss, >= 0.
  public func value(margin: Double) -> Double {
    let gap = gap(margin)
    return gap <= 0 ? 0 : gap
  }

  /// Its derivative by the margin, −1 or −pₜ (1 − pₜ) below the corner.
  ///
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: −1...0; 0 from the corner on.
  public func slope(margin: Double) -> Double {
    let gap = gap(margin)
    guard gap > 0 else { return gap.isNaN ? gap : 0 }
    return score == .logit ? -1 : -sigmoid(margin) * sigmoid(-margin)
  }

  /// Its second derivative by the margin, 0 or pₜ (1 − pₜ) (2 pₜ − 1) below the corner.
  ///
  /// 2p − 1 is taken as tanh(x / 2), which does not cancel.
  /// - Parameter margin: xₜ, the logit of an object or the negated logit of background.
  /// - Returns: On the logit 0; on the probability −0.1...0.1. 0 from the corner on.
  public func curvature(margin: Double) -> Double {
    let gap = gap(margin)
    guard gap > 0 else { return gap.isNaN ? gap : 0 }
    return score == .logit ? 0 : sigmoid(margin) * sigmoid(-margin) * tanh(0.5 * margin)
  }

  /// How much is missing to the margin m; 0 or less from the corner on.
  ///
  /// With a corner at c = logit(m), m − σ(x) = −m σ(−x) (e^(x − c) − 1): nothing cancels but x − c.
  private func gap(_ margin: Double) -> Double {
    switch score {
    case .logit: self.margin - margin
    case .probability where self.margin <= 0: self.margin - sigmoid(margin)
    case .probability where self.margin >= 1: (self.margin - 1) + sigmoid(-margin)
    // No more than 0, where an infinite power would meet a σ(−x) of 0. NaN stays.
    case .probability: -self.margin * sigmoid(-margin) * expm1(min(margin - corner, 0))
    }
  }

  /// log(m / (1 − m)) for m between 0 and 1, with the digits of m − ½ where it is near 0.
  private var corner: Double {
    abs(margin - 0.5) < 0.25
      ? log1p((2 * margin - 1) / (1 - margin)) : log(margin / (1 - margin))
  }
}
