import Torch

/// What is summed before a loss is given back.
enum LossGathering { case sum, rows, elements }

extension SigmoidLoss {
  /// The loss by the fused kernel, or `nil` where it is to be composed.
  ///
  /// - Parameters:
  ///   - logits: Raw scores of M rows of K categories; copied where they are not contiguous.
  ///   - targets: What each of the M rows is.
  ///   - gathering: What is summed.
  ///   - scale: What loss and gradient are multiplied by.
  /// - Returns: Float32, of shape [], [M] or [M, K].
  /// - Throws: ``TorchError`` if ``form`` is `.fused` and cannot be, `logits` are not M rows of K,
  ///   or memory runs out.
  func fused(
    _ logits: Tensor,
    _ targets: AnchorClassTargets,
    _ gathering: LossGathering,
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
    return nil
  }

  /// Why the kernel cannot compute this loss of these logits.
  private func obstacle(to logits: Tensor, _ targets: AnchorClassTargets) -> String? {
    guard focusing == nil else { return "the fused kernel is not built in" }
    return "this loss has no fused form"
  }
}
