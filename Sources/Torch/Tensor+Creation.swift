import CTorch

// Tensors from values in Swift's memory: each copies once.
extension Tensor {
  /// Copies single-precision values; literals become this type.
  /// - Parameters:
  ///   - values: The elements, row by row.
  ///   - shape: The shape, whose product is the number of values. `nil` means one dimension.
  /// - Throws: ``TorchError`` if shape and values do not fit, or memory runs out.
  public convenience init(_ values: [Float], shape: [Int]? = nil) throws(TorchError) {
    self.init(owning: try copying(values, shape: shape))
  }

  /// Copies values of any element type.
  /// - Parameters:
  ///   - values: The elements, row by row.
  ///   - shape: The shape, whose product is the number of values. `nil` means one dimension.
  /// - Throws: ``TorchError`` if shape and values do not fit, or memory runs out.
  @_disfavoredOverload
  public convenience init<Element: TensorElement>(
    _ values: [Element],
    shape: [Int]? = nil
  ) throws(TorchError) {
    self.init(owning: try copying(values, shape: shape))
  }

  /// Copies the bytes of elements.
  /// - Parameters:
  ///   - bytes: The elements in this machine's byte order, row by row; no alignment is needed.
  ///   - shape: The shape, whose product times the size of `dtype` is the number of bytes.
  ///   - dtype: The type of the elements.
  /// - Throws: ``TorchError`` if shape and bytes do not fit, or memory runs out.
  public convenience init(
    copying bytes: UnsafeRawBufferPointer,
    shape: [Int],
    dtype: DType
  ) throws(TorchError) {
    let copy = try newHandle("Tensor(copying:)") {
      ct_copying(bytes.baseAddress, bytes.count, shape, shape.count, dtype.rawValue, $0)
    }
    self.init(owning: copy)
  }

  /// Copies pictures whose colours are interleaved, as decoders give them.
  /// - Parameters:
  ///   - values: The values in the order image, row, column, channel.
  ///   - images: The number of images N.
  ///   - height: The number of rows H.
  ///   - width: The number of columns W.
  ///   - channels: The number of channels C.
  /// - Returns: A tensor of shape (N, C, H, W) whose memory keeps the order of `values`.
  /// - Throws: ``TorchError`` if shape and values do not fit, or memory runs out.
  public static func channelsLast(
    nhwc values: [Float],
    images: Int,
    height: Int,
    width: Int,
    channels: Int
  ) throws(TorchError) -> sending Tensor {
    let copy = try newHandle("channelsLast") {
      ct_copying_channels_last(values, values.count, images, height, width, channels, $0)
    }
    return Tensor(owning: copy)
  }
}

private func copying<Element: TensorElement>(
  _ values: [Element],
  shape: [Int]?
) throws(TorchError) -> OpaquePointer {
  let shape = shape ?? [values.count]
  let byteCount = values.count * MemoryLayout<Element>.stride
  return try newHandle("Tensor") {
    ct_copying(values, byteCount, shape, shape.count, Element.dtype.rawValue, $0)
  }
}

// Tensors from a rule.
extension Tensor {
  /// Allocates a tensor without setting its elements.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: The tensor; its elements are whatever the memory held.
  /// - Throws: ``TorchError`` if a size is negative, or memory runs out.
  public static func empty(
    shape: [Int],
    dtype: DType = .float32,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    let new = try newHandle("empty", shape) {
      ct_empty(shape, shape.count, dtype.rawValue, device.shimValue, $0)
    }
    return Tensor(owning: new)
  }

  /// Makes a tensor of equal elements.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - value: The value of each element.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: The tensor.
  /// - Throws: ``TorchError`` if a size is negative, the value is out of range, or memory runs out.
  public static func full(
    shape: [Int],
    _ value: Double,
    dtype: DType = .float32,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    let new = try newHandle("full", shape) {
      ct_full(shape, shape.count, value, dtype.rawValue, device.shimValue, $0)
    }
    return Tensor(owning: new)
  }

  /// Makes a tensor of zeros.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: The tensor.
  /// - Throws: ``TorchError`` if a size is negative, or memory runs out.
  public static func zeros(
    shape: [Int],
    dtype: DType = .float32,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    try full(shape: shape, 0, dtype: dtype, device: device)
  }

  /// Makes a tensor of ones.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: The tensor.
  /// - Throws: ``TorchError`` if a size is negative, or memory runs out.
  public static func ones(
    shape: [Int],
    dtype: DType = .float32,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    try full(shape: shape, 1, dtype: dtype, device: device)
  }

  /// Counts from 0 to an end, the end left out.
  /// - Parameters:
  ///   - end: The limit that no element reaches.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: A tensor of shape (⌈end⌉).
  /// - Throws: ``TorchError`` if the end is negative, or memory runs out.
  public static func arange(
    _ end: Double,
    dtype: DType = .int64,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    try arange(0, end, dtype: dtype, device: device)
  }

  /// Counts from a start to an end, the end left out.
  /// - Parameters:
  ///   - start: The first element.
  ///   - end: The limit that no element reaches.
  ///   - step: The difference of neighbours, not 0.
  ///   - dtype: The type of the elements.
  ///   - device: Where the elements are.
  /// - Returns: A tensor of shape (⌈(end − start) / step⌉).
  /// - Throws: ``TorchError`` if the step leads away from the end, or memory runs out.
  public static func arange(
    _ start: Double,
    _ end: Double,
    step: Double = 1,
    dtype: DType = .int64,
    device: Device = .cpu
  ) throws(TorchError) -> sending Tensor {
    let new = try newHandle("arange") {
      ct_arange(start, end, step, dtype.rawValue, device.shimValue, $0)
    }
    return Tensor(owning: new)
  }
}
