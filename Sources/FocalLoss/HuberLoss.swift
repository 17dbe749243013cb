public import Torch

/// The Huber loss.
///
/// With d = |prediction − target|: d² / 2 below δ, δ (d − δ/2) from there on. It is δ times
/// ``SmoothL1Loss`` with β = δ, by which it is computed.
///
/// - Note: Huber 1964; not in the paper, whose box subnet has smooth L1.
public struct HuberLoss: Hashable, Sendable {
  /// The difference at which the square becomes a line, > 0.
  public let delta: Double

  /// Makes the loss.
  ///
  /// - Parameter delta: The transition point, 1e-18...1e18; PyTorch: 1.
  public init(delta: Double = 1) {
    precondition((1e-18...1e18).contains(delta), "delta is in 1e-18...1e18, found \(delta)")
    self.delta = delta
  }

  /// The loss of numbers of any shape.
  ///
  /// A NaN gives NaN, also in its gradient; an infinite difference an infinite loss with a gradient
  /// of ±δ. What does not count has loss 0 and gradient 0, whatever it holds.
  /// - Parameters:
  ///   - predictions: Any shape, floating point; computed in float32 (float64 stays).
  ///   - targets: What they should be. The same shape.
  ///   - mask: Which elements count. `.bool`, broadcasts to the shape; `nil`: all.
  ///   - reduction: How losses are gathered; the mean is over the elements that count.
  ///   - normalizer: What the result is divided by, > 0.
  /// - Returns: A scalar, or the shape of `predictions` for `.elementwise`. 0 where nothing counts.
  /// - Throws: `TorchError` if shapes, dtypes or devices do not fit, or memory runs out.
  public func loss(
    predictions: Tensor,
    targets: Tensor,
    mask: Tensor? = nil,
    reduction: Reduction = .sum,
    normalizer: Double = 1
  ) throws -> Tensor {
    let losses = try SmoothL1Loss(beta: delta).loss(
      predictions: predictions,
      targets: targets,
      mask: mask,
      reduction: reduction,
      normalizer: normalizer
    )
    return try losses * delta
  }
}
