import CTorch

/// Operations on many tensors in one call, unseen by differentiation: what optimizers are made of.
package enum TensorList {
  /// One step of stochastic gradient descent, in place.
  ///
  /// g ← gradient + weightDecay · p; m ← momentum · m + g; p ← p − rate · (m, or g + momentum · m with
  /// Nesterov's method).
  /// - Parameters:
  ///   - parameters: The parameters p, of one dtype and device.
  ///   - gradients: Their gradients, alike in shape and dtype.
  ///   - momenta: Their momentum buffers m, zero before the first step; empty without momentum.
  ///   - weightDecay: The weight decay.
  ///   - momentum: The momentum; 0 needs no buffers.
  ///   - rate: The learning rate.
  ///   - nesterov: Whether to look ahead by Nesterov's method.
  /// - Throws: ``TorchError`` if shapes, dtypes or devices differ.
  package static func stepSGD(
    _ parameters: [Tensor],
    gradients: [Tensor],
    momenta: [Tensor],
    weightDecay: Double,
    momentum: Double,
    rate: Double,
    nesterov: Bool
  ) throws(TorchError) {
    precondition(parameters.count == gradients.count)
    precondition(momentum == 0 || momenta.count == parameters.count)
    guard !parameters.isEmpty else { return }
    let buffers = momenta.map(\.handle)
    try call("stepSGD", parameters) {
      ct_fused_sgd_(
        parameters.map(\.handle),
        gradients.map(\.handle),
        buffers,
        parameters.count,
        weightDecay,
        momentum,
        rate,
        nesterov
      )
    }
  }

  /// One step of AdamW, in place.
  ///
  /// p ← p − rate · decay · p; m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²;
  /// p ← p − rate · m̂ / (√v̂ + ε), with m̂ and v̂ corrected for their start at 0.
  /// - Parameters:
  ///   - parameters: The parameters p, of one dtype and device.
  ///   - gradients: Their gradients g, alike in shape and dtype.
  ///   - means: Their running means m, zero before the first step.
  ///   - squares: Their running means of squares v, zero before the first step.
  ///   - step: The number of this step, from 1.
  ///   - rate: The learning rate.
  ///   - betas: β₁ and β₂.
  ///   - weightDecay: The weight decay.
  ///   - epsilon: ε, which keeps the quotient finite.
  /// - Throws: ``TorchError`` if shapes, dtypes or devices differ.
  package static func stepAdamW(
    _ parameters: [Tensor],
    gradients: [Tensor],
    means: [Tensor],
    squares: [Tensor],
    step: Int,
    rate: Double,
    betas: (Double, Double),
    weightDecay: Double,
    epsilon: Double
  ) throws(TorchError) {
    precondition(parameters.count == gradients.count)
    precondition(means.count == parameters.count && squares.count == parameters.count)
    guard !parameters.isEmpty else { return }
    try call("stepAdamW", parameters) {
      ct_fused_adamw_(
        parameters.map(\.handle),
        gradients.map(\.handle),
        means.map(\.handle),
        squares.map(\.handle),
        parameters.count,
        Int64(step),
        rate,
        betas.0,
        betas.1,
        weightDecay,
        epsilon
      )
    }
  }

  /// Moves each tensor towards its goal: x + weight · (end − x).
  /// - Parameters:
  ///   - tensors: The tensors, floating point.
  ///   - ends: Their goals, alike in shape and dtype.
  ///   - weight: How far to go; 0 stays, 1 arrives.
  /// - Throws: ``TorchError`` if shapes, dtypes or devices differ.
  package static func lerp_(
    _ tensors: [Tensor],
    _ ends: [Tensor],
    weight: Double
  ) throws(TorchError) {
    precondition(tensors.count == ends.count)
    guard !tensors.isEmpty else { return }
    try call("lerp_", tensors) {
      ct_foreach_lerp_(tensors.map(\.handle), ends.map(\.handle), tensors.count, weight)
    }
  }

  /// Copies each source to its tensor.
  /// - Parameters:
  ///   - tensors: The tensors.
  ///   - sources: Their new elements, alike in shape.
  /// - Throws: ``TorchError`` if shapes differ.
  package static func copy_(_ tensors: [Tensor], _ sources: [Tensor]) throws(TorchError) {
    precondition(tensors.count == sources.count)
    guard !tensors.isEmpty else { return }
    try call("copy_", tensors) {
      ct_foreach_copy_(tensors.map(\.handle), sources.map(\.handle), tensors.count)
    }
  }

  /// Multiplies all elements by one number.
  /// - Parameters:
  ///   - tensors: The tensors.
  ///   - factor: The number.
  /// - Throws: ``TorchError`` if a dtype cannot hold the result.
  package static func mul_(_ tensors: [Tensor], _ factor: Double) throws(TorchError) {
    guard !tensors.isEmpty else { return }
    try call("mul_", tensors) {
      ct_foreach_multiply_(tensors.map(\.handle), tensors.count, factor)
    }
  }

  /// The Euclidean norm of all elements of all tensors together.
  /// - Parameter tensors: The tensors, floating point.
  /// - Returns: The norm; 0 of nothing.
  /// - Throws: ``TorchError`` if a dtype is not floating point.
  package static func norm(_ tensors: [Tensor]) throws(TorchError) -> Double {
    var norm = 0.0
    try call("norm", tensors) { ct_global_norm(tensors.map(\.handle), tensors.count, &norm) }
    return norm
  }
}
