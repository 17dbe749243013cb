import Torch

extension SigmoidLoss {
  /// The loss by the fused kernel, or `nil` where it is to be composed.
  ///
  /// - Parameters:
  ///   - logits: Raw scores of M rows of K categories; copied where they are not contiguous.
  ///   - targets: What each of the M rows is.
  ///   - gathering: What is summed.
  ///   - scale: What loss and gradient are multiplied by.
  /// - Returns: Float32, of shape [], [M] or [M, K].
  /// - Throws: `TorchError` if ``form`` is `.fused` and cannot be, `logits` are not M rows of K,
  ///   or memory runs out.
  func fused(
    _ logits: Tensor,
    _ targets: AnchorClassTargets,
    _ gathering: FusedLossForm,
    scale: Double = 1
  ) throws(TorchError) -> Tensor? {
    guard form != .composed else { return nil }
    if let obstacle = obstacle(to: logits, targets) {
      guard form == .fused else { return nil }
      throw TorchError(
        .unsupported,
        operation: name,
        shapes: [logits.shape],
        message: "\(obstacle); use .automatic or .composed"
      )
    }
    try targets.check(logits, for: name)
    // (…, K) -> (M, K)
    return try logits.reshape([targets.rowCount, targets.categoryCount]).contiguous()
      .fusedFocalLoss(
        classes: targets.classIndices,
        alpha: alpha,
        gamma: focusing ?? 0,
        scale: scale,
        form: gathering
      )
  }

  /// Why the kernel cannot compute this loss of these logits.
  private func obstacle(to logits: Tensor, _ targets: AnchorClassTargets) -> String? {
    guard focusing != nil else { return "this loss has no fused form" }
    guard [.float32, .bfloat16].contains(logits.dtype) else {
      return "the fused form takes float32 and bfloat16 logits, found \(logits.dtype)"
    }
    guard logits.device.isCPU, targets.classIndices.device.isCPU else {
      return "the fused form takes tensors in main memory, found logits on \(logits.device) and "
        + "targets on \(targets.classIndices.device)"
    }
    return nil
  }
}
