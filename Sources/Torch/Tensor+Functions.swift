import CTorch

// Functions of each element. Each returns a new tensor, and throws where memory runs out or the
// dtype has no such function.
extension Tensor {
  /// e to the power of each element.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func exp() throws(TorchError) -> Tensor {
    try result("exp", [self]) { ct_exp(handle, $0) }
  }

  /// The natural logarithm.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func log() throws(TorchError) -> Tensor {
    try result("log", [self]) { ct_log(handle, $0) }
  }

  /// log(1 + x), exact for small elements.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func log1p() throws(TorchError) -> Tensor {
    try result("log1p", [self]) { ct_log1p(handle, $0) }
  }

  /// eˣ − 1, exact for small elements.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func expm1() throws(TorchError) -> Tensor {
    try result("expm1", [self]) { ct_expm1(handle, $0) }
  }

  /// The magnitude.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func abs() throws(TorchError) -> Tensor {
    try result("abs", [self]) { ct_abs(handle, $0) }
  }

  /// The square root.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func sqrt() throws(TorchError) -> Tensor {
    try result("sqrt", [self]) { ct_sqrt(handle, $0) }
  }

  /// x².
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func square() throws(TorchError) -> Tensor {
    try result("square", [self]) { ct_square(handle, $0) }
  }

  /// 1 / (1 + e⁻ˣ).
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func sigmoid() throws(TorchError) -> Tensor {
    try result("sigmoid", [self]) { ct_sigmoid(handle, $0) }
  }

  /// log(sigmoid(x)), finite for every finite element.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func logSigmoid() throws(TorchError) -> Tensor {
    try result("logSigmoid", [self]) { ct_log_sigmoid(handle, $0) }
  }

  /// log(1 + eˣ); x itself above 20, where the two are the same single.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func softplus() throws(TorchError) -> Tensor {
    try result("softplus", [self]) { ct_softplus(handle, $0) }
  }

  /// The angle of the point with this ordinate, atan(y / x) in the right quadrant.
  /// - Parameter x: The abscissa; shapes broadcast.
  /// - Returns: A new tensor, −π...π; 0 for (0, 0), with gradient 0.
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  public func atan2(_ x: Tensor) throws(TorchError) -> Tensor {
    try result("atan2", [self, x]) { ct_atan2(handle, x.handle, $0) }
  }

  /// The element where it is positive, else 0.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func relu() throws(TorchError) -> Tensor {
    try result("relu", [self]) { ct_relu(handle, $0) }
  }

  /// The greatest whole number that is not above the element.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func floor() throws(TorchError) -> Tensor {
    try result("floor", [self]) { ct_floor(handle, $0) }
  }

  /// The nearest whole number; of two, the even one.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func rounded() throws(TorchError) -> Tensor {
    try result("rounded", [self]) { ct_round(handle, $0) }
  }

  /// Whether each element is neither infinite nor NaN.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if the dtype has no such function, or memory runs out.
  public func isFinite() throws(TorchError) -> Tensor {
    try result("isFinite", [self]) { ct_is_finite(handle, $0) }
  }

  /// The element to a power.
  /// - Parameter exponent: The power.
  /// - Returns: A new tensor; NaN where a negative element meets a broken power.
  /// - Throws: ``TorchError`` if an integer meets a negative power, or memory runs out.
  public func pow(_ exponent: Double) throws(TorchError) -> Tensor {
    try result("pow", [self]) { ct_pow(handle, exponent, $0) }
  }

  /// Moves elements outside a range to its bounds.
  /// - Parameters:
  ///   - min: The lower bound, at least one of both.
  ///   - max: The upper bound; it wins where the bounds cross.
  /// - Returns: A new tensor; NaN stays.
  /// - Throws: ``TorchError`` if there is no bound, or memory runs out.
  public func clamp(min: Double? = nil, max: Double? = nil) throws(TorchError) -> Tensor {
    try result("clamp", [self]) { out in
      withBounds(min, max) { ct_clamp(handle, $0, $1, out) }
    }
  }
}

/// Lends two optional numbers as C sees them.
func withBounds<Result>(
  _ low: Double?,
  _ high: Double?,
  _ body: (UnsafePointer<Double>?, UnsafePointer<Double>?) -> Result
) -> Result {
  withUnsafePointer(to: low ?? 0) { lowPointer in
    withUnsafePointer(to: high ?? 0) { highPointer in
      body(low == nil ? nil : lowPointer, high == nil ? nil : highPointer)
    }
  }
}
