import ArgumentParser
import DetectionInference

/// The arithmetic of prediction, as it is asked for.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, float32, bfloat16, int8

  /// `nil`: the fastest that processor and model file have.
  var precision: PredictionPrecision? {
    switch self {
    case .auto: nil
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
