import Torch

/// Pairs of boxes, and the areas that losses are made of.
///
/// Nothing is a difference of areas: what only one box covers and what neither does are sums of
/// strips, so both keep their digits where the boxes nearly agree.
struct BoxPairs {
  let x: SpanPairs
  let y: SpanPairs
  /// Area of one box alone: union − intersection.
  let difference: Tensor
  /// Area of either box.
  let union: Tensor
  /// Area of the least box around both.
  let enclosing: Tensor
  /// The part of the enclosing box that neither covers.
  let wasted: Tensor

  /// Measures pairs of shape [..., 4] and one dtype; all is NaN where a box is out of order or not
  /// finite.
  init(predictions: Tensor, targets: Tensor) throws {
    let predictions = try predictions * Self.blemish(predictions, targets).unsqueeze(-1)
    let ends = try (0..<4).map { lane in
      try (predictions.select(dim: -1, index: lane), targets.select(dim: -1, index: lane))
    }
    x = try SpanPairs(low: ends[0], high: ends[2])
    y = try SpanPairs(low: ends[1], high: ends[3])

    let intersects = try x.shared.greater(0).logicalAnd(y.shared.greater(0))
    let strips =
      try x.predictionOverhang * y.prediction + x.shared * y.predictionOverhang
      + x.targetOverhang * y.target + x.shared * y.targetOverhang
    let areas = try x.prediction * y.prediction + x.target * y.target
    difference = try Tensor.where(intersects, strips, areas)
    union = try x.shared * y.shared + difference
    enclosing = try x.enclosing * y.enclosing

    // The corners that one box reaches on one axis only.
    let corners =
      try x.predictionOverhang * y.targetOverhang + x.targetOverhang * y.predictionOverhang
    let apart = try Tensor.where(x.shared.equal(0), Self.wasted(x, y), Self.wasted(y, x))
    wasted = try Tensor.where(intersects, corners, apart)
  }

  /// What neither of two boxes covers that are apart on one axis: each fills its own span there.
  private static func wasted(_ apart: SpanPairs, _ along: SpanPairs) throws -> Tensor {
    try apart.prediction * along.targetOverhang + apart.target * along.predictionOverhang
      + apart.gap * along.enclosing
  }

  /// 1 for pairs of boxes, NaN where the corners are out of order or not numbers.
  ///
  /// As a factor it reaches the value and every gradient. An infinite corner does so by itself, by
  /// an infinite area divided by another.
  private static func blemish(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
    let one = try Tensor.ones(shape: [], dtype: predictions.dtype, device: predictions.device)
    return try Tensor.where(isProper(predictions).logicalAnd(isProper(targets)), one, .nan)
  }

  private static func isProper(_ boxes: Tensor) throws -> Tensor {
    let lanes = try (0..<4).map { try boxes.detach().select(dim: -1, index: $0) }
    return try lanes[0].lessEqual(lanes[2]).logicalAnd(lanes[1].lessEqual(lanes[3]))
  }

  /// atan(w_T / h_T) − atan(w_P / h_P) as one angle; 0, with gradient 0, where a box is a point.
  func aspectAngle() throws -> Tensor {
    let sine = try x.target * y.prediction - x.prediction * y.target
    let cosine = try y.target * y.prediction + x.target * x.prediction
    return try sine.atan2(cosine)
  }
}

/// The spans of pairs of boxes on one axis: what they share, what sticks out, what they enclose.
struct SpanPairs {
  /// Length of the prediction's span.
  let prediction: Tensor
  /// Length of the target's span.
  let target: Tensor
  /// Length that both cover; 0 where they only touch.
  let shared: Tensor
  /// Length between the two where they are apart, else 0.
  let gap: Tensor
  /// Length of the least span around both.
  let enclosing: Tensor
  /// By how much the prediction reaches beyond the target's ends.
  let predictionOverhang: Tensor
  /// By how much the target reaches beyond the prediction's ends.
  let targetOverhang: Tensor
  /// Centre of the prediction minus centre of the target.
  let offset: Tensor

  /// Measures pairs of (prediction, target) by their ends.
  init(low: (Tensor, Tensor), high: (Tensor, Tensor)) throws {
    let zero = try Tensor.zeros(shape: [], dtype: low.0.dtype, device: low.0.device)
    let (lowStep, highStep) = (try low.0 - low.1, try high.0 - high.1)
    let overlap = try high.0.minimum(high.1) - low.0.maximum(low.1)
    prediction = try high.0 - low.0
    target = try high.1 - low.1
    shared = try overlap.relu()
    // Boxes that touch are apart: with them the gap begins.
    gap = try Tensor.where(overlap.lessEqual(0), -overlap, 0)
    enclosing = try high.0.maximum(high.1) - low.0.minimum(low.1)
    // maximum and not relu: where ends coincide, half of the gradient goes each way.
    predictionOverhang = try (-lowStep).maximum(zero) + highStep.maximum(zero)
    targetOverhang = try lowStep.maximum(zero) + (-highStep).maximum(zero)
    offset = try (lowStep + highStep) * 0.5
  }
}
