public import Torch

/// Shrinks gradients so that their norm, taken together, stays under a limit.
/// - Parameters:
///   - parameters: The parameters; those without a gradient are passed over.
///   - limit: The greatest norm, > 0. `nil` only measures.
/// - Returns: The norm before; not finite when a gradient is not, and then nothing is changed.
/// - Throws: `TorchError` if LibTorch refuses.
@discardableResult
public func clipGradients(
  of parameters: [NamedTensor],
  toNorm limit: Double?
) throws(TorchError) -> Double {
  precondition(limit.map { $0 > 0 } ?? true, "a limit of gradients is positive")
  var gradients: [Tensor] = []
  for parameter in parameters {
    if let gradient = try parameter.tensor.gradient() { gradients.append(gradient) }
  }
  let norm = try TensorList.norm(gradients)
  guard let limit, norm.isFinite, norm > limit else { return norm }
  try TensorList.mul_(gradients, limit / norm)
  return norm
}
