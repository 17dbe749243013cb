import CTorch

/// A reference to LibTorch storage: any shape, one dtype, one device.
///
/// Views such as ``select(dim:index:)`` share the storage of the tensor they come from, so writing
/// to one shows in the other. Every operation throws a ``TorchError``; nothing traps.
///
/// A tensor is not `Sendable`: it crosses isolation only as `sending`, while nobody else holds it
/// or a view of it. Dimensions may be negative, and then count from the end.
public final class Tensor {
  package let handle: OpaquePointer

  /// Takes ownership of a +1 handle.
  package init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { ct_tensor_free(handle) }
}

@available(*, unavailable)
extension Tensor: Sendable {}

extension Tensor {
  /// The number of dimensions.
  public var rank: Int { ct_tensor_rank(handle) }

  /// The size of each dimension; empty for a scalar.
  public var shape: [Int] { (0..<rank).map { ct_tensor_size(handle, $0) } }

  /// For each dimension, how many elements apart its neighbours lie in memory.
  public var strides: [Int] { (0..<rank).map { ct_tensor_stride(handle, $0) } }

  /// The number of elements.
  public var count: Int { ct_tensor_count(handle) }

  /// The type of the elements.
  public var dtype: DType {
    guard let dtype = DType(rawValue: ct_tensor_dtype(handle)) else {
      preconditionFailure("no operation of this module makes a tensor of another dtype")
    }
    return dtype
  }

  /// Where the elements are.
  public var device: Device { Device(ct_tensor_device(handle)) }

  /// Whether the elements lie in memory row by row, without gaps.
  public var isContiguous: Bool { ct_tensor_is_contiguous(handle) }

  /// Whether a tensor of shape (N, C, H, W) lies in memory as N, H, W, C, without gaps.
  public var isChannelsLast: Bool { ct_tensor_is_channels_last(handle) }
}
