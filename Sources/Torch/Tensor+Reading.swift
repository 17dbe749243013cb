import CTorch

// Values back from a tensor: from any device, dtype and layout, row by row.
extension Tensor {
  /// The one element of a tensor that has one.
  /// - Returns: The element, converted.
  /// - Throws: ``TorchError`` if there is not exactly one element.
  public func item() throws(TorchError) -> Double {
    var value = 0.0
    try call("item", [self]) { ct_tensor_item(handle, &value) }
    return value
  }

  /// The one element of a tensor that has one, as an integer.
  /// - Returns: The element, converted.
  /// - Throws: ``TorchError`` if there is not exactly one element.
  public func itemInt() throws(TorchError) -> Int {
    var value: Int64 = 0
    try call("itemInt", [self]) { ct_tensor_item_int(handle, &value) }
    return Int(value)
  }

  /// All elements as singles.
  /// - Returns: The elements row by row, converted where the dtype differs.
  /// - Throws: ``TorchError`` if memory runs out.
  public func floats() throws(TorchError) -> [Float] {
    try elements("floats", filling: 0)
  }

  /// All elements as doubles.
  /// - Returns: The elements row by row, converted where the dtype differs.
  /// - Throws: ``TorchError`` if memory runs out.
  public func doubles() throws(TorchError) -> [Double] {
    try elements("doubles", filling: 0)
  }

  /// All elements as 64-bit integers.
  /// - Returns: The elements row by row, converted where the dtype differs.
  /// - Throws: ``TorchError`` if memory runs out.
  public func int64s() throws(TorchError) -> [Int64] {
    try elements("int64s", filling: 0)
  }

  /// All elements as truth values.
  /// - Returns: Row by row, whether each element is not zero.
  /// - Throws: ``TorchError`` if memory runs out.
  public func bools() throws(TorchError) -> [Bool] {
    try elements("bools", filling: false)
  }

  /// The bytes of all elements, in this machine's byte order.
  /// - Returns: The elements row by row, in the tensor's own dtype.
  /// - Throws: ``TorchError`` if memory runs out.
  public func bytes() throws(TorchError) -> [UInt8] {
    let byteCount = count * dtype.byteCount
    var bytes = [UInt8](repeating: 0, count: byteCount)
    try call("bytes", [self]) { ct_tensor_read(handle, dtype.rawValue, &bytes, byteCount) }
    return bytes
  }

  /// Lends the memory of a contiguous tensor in main memory, without a copy.
  /// - Parameter body: Reads the elements, which lie row by row; the memory is valid until it
  ///   returns.
  /// - Returns: What `body` returns.
  /// - Throws: ``TorchError`` if the tensor is not contiguous or not in main memory.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(TorchError) -> Result {
    var start: UnsafeMutableRawPointer?
    var byteCount = 0
    try call("withUnsafeBytes", [self]) { ct_tensor_data(handle, &start, &byteCount) }
    defer { withExtendedLifetime(self) {} }
    return body(UnsafeRawBufferPointer(start: start, count: byteCount))
  }

  /// Lends the memory of a contiguous tensor in main memory, to be changed.
  ///
  /// All views of the storage see the change; differentiation does not.
  /// - Parameter body: Reads and writes the elements, which lie row by row; the memory is valid until
  ///   it returns.
  /// - Returns: What `body` returns.
  /// - Throws: ``TorchError`` if the tensor is not contiguous or not in main memory.
  public func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) -> Result
  ) throws(TorchError) -> Result {
    var start: UnsafeMutableRawPointer?
    var byteCount = 0
    try call("withUnsafeMutableBytes", [self]) { ct_tensor_data(handle, &start, &byteCount) }
    defer { withExtendedLifetime(self) {} }
    return body(UnsafeMutableRawBufferPointer(start: start, count: byteCount))
  }

  private func elements<Element: TensorElement>(
    _ operation: String,
    filling blank: Element
  ) throws(TorchError) -> [Element] {
    var values = [Element](repeating: blank, count: count)
    let byteCount = values.count * MemoryLayout<Element>.stride
    try call(operation, [self]) {
      ct_tensor_read(handle, Element.dtype.rawValue, &values, byteCount)
    }
    return values
  }
}
