/// A Swift type whose arrays are copied to and from tensors byte for byte.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The dtype with the same bytes.
  static var dtype: DType { get }
}

extension Float: TensorElement {
  /// Single precision.
  public static var dtype: DType { .float32 }
}

extension Double: TensorElement {
  /// Double precision.
  public static var dtype: DType { .float64 }
}

extension Int64: TensorElement {
  /// 64-bit integers.
  public static var dtype: DType { .int64 }
}

extension Int32: TensorElement {
  /// 32-bit integers.
  public static var dtype: DType { .int32 }
}

extension UInt8: TensorElement {
  /// Bytes.
  public static var dtype: DType { .uint8 }
}

extension Bool: TensorElement {
  /// Truth values.
  public static var dtype: DType { .bool }
}
