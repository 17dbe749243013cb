/// How a loss over class indices is computed; the numbers agree to rounding.
public enum LossForm: String, Hashable, Sendable, Codable, CaseIterable {
  /// By the fused kernel where it can, else composed.
  case automatic
  /// Of one LibTorch operation after the other: any device, any floating-point dtype.
  case composed
  /// By one pass that gives loss and gradient at once: cross entropy and focal loss of float32 or
  /// bfloat16 logits in main memory. Everything else is refused with an error.
  case fused
}
