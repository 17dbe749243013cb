import CTorch

// The order of elements along a dimension.
extension Tensor {
  /// The greatest or least elements along a dimension, best first.
  /// - Parameters:
  ///   - k: How many; at most the size of the dimension.
  ///   - dim: The dimension.
  ///   - largest: Whether the greatest are wanted, or the least.
  /// - Returns: The elements, and their indices (`.int64`). Which of equal elements come is not
  ///   defined.
  /// - Throws: ``TorchError`` if the dimension does not exist or is smaller than `k`.
  public func topK(
    _ k: Int,
    dim: Int = -1,
    largest: Bool = true
  ) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    try results("topK", [self]) { ct_top_k(handle, k, dim, largest, $0, $1) }
  }

  /// All elements along a dimension in order; equal ones keep theirs.
  /// - Parameters:
  ///   - dim: The dimension.
  ///   - descending: Whether the greatest come first.
  /// - Returns: The elements, and the indices they had (`.int64`).
  /// - Throws: ``TorchError`` if the dimension does not exist.
  public func sort(
    dim: Int = -1,
    descending: Bool = false
  ) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    try results("sort", [self]) { ct_sort(handle, dim, descending, $0, $1) }
  }

  /// For each element, the sum up to and with it along a dimension.
  /// - Parameter dim: The dimension.
  /// - Returns: A new tensor of the same shape.
  /// - Throws: ``TorchError`` if the dimension does not exist.
  public func cumsum(dim: Int) throws(TorchError) -> Tensor {
    try result("cumsum", [self]) { ct_cumsum(handle, dim, $0) }
  }
}
