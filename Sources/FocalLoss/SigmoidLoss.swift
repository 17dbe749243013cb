public import Torch

/// A loss that sees a logit only as its margin, composed of tensor operations; runs on any device.
///
/// Every sigmoid loss of the paper is wₜ f(xₜ). The margin xₜ = y x has y = 1 for the object's
/// category and y = −1 for every other; the weight wₜ is alpha for an object's category and 1 −
/// alpha for the others, or 1 without alpha. With pₜ = σ(xₜ) the losses are
///
/// | loss | f(x) | paper |
/// |---|---|---|
/// | ``SigmoidCrossEntropyLoss`` | −log σ(x) | section 3, equations 1 to 3 |
/// | ``SigmoidFocalLoss`` | −(1 − σ(x))^γ log σ(x) | section 3.2, equations 4 and 5 |
/// | ``FocalStarLoss`` | −log σ(γx + β) / γ | appendix A, equations 7 and 8 |
/// | ``HingeLoss`` | max(0, m − x) or max(0, m − σ(x)) | section 5.1 |
///
/// A conforming type gives ``alpha`` and ``value(margin:)``; all else follows. Results are float32,
/// or float64 for float64 logits; gradients have the dtype of the logits.
///
/// Odd logits have stated results. A NaN gives a NaN, in its own gradient and in the sum; ±∞ give
/// the limits, an infinite loss or 0 with the gradient that belongs to it. What does not count, an
/// ignored row or an element outside the mask, has loss 0 and gradient 0 whatever its logit is, NaN
/// included.
public protocol SigmoidLoss: Sendable {
  /// Weight of the positives, 0...1, negatives get 1 − alpha; `nil` weighs both sides alike with 1.
  var alpha: Double? { get }

  /// Gamma, where f is (1 − σ(x))^γ (−log σ(x)), so that the fused kernel knows it; else `nil`.
  ///
  /// `nil` unless a type says otherwise.
  var focusing: Double? { get }

  /// How losses over class indices are computed; automatic unless a type says otherwise.
  var form: LossForm { get }

  /// The loss of each margin, before it is weighted.
  ///
  /// - Parameter margin: xₜ, the logit of an object's category or the negated logit of another. Any
  ///   shape, floating point.
  /// - Returns: f(xₜ) in nats, shape and dtype of `margin`; gradients flow through.
  /// - Throws: `TorchError` if memory runs out.
  func value(margin: Tensor) throws -> Tensor
}

extension SigmoidLoss {
  /// None: the fused kernel does not know the loss.
  public var focusing: Double? { nil }

  /// The fused kernel where it can, else composed.
  public var form: LossForm { .automatic }

  /// The loss of logits of any shape, each with its own truth.
  ///
  /// Always composed: the fused kernel reads class indices.
  /// - Parameters:
  ///   - logits: Raw scores. Any shape, floating point; computed in float32 (float64 stays).
  ///   - isObject: Whether each logit is that of an object's category. `.bool`, shape of `logits`.
  ///   - mask: Which elements count. `.bool`, broadcasts to the shape of `logits`; `nil`: all.
  ///   - reduction: How losses are gathered; the mean is over the elements that count.
  ///   - normalizer: What the result is divided by, > 0. Paper, section 4.1: the number of anchors
  ///     assigned to an object.
  /// - Returns: Loss in nats: a scalar, or the shape of `logits` for `.elementwise`. 0 for what
  ///   does not count, and where nothing does.
  /// - Throws: `TorchError` if shapes, dtypes or devices do not fit, ``form`` is `.fused`, or
  ///   memory runs out.
  public func loss(
    logits: Tensor,
    isObject: Tensor,
    mask: Tensor? = nil,
    reduction: Reduction = .sum,
    normalizer: Double = 1
  ) throws -> Tensor {
    guard form != .fused else {
      throw TorchError(
        .unsupported,
        operation: name,
        shapes: [logits.shape],
        message: "the fused form reads class indices, found a mask of objects; use .automatic"
      )
    }
    var logits = try logits.inLossPrecision(for: name)
    try logits.checkShape(of: isObject, for: name)
    let isObject = try isObject.asMask(over: logits.shape, for: name)
    let counted = try mask?.asMask(over: logits.shape, for: name)
    // Here the gradient of what does not count ends, whatever comes back: 0 · NaN would be NaN.
    if let counted { logits = try Tensor.where(counted, logits, 0) }
    var losses = try value(margin: Tensor.where(isObject, logits, -logits))
    if let alpha {
      let positive = try Tensor.full(shape: [], alpha, dtype: losses.dtype, device: losses.device)
      losses = try losses.weighted(
        by: Tensor.where(isObject, positive, 1 - alpha),
        mayVanish: vanishes(alpha) || vanishes(1 - alpha)
      )
    }
    return try losses.gathered(reduction, counting: counted, normalizer: normalizer)
  }

  /// What the loss is called in errors.
  var name: String { "\(Self.self)" }
}
