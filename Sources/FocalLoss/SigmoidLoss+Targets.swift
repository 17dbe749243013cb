public import Torch

// Losses over logits [M, K] whose truth is a class index a row: the losses of a detector.
extension SigmoidLoss {
  /// The loss of every row and category that counts, summed.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [M, K] for K categories, no background; rows may lie in several
  ///     leading dimensions. Floating point; computed in float32 (float64 stays).
  ///   - targets: What each of the M rows is.
  ///   - normalizer: What the sum is divided by, > 0. Paper, section 4.1: the number of anchors
  ///     assigned to an object. The fused kernel divides on its way; a division afterwards costs it
  ///     another pass over the gradient.
  /// - Returns: A scalar in nats; 0 where no row counts.
  /// - Throws: `TorchError` if `logits` are not M rows of K floating-point numbers, ``form`` is
  ///   `.fused` and cannot be, or memory runs out.
  public func sum(
    logits: Tensor,
    targets: AnchorClassTargets,
    normalizer: Double = 1
  ) throws -> Tensor {
    requireNormalizer(normalizer)
    if let fused = try fused(logits, targets, .sum, scale: 1 / normalizer) { return fused }
    return try composed(logits, targets).gathered(.sum, counting: nil, normalizer: normalizer)
  }

  /// The loss of every row, summed over its categories: what hard example mining ranks by.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [M, K] for K categories, no background; rows may lie in several
  ///     leading dimensions. Floating point; computed in float32 (float64 stays).
  ///   - targets: What each of the M rows is.
  /// - Returns: Loss in nats. Shape [M]; 0 for ignored rows.
  /// - Throws: `TorchError` if `logits` are not M rows of K floating-point numbers, ``form`` is
  ///   `.fused` and cannot be, or memory runs out.
  public func rows(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    if let fused = try fused(logits, targets, .rows) { return fused }
    return try composed(logits, targets).sum(dims: [1])
  }

  /// The loss of every row and category.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [M, K] for K categories, no background; rows may lie in several
  ///     leading dimensions. Floating point; computed in float32 (float64 stays).
  ///   - targets: What each of the M rows is.
  /// - Returns: Loss in nats. Shape [M, K]; 0 in ignored rows.
  /// - Throws: `TorchError` if `logits` are not M rows of K floating-point numbers, ``form`` is
  ///   `.fused` and cannot be, or memory runs out.
  public func elements(logits: Tensor, targets: AnchorClassTargets) throws -> Tensor {
    if let fused = try fused(logits, targets, .elements) { return fused }
    return try composed(logits, targets)
  }

  /// The loss of every row and category, of one operation after the other.
  private func composed(_ logits: Tensor, _ targets: AnchorClassTargets) throws -> Tensor {
    let logits = try targets.table(of: logits, for: name)
    let entries = targets.foregroundEntries
    // (M, K) -> (M·K)
    let flat = try logits.reshape([logits.count])
    let margins = try (-flat).indexPut([entries], flat.indexSelect(dim: 0, entries))
    // Before the formula, where the gradient of ignored rows ends, and after it, where their loss
    // does.
    var losses = try value(margin: blankingIgnored(margins, targets))
    if let alpha {
      let mayVanish = vanishes(alpha) || vanishes(1 - alpha)
      let weights = try [alpha, 1 - alpha].map {
        try Tensor.full(shape: [], $0, dtype: losses.dtype, device: losses.device)
      }
      let objects = try losses.indexSelect(dim: 0, entries)
        .weighted(by: weights[0], mayVanish: mayVanish)
      losses = try losses.weighted(by: weights[1], mayVanish: mayVanish)
        .indexPut([entries], objects)
    }
    return try blankingIgnored(losses, targets).reshape([targets.rowCount, targets.categoryCount])
  }

  /// The same M·K elements with 0 in the ignored rows, through which no gradient flows.
  private func blankingIgnored(_ elements: Tensor, _ targets: AnchorClassTargets) throws -> Tensor {
    guard targets.ignoredRows.count > 0 else { return elements }
    let zero = try Tensor.zeros(shape: [1], dtype: elements.dtype, device: elements.device)
    return try elements.reshape([targets.rowCount, targets.categoryCount])
      .indexPut([targets.ignoredRows], zero)
      .reshape([elements.count])
  }
}
