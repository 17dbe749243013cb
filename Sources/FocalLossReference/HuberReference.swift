/// The Huber loss of one coordinate.
///
/// For a difference d: d² / 2 where |d| < δ, else δ (|d| − δ / 2). Its derivative is d or δ times the
/// sign of d; its second derivative is 1 or 0. It is δ times ``SmoothL1Reference`` with β = δ.
///
/// Domain: every difference; δ > 0. Huber 1964, *Robust Estimation of a Location Parameter*; not in
/// the paper, whose box subnet has smooth L1.
public struct HuberReference: Sendable, Hashable {
  /// Where the parabola meets the line, > 0; |d| = delta belongs to the line.
  public let delta: Double

  /// Makes the loss.
  ///
  /// - Parameter delta: Where the parabola meets the line, > 0 and finite; PyTorch: 1.
  public init(delta: Double = 1) {
    precondition(delta > 0 && delta.isFinite, "delta is finite and > 0, found \(delta)")
    self.delta = delta
  }

  /// The loss of one coordinate.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: Loss, >= 0; NaN for NaN, ∞ for ±∞.
  public func value(difference: Double) -> Double {
    let distance = abs(difference)
    return distance < delta ? 0.5 * distance * distance : delta * (distance - 0.5 * delta)
  }

  /// The derivative of the loss by the prediction.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: d where |d| < δ, else δ with the sign of d; NaN for NaN.
  public func gradient(difference: Double) -> Double {
    difference.isNaN ? difference : min(max(difference, -delta), delta)
  }

  /// The second derivative of the loss by the prediction.
  ///
  /// - Parameter difference: Prediction minus target.
  /// - Returns: 1 where |d| < δ, else 0; NaN for NaN.
  public func secondDerivative(difference: Double) -> Double {
    if difference.isNaN { return difference }
    return abs(difference) < delta ? 1 : 0
  }
}
