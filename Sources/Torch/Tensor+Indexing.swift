import CTorch

// Elements picked by other tensors.
extension Tensor {
  /// Picks indices along a dimension.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - index: The indices. Shape [M], `.int64`.
  /// - Returns: A new tensor whose size along `dim` is M.
  /// - Throws: ``TorchError`` if an index is out of range.
  public func indexSelect(dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try result("indexSelect", [self, index]) { ct_index_select(handle, dim, index.handle, $0) }
  }

  /// Picks, for each place of `index`, the element at that index along a dimension.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - index: The indices, `.int64`, of the same rank.
  /// - Returns: A new tensor of the shape of `index`.
  /// - Throws: ``TorchError`` if shapes do not fit or an index is out of range.
  public func gather(dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try result("gather", [self, index]) { ct_gather(handle, dim, index.handle, $0) }
  }

  /// Picks along the leading dimensions by indices or by a mask.
  /// - Parameter indices: One tensor of indices (`.int64`) for each leading dimension, of shapes
  ///   that broadcast; or one mask (`.bool`) over the leading dimensions.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit or an index is out of range.
  public func indexed(by indices: Tensor...) throws(TorchError) -> Tensor {
    try result("indexed", [self] + indices) {
      ct_index(handle, indices.map(\.handle), indices.count, $0)
    }
  }

  /// Replaces, or adds to, the elements at indices or under a mask.
  /// - Parameters:
  ///   - indices: As in ``indexed(by:)``.
  ///   - values: The values; they broadcast.
  ///   - accumulating: Whether to add to the elements; repeated indices then add up. Otherwise which
  ///     of several values for one index stays is not defined.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit or an index is out of range.
  public func indexPut(
    _ indices: [Tensor],
    _ values: Tensor,
    accumulating: Bool = false
  ) throws(TorchError) -> Tensor {
    try result("indexPut", [self] + indices + [values]) {
      ct_index_put(
        handle,
        indices.map(\.handle),
        indices.count,
        values.handle,
        accumulating,
        $0
      )
    }
  }

  /// Replaces, or adds to, the elements at indices or under a mask, in place.
  /// - Parameters:
  ///   - indices: As in ``indexed(by:)``.
  ///   - values: The values; they broadcast.
  ///   - accumulating: As in ``indexPut(_:_:accumulating:)``.
  /// - Throws: ``TorchError`` if shapes do not fit or an index is out of range.
  public func indexPut_(
    _ indices: [Tensor],
    _ values: Tensor,
    accumulating: Bool = false
  ) throws(TorchError) {
    try call("indexPut_", [self] + indices + [values]) {
      ct_index_put_(handle, indices.map(\.handle), indices.count, values.handle, accumulating)
    }
  }

  /// Adds each slice of `source` to the slice that its index names.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - index: For each slice of `source`, where it goes. Shape [M], `.int64`.
  ///   - source: The slices; size M along `dim`, else of this tensor's shape.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit or an index is out of range.
  public func indexAdd(dim: Int, _ index: Tensor, _ source: Tensor) throws(TorchError) -> Tensor {
    try result("indexAdd", [self, index, source]) {
      ct_index_add(handle, dim, index.handle, source.handle, $0)
    }
  }

  /// Replaces the elements under a mask by one value.
  /// - Parameters:
  ///   - mask: Where to replace, `.bool`; it broadcasts.
  ///   - value: The value.
  /// - Returns: A new tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func maskedFill(_ mask: Tensor, _ value: Double) throws(TorchError) -> Tensor {
    try result("maskedFill", [self, mask]) { ct_masked_fill(handle, mask.handle, value, $0) }
  }

  /// Finds the elements that are not zero.
  /// - Returns: The indices of each, row by row. Shape [M, rank], `.int64`.
  /// - Throws: ``TorchError`` if memory runs out.
  public func nonzero() throws(TorchError) -> Tensor {
    try result("nonzero", [self]) { ct_nonzero(handle, $0) }
  }
}
