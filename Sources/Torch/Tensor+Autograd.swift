import CTorch

// Reverse-mode differentiation by LibTorch.
extension Tensor {
  /// Whether operations on this tensor are recorded for ``backward(keepingGraph:)``.
  public var requiresGradient: Bool { ct_requires_gradient(handle) }

  /// Says whether operations on this tensor are recorded from now on.
  /// - Parameter required: Whether they are.
  /// - Throws: ``TorchError`` if the dtype is not floating point, or the tensor is a result.
  public func setRequiresGradient(_ required: Bool) throws(TorchError) {
    try call("setRequiresGradient", [self]) { ct_set_requires_gradient(handle, required) }
  }

  /// Whether the tensor was made by the user, not by a recorded operation.
  public var isLeaf: Bool { ct_is_leaf(handle) }

  /// The gradient that has gathered so far.
  /// - Returns: The gradient, sharing its storage; `nil` before the first backward pass.
  /// - Throws: ``TorchError`` if memory runs out.
  public func gradient() throws(TorchError) -> Tensor? {
    var gradient: OpaquePointer?
    try call("gradient", [self]) { ct_gradient(handle, &gradient) }
    return gradient.map(Tensor.init(owning:))
  }

  /// Replaces the gradient.
  /// - Parameter gradient: The new gradient, of this shape and dtype; `nil` clears it.
  /// - Throws: ``TorchError`` if it does not fit.
  public func setGradient(_ gradient: Tensor?) throws(TorchError) {
    try call("setGradient", [self]) { ct_set_gradient(handle, gradient?.handle) }
  }

  /// Forgets the gradient and frees its memory.
  /// - Throws: ``TorchError`` if LibTorch refuses.
  public func clearGradient() throws(TorchError) { try setGradient(nil) }

  /// Adds the derivatives of this scalar to the gradient of each leaf that led to it.
  /// - Parameter keepingGraph: Whether the record stays, so that this can be done again.
  /// - Throws: ``TorchError`` if this is not a recorded scalar, or memory runs out.
  public func backward(keepingGraph: Bool = false) throws(TorchError) {
    try call("backward", [self]) { ct_backward(handle, nil, keepingGraph) }
  }

  /// Adds the products of the Jacobian with a given vector to the gradient of each leaf.
  /// - Parameters:
  ///   - gradient: The derivative of the final scalar by this tensor; the same shape.
  ///   - keepingGraph: Whether the record stays, so that this can be done again.
  /// - Throws: ``TorchError`` if this was not recorded, shapes differ, or memory runs out.
  public func backward(from gradient: Tensor, keepingGraph: Bool = false) throws(TorchError) {
    try call("backward", [self, gradient]) { ct_backward(handle, gradient.handle, keepingGraph) }
  }
}
