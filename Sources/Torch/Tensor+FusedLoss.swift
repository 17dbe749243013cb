import CTorch

/// What the fused loss sums before it gives a loss back.
package enum FusedLossForm: Int32, Hashable, Sendable, CaseIterable {
  /// Everything: a scalar.
  case sum = 0
  /// The categories of a row: [N].
  case rows = 1
  /// Nothing: [N, K].
  case elements = 2
}

// The focal loss in one pass over the logits, which sums the loss and writes its gradient.
extension Tensor {
  /// `scale` times the focal loss of logits whose rows are class indices, by the fused kernel.
  ///
  /// FL(pₜ) = −αₜ (1 − pₜ)^γ log(pₜ), each category of a row being a yes-or-no question of its own.
  ///
  /// The gradient is written along with the loss, where it is wanted, and nothing else of the size of the logits
  /// is allocated: the backward pass is free where its factor is 1, and multiplies in place where it is not.
  /// (A bfloat16 gradient is then rounded twice; `scale` is part of the pass and rounds once.) A second
  /// backward pass over a kept graph computes the gradient again. There is no second derivative.
  ///
  /// Errors are at most 8 units in the last place for γ <= 1, 12 for γ <= 5 and 12 + 4 γ log(1 + e^−|x|) beyond
  /// (the power multiplies the error of the logarithm; 428 where the result is as small as floats are), loss and
  /// gradient of an element, float32 logits; results below 2⁻¹²⁶ may be off by as many of 2⁻¹⁴⁹. A sum adds 4, of
  /// more than 2048 elements a relative 10⁻⁶. The same bits come for any number of threads. NaN gives NaN, ±infinity the limits; an ignored row gives exactly 0 whatever it holds.
  /// - Parameters:
  ///   - classes: Of each row its category in 0..<K, −1 for background, −2 for ignored. Shape [N], int64.
  ///   - alpha: Weight of objects, 0...1, background gets 1 − alpha; `nil` weighs both 1.
  ///   - gamma: Focusing parameter, 0...10000; 0 is cross entropy.
  ///   - scale: What loss and gradient are multiplied by, as 1 / normaliser; finite.
  ///   - form: What is summed.
  /// - Returns: Float32, of shape [], [N] or [N, K]; the gradient has the dtype of the logits.
  /// - Throws: ``TorchError`` if the logits are not [N, K] float32 or bfloat16 in main memory, the classes not
  ///   [N] int64, a class index is none, or memory runs out. Logits that are not contiguous are copied.
  package func fusedFocalLoss(
    classes: Tensor,
    alpha: Double?,
    gamma: Double,
    scale: Double = 1,
    form: FusedLossForm = .sum
  ) throws(TorchError) -> Tensor {
    precondition(alpha.map { (0...1).contains($0) } ?? true, "alpha lies in 0...1")
    precondition((0...10_000).contains(gamma), "gamma lies in 0...10000")
    precondition(scale.isFinite, "scale is a finite number")
    return try result("fusedFocalLoss", [self, classes]) {
      ct_fused_focal_loss(handle, classes.handle, alpha ?? -1, gamma, scale, form.rawValue, $0)
    }
  }

  /// Reads this tensor once and writes as much into a ready one, its negative: the least time that a
  /// loss with its gradient can take.
  ///
  /// - Parameter ready: Where to; the same shape and dtype.
  /// - Throws: ``TorchError`` if the shapes differ.
  package func streamingPass(into ready: Tensor) throws(TorchError) {
    try call("streamingPass", [self, ready]) { ct_streaming_pass(handle, ready.handle) }
  }
}

extension TorchRuntime {
  /// The instructions that the fused loss is computed with, such as `AVX-512`.
  package static var fusedLossInstructionSet: String {
    String(cString: ct_fused_loss_instruction_set())
  }

  /// Has the fused loss use other instructions on the calling thread, for tests and benchmarks.
  ///
  /// - Parameter name: One of `AVX-512 VBMI`, `AVX-512`, `AVX2`, `NEON`, `portable`; `nil` is the best there is.
  /// - Returns: Whether they are there; if not, nothing changes.
  package static func chooseFusedLossInstructionSet(_ name: String?) -> Bool {
    guard let name else { return ct_choose_fused_loss_instruction_set(nil) }
    return name.withCString { ct_choose_fused_loss_instruction_set($0) }
  }
}
