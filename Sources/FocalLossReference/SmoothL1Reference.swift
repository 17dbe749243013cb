/// The smooth L1 loss of one coordinate.
///
/// For a difference d: d² / (2β) where |d| < β, else |d| − β / 2. Its derivative is d / β or the
/// sign of d; its second derivative is 1 / β or 0. It is L1 at β = 0.
///
/// ``HuberReference`` is δ times this loss with β = δ. At 1 the two are one.
///
/// Domain: every difference; β >= 0. Girshick 2015, *Fast R-CNN*, equation 3, with the transition
/// as a parameter; Lin et al. 2017, section 4.1, *Optimization*, take it for the box subnet.
public struct SmoothL1Reference: Sendable, Hashable {
  /// Where the parabola meets the line, >= 0; |d| = beta belongs to the line.
  public let beta: Double

  /// Makes the loss.
  ///
  /// - Parameter beta: Where the parabola meets the line, >= 0. Fast R-CNN: 1. Detectron's
  ///   RetinaNet: 0.11. detectron2, torchvision: 0, which is L1.
  public init(beta: Double) {
    precondition(beta >= 0 && beta.isFinite, "beta is finite and >= 0, found \(beta)")
    self.beta = beta
  }

  /// The loss of one coordinate.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: Loss, >= 0, not yet summed over the four coordinates; NaN for NaN, ∞ for ±∞.
  public func value(difference: Double) -> Double {
    let distance = abs(difference)
    // In this order a tiny beta cannot overflow: both factors are below 1 or beta.
    return distance < beta ? 0.5 * (distance / beta) * distance : distance - 0.5 * beta
  }

  /// The derivative of the loss by the prediction.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: d / β where |d| < β, else the sign of d; 0 at 0, also at β = 0; NaN for NaN.
  public func gradient(difference: Double) -> Double {
    if abs(difference) < beta { return difference / beta }
    if difference == 0 || difference.isNaN { return difference }
    return difference < 0 ? -1 : 1
  }

  /// The second derivative of the loss by the prediction.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: 1 / β where |d| < β, else 0, also in the corner at β = 0; NaN for NaN. ∞ for a β so
  ///   small that its inverse is no number.
  public func secondDerivative(difference: Double) -> Double {
    if difference.isNaN { return difference }
    return abs(difference) < beta ? 1 / beta : 0
  }
}
