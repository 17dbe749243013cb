import Torch

// What every loss does before and after its own formula.
extension Tensor {
  /// These elements in the dtype that losses are computed in: float32, or float64 where they are.
  ///
  /// - Parameter operation: Who asks, for the error.
  /// - Returns: The tensor itself where the dtype fits; else a copy through which gradients flow.
  /// - Throws: `TorchError` if the dtype is not floating point, or memory runs out.
  func inLossPrecision(for operation: String) throws(TorchError) -> Tensor {
    guard dtype.isFloatingPoint else {
      throw TorchError(
        .invalid,
        operation: operation,
        shapes: [shape],
        message: "found elements of \(dtype), expected floating point; convert them first"
      )
    }
    return dtype == .float64 ? self : try to(.float32)
  }

  /// A mask over elements of a certain shape, in that shape.
  ///
  /// - Parameters:
  ///   - shape: The shape of what is masked.
  ///   - operation: Who asks, for the error.
  /// - Returns: A view.
  /// - Throws: `TorchError` if this is no tensor of `.bool` or does not broadcast to `shape`.
  func asMask(over shape: [Int], for operation: String) throws(TorchError) -> Tensor {
    guard dtype == .bool else {
      throw TorchError(
        .invalid,
        operation: operation,
        shapes: [self.shape],
        message: "found a mask of \(dtype), expected bool"
      )
    }
    return try expand(shape)
  }

  /// Refuses another tensor of another shape.
  func checkShape(of other: Tensor, for operation: String) throws(TorchError) {
    guard shape == other.shape else {
      throw TorchError(
        .invalid,
        operation: operation,
        shapes: [shape, other.shape],
        message: "the two shapes are to be equal"
      )
    }
  }

  /// Losses times weights, where no weight makes nothing even of an infinite loss.
  ///
  /// - Parameters:
  ///   - weights: Shape broadcasts to these losses.
  ///   - mayVanish: Whether a weight can be 0.
  /// - Returns: A new tensor; a NaN stays.
  /// - Throws: `TorchError` if shapes do not fit, or memory runs out.
  func weighted(by weights: Tensor, mayVanish: Bool) throws(TorchError) -> Tensor {
    let product = try self * weights
    guard mayVanish else { return product }
    return try product.maskedFill(weights.equal(0).logicalAnd(equal(.infinity)), 0)
  }

  /// The same losses, with a gradient that is NaN wherever `argument` is.
  ///
  /// For formulas whose derivative does not look at the argument, as that of |x|.
  func tellingNaN(of argument: Tensor) throws(TorchError) -> Tensor {
    let known = try argument.detach()
    return try self * Tensor.where(known.notEqual(known), known, 1)
  }

  /// The values of another tensor with the derivatives of this one, as if they were the same
  /// function.
  ///
  /// - Parameter source: The values. The same shape and dtype; no gradient flows to it.
  /// - Returns: A copy.
  /// - Throws: `TorchError` if shapes do not fit, or memory runs out.
  func takingValues(of source: Tensor) throws(TorchError) -> Tensor {
    let copy = try clone()
    try withoutGradient { () throws(TorchError) in try copy.copy_(source) }
    return copy
  }

  /// Gathers the losses of all elements.
  ///
  /// - Parameters:
  ///   - reduction: How. The mean is over the elements that count, and 0 where none does.
  ///   - mask: Which elements count, in this shape; `nil` for all. The others have loss 0.
  ///   - normalizer: What the result is divided by, > 0.
  /// - Returns: A scalar, or this shape for `.elementwise`.
  /// - Throws: `TorchError` if memory runs out.
  func gathered(
    _ reduction: Reduction,
    counting mask: Tensor?,
    normalizer: Double
  ) throws(TorchError) -> Tensor {
    requireNormalizer(normalizer)
    let losses: Tensor
    if let mask { losses = try maskedFill(mask.logicalNot(), 0) } else { losses = self }
    let gathered: Tensor
    switch reduction {
    case .elementwise: gathered = losses
    case .sum: gathered = try losses.sum()
    case .mean:
      let sum = try losses.sum()
      if let mask {
        gathered = try sum / mask.sum().clamp(min: 1).to(dtype)
      } else {
        gathered = try sum / Double(Swift.max(1, count))
      }
    }
    return normalizer == 1 ? gathered : try gathered / normalizer
  }
}

/// Whether a weight is 0 in float32, in which most losses are computed.
func vanishes(_ weight: Double) -> Bool { Float(weight) == 0 }

/// Stops if nothing can be divided by this.
func requireNormalizer(_ normalizer: Double) {
  precondition(
    normalizer > 0 && normalizer.isFinite,
    "a normalizer is finite and > 0, found \(normalizer)"
  )
}
