import CTorch

// The same values in another layout, dtype, place or storage.
extension Tensor {
  /// Lays the elements out row by row.
  /// - Returns: The tensor itself where it is so already, else a copy.
  /// - Throws: ``TorchError`` if memory runs out.
  public func contiguous() throws(TorchError) -> Tensor {
    try result("contiguous", [self]) { ct_contiguous(handle, $0) }
  }

  /// Lays a tensor of shape (N, C, H, W) out as N, H, W, C; the shape stays.
  /// - Returns: The tensor itself where it is so already, else a copy.
  /// - Throws: ``TorchError`` if there are not four dimensions, or memory runs out.
  public func channelsLast() throws(TorchError) -> Tensor {
    try result("channelsLast", [self]) { ct_channels_last(handle, $0) }
  }

  /// Converts the elements.
  /// - Parameter dtype: The new type.
  /// - Returns: The tensor itself where it is of this type already, else a copy.
  /// - Throws: ``TorchError`` if memory runs out.
  public func to(_ dtype: DType) throws(TorchError) -> Tensor {
    try result("to", [self]) { ct_to_dtype(handle, dtype.rawValue, $0) }
  }

  /// Moves the elements.
  /// - Parameter device: Where to.
  /// - Returns: The tensor itself where it is there already, else a copy.
  /// - Throws: ``TorchError`` if the device does not exist, or memory runs out.
  public func to(_ device: Device) throws(TorchError) -> Tensor {
    try result("to", [self]) { ct_to_device(handle, device.shimValue, $0) }
  }

  /// Copies the elements; gradients flow through the copy.
  /// - Returns: A tensor of its own storage.
  /// - Throws: ``TorchError`` if memory runs out.
  public func clone() throws(TorchError) -> Tensor {
    try result("clone", [self]) { ct_clone(handle, $0) }
  }

  /// The same storage without its history: no gradient flows through the result.
  /// - Returns: A tensor that shares the storage.
  /// - Throws: ``TorchError`` if memory runs out.
  public func detach() throws(TorchError) -> Tensor {
    try result("detach", [self]) { ct_detach(handle, $0) }
  }

  /// Makes this very tensor refer to the storage of another, so that all who hold it see the change.
  /// - Parameter source: The tensor whose storage, dtype and device to take.
  /// - Throws: ``TorchError`` if the tensors are of different kinds.
  package func setStorage(of source: Tensor) throws(TorchError) {
    try call("setStorage", [self, source]) { ct_set_data(handle, source.handle) }
  }
}
