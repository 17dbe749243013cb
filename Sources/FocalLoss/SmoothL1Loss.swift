public import Torch

/// The smooth L1 loss of box regression.
///
/// With d = |prediction − target|: d² / (2β) below β, d − β/2 from there on; β = 0 is plain L1.
/// ``HuberLoss`` is δ times this loss with β = δ.
///
/// - Note: Girshick 2015 (Fast R-CNN), equation 3, has β = 1; Detectron's RetinaNet uses 0.11.
public struct SmoothL1Loss: Hashable, Sendable {
  /// The difference at which the square becomes a line, >= 0.
  public let beta: Double

  /// Makes the loss.
  ///
  /// - Parameter beta: The transition point, >= 0. Detectron's RetinaNet configuration: 0.11.
  public init(beta: Double = 0.11) {
    precondition(beta >= 0 && beta.isFinite, "beta is a finite number >= 0")
    self.beta = beta
  }

  /// The loss summed over all foreground anchors and their four coordinates.
  ///
  /// - Parameters:
  ///   - deltas: Predicted deltas. Shape [F, 4], floating point; computed in float32 (float64
  ///     stays).
  ///   - targets: Target deltas. Shape [F, 4].
  /// - Returns: A scalar, not yet divided by the number of foreground anchors; 0 where F is 0.
  /// - Throws: `TorchError` if the shapes differ or memory runs out.
  public func sum(deltas: Tensor, targets: Tensor) throws -> Tensor {
    try loss(predictions: deltas, targets: targets)
  }

  /// The loss of numbers of any shape.
  ///
  /// A NaN gives NaN, also in its gradient; an infinite difference an infinite loss with a gradient
  /// of ±1. What does not count has loss 0 and gradient 0, whatever it holds.
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
    let predictions = try predictions.inLossPrecision(for: "SmoothL1Loss")
    try predictions.checkShape(of: targets, for: "SmoothL1Loss")
    let counted = try mask?.asMask(over: predictions.shape, for: "SmoothL1Loss")
    var difference = try predictions - targets.to(predictions.dtype)
    if let counted { difference = try Tensor.where(counted, difference, 0) }
    return try value(difference).gathered(reduction, counting: counted, normalizer: normalizer)
  }

  /// With c = min(d, β): (c / β) (d − c / 2), both the square and the line.
  ///
  /// Nothing is squared and no branch is thrown away, so an infinite d has the gradient of the line
  /// and a small β does not overflow.
  private func value(_ difference: Tensor) throws -> Tensor {
    let distance = try difference.abs()
    // A beta too small for the dtype is a beta of 0.
    guard difference.dtype == .float64 ? beta > 0 : Float(beta) > 0 else {
      return try distance.tellingNaN(of: difference)
    }
    let capped = try distance.clamp(max: beta)
    return try (capped / beta) * (distance - capped * 0.5)
  }
}
