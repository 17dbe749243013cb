import CTorch

/// Where a tensor's elements are and how often they were written: equal marks of a living tensor mean
/// equal elements.
///
/// Writing through ``Tensor/withUnsafeMutableBytes(_:)`` is not seen.
package struct TensorMark: Hashable {
  /// Compared, never read.
  private let address: UnsafeRawPointer?
  private let version: Int64

  /// The mark of a tensor as it is now.
  /// - Parameter tensor: The tensor; `nil` is returned where LibTorch does not count its writes, as
  ///   of tensors made in ``withInferenceMode(_:)``.
  package init?(_ tensor: Tensor) {
    version = ct_tensor_version(tensor.handle)
    address = ct_tensor_address(tensor.handle)
    guard version >= 0 else { return nil }
  }
}
