import CTorch

// Truth of each element. Each returns a tensor of `.bool`; NaN is unequal to everything.
extension Tensor {
  /// Whether each element is less than its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func less(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("less", CT_LT, other)
  }

  /// Whether each element is less than a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func less(_ other: Double) throws(TorchError) -> Tensor {
    try compare("less", CT_LT, other)
  }

  /// Whether each element is at most its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func lessEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("lessEqual", CT_LE, other)
  }

  /// Whether each element is at most a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func lessEqual(_ other: Double) throws(TorchError) -> Tensor {
    try compare("lessEqual", CT_LE, other)
  }

  /// Whether each element is greater than its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func greater(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("greater", CT_GT, other)
  }

  /// Whether each element is greater than a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func greater(_ other: Double) throws(TorchError) -> Tensor {
    try compare("greater", CT_GT, other)
  }

  /// Whether each element is at least its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func greaterEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("greaterEqual", CT_GE, other)
  }

  /// Whether each element is at least a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func greaterEqual(_ other: Double) throws(TorchError) -> Tensor {
    try compare("greaterEqual", CT_GE, other)
  }

  /// Whether each element is equal to its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func equal(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("equal", CT_EQ, other)
  }

  /// Whether each element is equal to a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func equal(_ other: Double) throws(TorchError) -> Tensor {
    try compare("equal", CT_EQ, other)
  }

  /// Whether each element is unequal to its counterpart.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func notEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try compare("notEqual", CT_NE, other)
  }

  /// Whether each element is unequal to a number.
  /// - Parameter other: The number.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func notEqual(_ other: Double) throws(TorchError) -> Tensor {
    try compare("notEqual", CT_NE, other)
  }

  private func compare(
    _ operation: String,
    _ relation: Int,
    _ other: Tensor
  ) throws(TorchError) -> Tensor {
    try result(operation, [self, other]) {
      ct_compare(handle, Int32(relation), other.handle, $0)
    }
  }

  private func compare(
    _ operation: String,
    _ relation: Int,
    _ other: Double
  ) throws(TorchError) -> Tensor {
    try result(operation, [self]) { ct_compare_scalar(handle, Int32(relation), other, $0) }
  }
}

// Logic: an element counts as true where it is not 0.
extension Tensor {
  /// Whether both are true.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func logicalAnd(_ other: Tensor) throws(TorchError) -> Tensor {
    try result("logicalAnd", [self, other]) { ct_logical_and(handle, other.handle, $0) }
  }

  /// Whether at least one is true.
  /// - Parameter other: The other tensor; shapes broadcast.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func logicalOr(_ other: Tensor) throws(TorchError) -> Tensor {
    try result("logicalOr", [self, other]) { ct_logical_or(handle, other.handle, $0) }
  }

  /// Whether the element is false.
  /// - Returns: A tensor of `.bool`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func logicalNot() throws(TorchError) -> Tensor {
    try result("logicalNot", [self]) { ct_logical_not(handle, $0) }
  }

  /// Takes each element from one of two tensors.
  /// - Parameters:
  ///   - condition: Where to take from `a`, `.bool`.
  ///   - a: Elements where the condition holds.
  ///   - b: Elements elsewhere. All shapes broadcast.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public static func `where`(
    _ condition: Tensor,
    _ a: Tensor,
    _ b: Tensor
  ) throws(TorchError) -> Tensor {
    try result("where", [condition, a, b]) {
      ct_where(condition.handle, a.handle, b.handle, $0)
    }
  }

  /// Takes each element from a tensor or replaces it by a number.
  /// - Parameters:
  ///   - condition: Where to take from `a`, `.bool`.
  ///   - a: Elements where the condition holds; shapes broadcast.
  ///   - b: The number elsewhere.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public static func `where`(
    _ condition: Tensor,
    _ a: Tensor,
    _ b: Double
  ) throws(TorchError) -> Tensor {
    try result("where", [condition, a]) { ct_where_scalar(condition.handle, a.handle, b, $0) }
  }
}
