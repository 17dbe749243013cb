import CTorch

/// The type of a tensor's elements.
public enum DType: Int32, Hashable, Sendable, Codable, CaseIterable {
  /// IEEE single precision.
  case float32 = 6
  /// The upper half of a single: 8 bits of exponent, 8 of precision.
  case bfloat16 = 15
  /// IEEE half precision.
  case float16 = 5
  /// IEEE double precision.
  case float64 = 7
  /// Signed 64-bit integers, the type of indices.
  case int64 = 4
  /// Signed 32-bit integers.
  case int32 = 3
  /// Signed 16-bit integers.
  case int16 = 2
  /// Signed 8-bit integers.
  case int8 = 1
  /// Unsigned 8-bit integers.
  case uint8 = 0
  /// Truth values, a byte each.
  case bool = 11

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether elements are floating point, so that gradients can flow through them.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .bfloat16, .float16, .float64: true
    case .int64, .int32, .int16, .int8, .uint8, .bool: false
    }
  }
}
