/// The number format in which a network predicts.
package enum PredictionPrecision: String, Codable, Hashable, Sendable, CaseIterable {
  /// As it was trained: single precision.
  case float32
  /// Between layers 8 bits of significand; sums in single precision.
  case bfloat16
  /// Pictures of each layer and weights in 8-bit integers, by the ranges of a `Calibration`.
  case int8

  /// - Parameter precision: That of training.
  package init(_ precision: ArithmeticPrecision) {
    switch precision {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    }
  }
}
