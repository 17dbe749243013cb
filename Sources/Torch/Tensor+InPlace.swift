import CTorch

// Changes to the storage itself, seen by all views of it. A leaf that requires a gradient must not be
// changed outside ``withoutGradient(_:)``: LibTorch refuses it.
extension Tensor {
  /// Adds a tensor, scaled.
  /// - Parameters:
  ///   - other: The addend; it broadcasts to this shape.
  ///   - scale: What it is multiplied by first.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func add_(_ other: Tensor, scale: Double = 1) throws(TorchError) {
    try call("add_", [self, other]) { ct_add_(handle, other.handle, scale) }
  }

  /// Adds a number.
  /// - Parameter other: The addend.
  /// - Throws: ``TorchError`` if the dtype cannot hold the result.
  public func add_(_ other: Double) throws(TorchError) {
    try call("add_", [self]) { ct_add_scalar_(handle, other) }
  }

  /// Multiplies by a tensor.
  /// - Parameter other: The factor; it broadcasts to this shape.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func mul_(_ other: Tensor) throws(TorchError) {
    try call("mul_", [self, other]) { ct_multiply_(handle, other.handle) }
  }

  /// Multiplies by a number.
  /// - Parameter other: The factor.
  /// - Throws: ``TorchError`` if the dtype cannot hold the result.
  public func mul_(_ other: Double) throws(TorchError) {
    try call("mul_", [self]) { ct_multiply_scalar_(handle, other) }
  }

  /// Sets every element to 0.
  /// - Throws: ``TorchError`` if the tensor may not be changed.
  public func zero_() throws(TorchError) { try fill_(0) }

  /// Sets every element to a number.
  /// - Parameter value: The number.
  /// - Throws: ``TorchError`` if the tensor may not be changed.
  public func fill_(_ value: Double) throws(TorchError) {
    try call("fill_", [self]) { ct_fill_(handle, value) }
  }

  /// Takes over the elements of another tensor.
  /// - Parameter source: The elements; they broadcast, and are converted and moved as needed.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func copy_(_ source: Tensor) throws(TorchError) {
    try call("copy_", [self, source]) { ct_copy_(handle, source.handle) }
  }

  /// Moves each element towards a goal: x + weight · (end − x).
  /// - Parameters:
  ///   - end: The goal; it broadcasts to this shape.
  ///   - weight: How far to go; 0 stays, 1 arrives.
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  public func lerp_(_ end: Tensor, weight: Double) throws(TorchError) {
    try call("lerp_", [self, end]) { ct_lerp_(handle, end.handle, weight) }
  }

  /// Moves elements outside a range to its bounds.
  /// - Parameters:
  ///   - min: The lower bound, at least one of both.
  ///   - max: The upper bound; it wins where the bounds cross.
  /// - Throws: ``TorchError`` if there is no bound.
  public func clamp_(min: Double? = nil, max: Double? = nil) throws(TorchError) {
    try call("clamp_", [self]) { withBounds(min, max) { ct_clamp_(handle, $0, $1) } }
  }
}
