import CTorch

// Many elements to one. An empty list of dimensions means all of them.
extension Tensor {
  /// The sum; 0 of nothing.
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none means all.
  ///   - keepingDims: Whether they stay, with size 1.
  /// - Returns: A new tensor; a scalar when nothing is left.
  /// - Throws: ``TorchError`` if a dimension does not exist.
  public func sum(dims: [Int] = [], keepingDims: Bool = false) throws(TorchError) -> Tensor {
    try result("sum", [self]) { ct_sum(handle, dims, dims.count, keepingDims, $0) }
  }

  /// The mean; NaN of nothing.
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none means all.
  ///   - keepingDims: Whether they stay, with size 1.
  /// - Returns: A new tensor; a scalar when nothing is left.
  /// - Throws: ``TorchError`` if a dimension does not exist, or the dtype is not floating point.
  public func mean(dims: [Int] = [], keepingDims: Bool = false) throws(TorchError) -> Tensor {
    try result("mean", [self]) { ct_mean(handle, dims, dims.count, keepingDims, $0) }
  }

  /// The greatest element; NaN wins.
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none means all.
  ///   - keepingDims: Whether they stay, with size 1.
  /// - Returns: A new tensor; a scalar when nothing is left.
  /// - Throws: ``TorchError`` if a dimension does not exist, or there is nothing to choose from.
  public func amax(dims: [Int] = [], keepingDims: Bool = false) throws(TorchError) -> Tensor {
    try result("amax", [self]) { ct_amax(handle, dims, dims.count, keepingDims, $0) }
  }

  /// The least element; NaN wins.
  /// - Parameters:
  ///   - dims: The dimensions to reduce; none means all.
  ///   - keepingDims: Whether they stay, with size 1.
  /// - Returns: A new tensor; a scalar when nothing is left.
  /// - Throws: ``TorchError`` if a dimension does not exist, or there is nothing to choose from.
  public func amin(dims: [Int] = [], keepingDims: Bool = false) throws(TorchError) -> Tensor {
    try result("amin", [self]) { ct_amin(handle, dims, dims.count, keepingDims, $0) }
  }

  /// The greatest of all elements.
  /// - Returns: A scalar.
  /// - Throws: ``TorchError`` if there is no element.
  public func max() throws(TorchError) -> Tensor { try amax() }

  /// The least of all elements.
  /// - Returns: A scalar.
  /// - Throws: ``TorchError`` if there is no element.
  public func min() throws(TorchError) -> Tensor { try amin() }

  /// The greatest elements along a dimension and where they are.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - keepingDim: Whether it stays, with size 1.
  /// - Returns: The elements, and their indices (`.int64`); of several, the first.
  /// - Throws: ``TorchError`` if the dimension does not exist or is empty.
  public func max(
    dim: Int,
    keepingDim: Bool = false
  ) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    try results("max", [self]) { ct_max_dim(handle, dim, keepingDim, $0, $1) }
  }

  /// The least elements along a dimension and where they are.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - keepingDim: Whether it stays, with size 1.
  /// - Returns: The elements, and their indices (`.int64`); of several, the first.
  /// - Throws: ``TorchError`` if the dimension does not exist or is empty.
  public func min(
    dim: Int,
    keepingDim: Bool = false
  ) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    try results("min", [self]) { ct_min_dim(handle, dim, keepingDim, $0, $1) }
  }

  /// The Euclidean norm of all elements.
  /// - Returns: A scalar.
  /// - Throws: ``TorchError`` if the dtype is not floating point.
  public func norm() throws(TorchError) -> Tensor {
    try result("norm", [self]) { ct_norm(handle, $0) }
  }

  /// Whether no element is 0.
  /// - Returns: A scalar of `.bool`; true of nothing.
  /// - Throws: ``TorchError`` if memory runs out.
  public func all() throws(TorchError) -> Tensor {
    try result("all", [self]) { ct_all(handle, $0) }
  }

  /// Whether an element is not 0.
  /// - Returns: A scalar of `.bool`; false of nothing.
  /// - Throws: ``TorchError`` if memory runs out.
  public func any() throws(TorchError) -> Tensor {
    try result("any", [self]) { ct_any(handle, $0) }
  }

  /// Where the greatest elements along a dimension are.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - keepingDim: Whether it stays, with size 1.
  /// - Returns: Indices, `.int64`; of several, the first.
  /// - Throws: ``TorchError`` if the dimension does not exist or is empty.
  public func argmax(dim: Int, keepingDim: Bool = false) throws(TorchError) -> Tensor {
    try result("argmax", [self]) { ct_argmax(handle, dim, keepingDim, $0) }
  }
}
