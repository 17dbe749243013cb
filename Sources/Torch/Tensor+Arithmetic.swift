import CTorch

// Element by element; shapes broadcast and dtypes are promoted. A whole number beside an integer
// tensor leaves its dtype alone; division gives floating point.
extension Tensor {
  /// The sum.
  public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try result("+", [a, b]) { ct_add(a.handle, b.handle, $0) }
  }

  /// The sum with a number.
  public static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try result("+", [a]) { ct_add_scalar(a.handle, b, $0) }
  }

  /// The sum with a number.
  public static func + (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b + a }

  /// The difference.
  public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try result("-", [a, b]) { ct_subtract(a.handle, b.handle, $0) }
  }

  /// The difference with a number.
  public static func - (a: Tensor, b: Double) throws(TorchError) -> Tensor { try a + -b }

  /// The difference from a number.
  public static func - (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try result("-", [b]) { ct_scalar_subtract(a, b.handle, $0) }
  }

  /// The product.
  public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try result("*", [a, b]) { ct_multiply(a.handle, b.handle, $0) }
  }

  /// The product with a number.
  public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try result("*", [a]) { ct_multiply_scalar(a.handle, b, $0) }
  }

  /// The product with a number.
  public static func * (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b * a }

  /// The quotient, floating point.
  public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try result("/", [a, b]) { ct_divide(a.handle, b.handle, $0) }
  }

  /// The quotient by a number, floating point.
  public static func / (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try result("/", [a]) { ct_divide_scalar(a.handle, b, $0) }
  }

  /// The quotient of a number, floating point.
  public static func / (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try result("/", [b]) { ct_scalar_divide(a, b.handle, $0) }
  }

  /// The negative.
  public static prefix func - (x: Tensor) throws(TorchError) -> Tensor {
    try result("-", [x]) { ct_negate(x.handle, $0) }
  }

  /// The quotient by an integer, rounded down.
  /// - Parameter divisor: The divisor, not 0 for an integer tensor.
  /// - Returns: A new tensor of the same dtype.
  /// - Throws: ``TorchError`` if an integer is divided by 0, or memory runs out.
  public func floorDivided(by divisor: Int) throws(TorchError) -> Tensor {
    try result("floorDivided", [self]) { ct_floor_divide(handle, Int64(divisor), $0) }
  }

  /// What ``floorDivided(by:)`` leaves; it has the sign of the divisor.
  /// - Parameter divisor: The divisor, not 0 for an integer tensor.
  /// - Returns: A new tensor of the same dtype.
  /// - Throws: ``TorchError`` if an integer is divided by 0, or memory runs out.
  public func remainder(dividingBy divisor: Int) throws(TorchError) -> Tensor {
    try result("remainder", [self]) { ct_remainder(handle, Int64(divisor), $0) }
  }

  /// The matrix product over the last two dimensions; leading ones broadcast.
  /// - Parameter other: The right factor.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
    try result("matmul", [self, other]) { ct_matmul(handle, other.handle, $0) }
  }

  /// The lesser of two elements; NaN wins.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func minimum(_ other: Tensor) throws(TorchError) -> Tensor {
    try result("minimum", [self, other]) { ct_minimum(handle, other.handle, $0) }
  }

  /// The greater of two elements; NaN wins.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func maximum(_ other: Tensor) throws(TorchError) -> Tensor {
    try result("maximum", [self, other]) { ct_maximum(handle, other.handle, $0) }
  }
}
