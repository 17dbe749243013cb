public import Torch

/// A loss of two boxes by their intersection over union, IoU, with what later work added to it.
///
/// For a prediction P and a target T with intersection A, union U, least enclosing box C (area C,
/// diagonal c), distance ρ of the centres, and ε added to every denominator:
///
/// - ``Kind/iou``: 1 − A / (U + ε)
/// - ``Kind/giou``: the same + (C − U) / (C + ε)
/// - ``Kind/diou``: IoU loss + ρ² / (c² + ε)
/// - ``Kind/ciou``: DIoU loss + α v, v = (4 / π²) (atan(w_T / h_T) − atan(w_P / h_P))²,
///   α = v / (1 − IoU + v + ε), held constant in the gradient
///
/// Where two edges coincide the gradient is the mean of both sides', so a perfect prediction has
/// gradient 0; boxes that only touch have the gradient of boxes that are apart. A box out of order
/// or not finite gives NaN, also in its gradient.
///
/// - Note: Not in the paper, whose box subnet has ``SmoothL1Loss``. Rezatofighi et al. 2019 (GIoU),
///   Zheng et al. 2020 (DIoU, CIoU); numbers as torchvision's `generalized_box_iou_loss`,
///   `distance_box_iou_loss` and `complete_box_iou_loss`.
public struct BoxIoULoss: Hashable, Sendable {
  /// What is added to the IoU loss.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing; no gradient where the boxes are apart. 0...1.
    case iou
    /// The part of the enclosing box that neither box covers. 0...2.
    case giou
    /// The squared distance of the centres by the squared diagonal of the enclosing box. 0...2.
    case diou
    /// That, and how the aspect ratios differ. 0 to below 3.
    case ciou
  }

  /// What is added to the IoU loss.
  public let kind: Kind
  /// What is added to every denominator, in square pixels for areas.
  public let epsilon: Double

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - kind: What is added to the IoU loss.
  ///   - epsilon: Added to every denominator, finite and >= 0; torchvision: 1e-7. With 0 the loss
  ///     does not depend on the scale of the boxes, and two empty boxes give NaN.
  public init(kind: Kind, epsilon: Double = 1e-7) {
    precondition(
      epsilon >= 0 && epsilon.isFinite,
      "epsilon is finite and >= 0, found \(epsilon)"
    )
    self.kind = kind
    self.epsilon = epsilon
  }

  /// The loss of all pairs of boxes, summed.
  ///
  /// - Parameters:
  ///   - predictions: Lanes (x1, y1, x2, y2), in pixels. Shape [..., 4], floating point; computed
  ///     in float32 (float64 stays). Sides up to 1e9 in float32.
  ///   - targets: The same of the objects. The same shape.
  /// - Returns: A scalar, not yet divided by the number of foreground anchors; 0 for no boxes.
  /// - Throws: `TorchError` if shapes, dtypes or devices do not fit, or memory runs out.
  public func sum(predictions: Tensor, targets: Tensor) throws -> Tensor {
    try loss(predictions: predictions, targets: targets)
  }

  /// The loss of pairs of boxes.
  ///
  /// - Parameters:
  ///   - predictions: Boxes, as for ``sum(predictions:targets:)``.
  ///   - targets: The same of the objects. The same shape.
  ///   - mask: Which pairs count. `.bool`, broadcasts to the shape without its last dimension;
  ///     `nil`: all. What does not count has loss 0 and gradient 0, whatever it holds.
  ///   - reduction: How losses are gathered; the mean is over the pairs that count.
  ///   - normalizer: What the result is divided by, > 0.
  /// - Returns: A scalar, or the shape without its last dimension for `.elementwise`.
  /// - Throws: `TorchError` if shapes, dtypes or devices do not fit, or memory runs out.
  public func loss(
    predictions: Tensor,
    targets: Tensor,
    mask: Tensor? = nil,
    reduction: Reduction = .sum,
    normalizer: Double = 1
  ) throws -> Tensor {
    var predictions = try predictions.inLossPrecision(for: "BoxIoULoss")
    try predictions.checkShape(of: targets, for: "BoxIoULoss")
    guard predictions.shape.last == 4 else {
      throw TorchError(
        .invalid,
        operation: "BoxIoULoss",
        shapes: [predictions.shape],
        message: "expected boxes of shape [..., 4]"
      )
    }
    let counted = try mask?.asMask(over: predictions.shape.dropLast(), for: "BoxIoULoss")
    if let counted { predictions = try Tensor.where(counted.unsqueeze(-1), predictions, 0) }
    let pairs = try BoxPairs(predictions: predictions, targets: targets.to(predictions.dtype))
    return try value(pairs).gathered(reduction, counting: counted, normalizer: normalizer)
  }

  private func value(_ pairs: BoxPairs) throws -> Tensor {
    // 1 − IoU as a quotient of areas, not as a difference.
    let miss = try (pairs.difference + epsilon) / (pairs.union + epsilon)
    switch kind {
    case .iou: return miss
    case .giou: return try miss + pairs.wasted / (pairs.enclosing + epsilon)
    case .diou: return try miss + distance(pairs)
    case .ciou: return try miss + distance(pairs) + aspect(pairs, miss)
    }
  }

  /// ρ² / (c² + ε).
  private func distance(_ pairs: BoxPairs) throws -> Tensor {
    let squaredDiagonal = try pairs.x.enclosing.square() + pairs.y.enclosing.square()
    return try (pairs.x.offset.square() + pairs.y.offset.square()) / (squaredDiagonal + epsilon)
  }

  /// α v, α being 0 where the aspect ratios agree.
  private func aspect(_ pairs: BoxPairs, _ miss: Tensor) throws -> Tensor {
    let difference = try pairs.aspectAngle().square() * (4 / (Double.pi * Double.pi))
    let weight = try withoutGradient {
      try (difference / (miss + difference + epsilon)).maskedFill(difference.equal(0), 0)
    }
    return try weight * difference
  }
}
