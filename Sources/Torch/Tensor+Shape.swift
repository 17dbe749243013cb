import CTorch

// The same elements under another shape. Results share storage where the layout allows it.
extension Tensor {
  /// Reads the elements, row by row, into another shape.
  /// - Parameter shape: The new shape; one size may be −1 and is worked out.
  /// - Returns: A view where the layout allows it, else a copy.
  /// - Throws: ``TorchError`` if the number of elements differs.
  public func reshape(_ shape: [Int]) throws(TorchError) -> Tensor {
    try result("reshape to \(shape)", [self]) { ct_reshape(handle, shape, shape.count, $0) }
  }

  /// Joins neighbouring dimensions into one.
  /// - Parameters:
  ///   - first: The first dimension to join.
  ///   - last: The last dimension to join.
  /// - Returns: A view where the layout allows it, else a copy.
  /// - Throws: ``TorchError`` if a dimension does not exist.
  public func flatten(from first: Int = 0, to last: Int = -1) throws(TorchError) -> Tensor {
    try result("flatten", [self]) { ct_flatten(handle, first, last, $0) }
  }

  /// Reorders the dimensions.
  /// - Parameter dims: For each new dimension, which old one it is.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if `dims` is not a permutation.
  public func permute(_ dims: [Int]) throws(TorchError) -> Tensor {
    try result("permute to \(dims)", [self]) { ct_permute(handle, dims, dims.count, $0) }
  }

  /// Swaps two dimensions.
  /// - Parameters:
  ///   - a: One dimension.
  ///   - b: The other.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if a dimension does not exist.
  public func transposed(_ a: Int = -2, _ b: Int = -1) throws(TorchError) -> Tensor {
    try result("transposed", [self]) { ct_transpose(handle, a, b, $0) }
  }

  /// Adds a dimension of size 1.
  /// - Parameter dim: Where it will be.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if `dim` is out of range.
  public func unsqueeze(_ dim: Int) throws(TorchError) -> Tensor {
    try result("unsqueeze", [self]) { ct_unsqueeze(handle, dim, $0) }
  }

  /// Drops a dimension of size 1; any other size stays.
  /// - Parameter dim: The dimension.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if `dim` is out of range.
  public func squeeze(_ dim: Int) throws(TorchError) -> Tensor {
    try result("squeeze", [self]) { ct_squeeze(handle, dim, $0) }
  }

  /// Repeats dimensions of size 1, without copying.
  /// - Parameter shape: The new shape; −1 keeps a size.
  /// - Returns: A view whose repeated elements are the same memory.
  /// - Throws: ``TorchError`` if a size other than 1 would change.
  public func expand(_ shape: [Int]) throws(TorchError) -> Tensor {
    try result("expand to \(shape)", [self]) { ct_expand(handle, shape, shape.count, $0) }
  }

  /// Takes a run of indices along a dimension.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - start: The first index.
  ///   - length: How many indices.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if the run leaves the dimension.
  public func narrow(dim: Int, start: Int, length: Int) throws(TorchError) -> Tensor {
    try result("narrow", [self]) { ct_narrow(handle, dim, start, length, $0) }
  }

  /// Takes one index along a dimension, which disappears.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - index: The index.
  /// - Returns: A view.
  /// - Throws: ``TorchError`` if the index is out of range.
  public func select(dim: Int, index: Int) throws(TorchError) -> Tensor {
    try result("select", [self]) { ct_select(handle, dim, index, $0) }
  }

  /// Cuts a dimension into consecutive runs.
  /// - Parameters:
  ///   - sizes: The length of each run; together the size of the dimension.
  ///   - dim: The dimension.
  /// - Returns: A view of each run.
  /// - Throws: ``TorchError`` if the lengths do not add up.
  public func split(_ sizes: [Int], dim: Int = 0) throws(TorchError) -> [Tensor] {
    let counted = dim < 0 ? dim + rank : dim
    guard (0..<rank).contains(counted), sizes.reduce(0, +) == shape[counted] else {
      throw TorchError(
        .invalid,
        operation: "split",
        shapes: [shape],
        message: "the runs \(sizes) do not add up to the size of dimension \(dim)"
      )
    }
    var parts: [Tensor] = []
    var start = 0
    for size in sizes {
      parts.append(try narrow(dim: counted, start: start, length: size))
      start += size
    }
    return parts
  }

  /// Joins tensors along a dimension that they have.
  /// - Parameters:
  ///   - tensors: The tensors, at least one; alike but for the size of `dim`.
  ///   - dim: The dimension.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes or devices do not fit, or memory runs out.
  public static func cat(_ tensors: [Tensor], dim: Int = 0) throws(TorchError) -> Tensor {
    try result("cat", tensors) { ct_cat(tensors.map(\.handle), tensors.count, dim, $0) }
  }

  /// Joins tensors of one shape along a new dimension.
  /// - Parameters:
  ///   - tensors: The tensors, at least one.
  ///   - dim: Where the new dimension will be.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes or devices differ, or memory runs out.
  public static func stack(_ tensors: [Tensor], dim: Int = 0) throws(TorchError) -> Tensor {
    try result("stack", tensors) { ct_stack(tensors.map(\.handle), tensors.count, dim, $0) }
  }
}
