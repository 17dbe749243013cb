import Torch

/// How far the right logit of a softmax is ahead of all others together.
enum SoftmaxMargin {
  /// m = z_t − log Σ_{k≠t} exp(z_k) for each row, with gradients that are right at infinities, too.
  ///
  /// - Parameters:
  ///   - logits: Shape [F, K], float32 or float64, F and K > 0.
  ///   - classes: t of each row, in 0..<K. Shape [F], int64.
  /// - Returns: Shape [F]. ∞ where nobody else is in question, −∞ where an infinite logit is not t;
  ///   NaN where the softmax is.
  /// - Throws: `TorchError` if memory runs out.
  static func margins(of logits: Tensor, classes: Tensor) throws -> Tensor {
    let (rows, count) = (logits.shape[0], logits.shape[1])
    let device = logits.device
    // What stands for an infinity: no sum or difference of two overflows, no finite logit is near.
    let bound = logits.dtype == .float64 ? 1e300 : 1e30
    let finite = try logits.takingValues(of: bounded(logits, by: bound)).reshape([rows * count])
    // (F) -> where each right logit lies among the F·K
    let entries =
      try Tensor.arange(Double(rows), device: device) * Double(count) + classes
    let own = try finite.indexSelect(dim: 0, entries)
    let nobody = try Tensor.full(shape: [1], -bound, dtype: logits.dtype, device: device)
    let others = try finite.indexPut([entries], nobody).reshape([rows, count])

    // Differences to the leader first: rounding is then relative to them and not to the logits. The
    // leader is a constant here, as its derivatives cancel.
    let leader = try others.detach().amax(dims: [1], keepingDims: true)
    let rest = try (others - leader).exp().sum(dims: [1]).log()
    let margins = try own - leader.squeeze(1) - rest
    return try margins.takingValues(of: unbounded(margins.detach(), from: bound / 2))
  }

  /// Logits with ±bound for infinities, all NaN in rows whose softmax is NaN.
  private static func bounded(_ logits: Tensor, by bound: Double) throws -> Tensor {
    let logits = try logits.detach()
    let infinite = try logits.equal(.infinity).sum(dims: [1], keepingDims: true)
    let greatest = try logits.amax(dims: [1], keepingDims: true)
    let undefined = try infinite.greater(1).logicalOr(greatest.equal(-.infinity))
    return try logits.clamp(min: -bound, max: bound).maskedFill(undefined, .nan)
  }

  /// Margins with infinities beyond a threshold.
  private static func unbounded(_ margins: Tensor, from threshold: Double) throws -> Tensor {
    try margins.maskedFill(margins.greater(threshold), .infinity)
      .maskedFill(margins.less(-threshold), -.infinity)
  }
}
