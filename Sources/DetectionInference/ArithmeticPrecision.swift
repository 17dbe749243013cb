import Torch

/// The number format of the network's arithmetic; weights stay float32.
package enum ArithmeticPrecision: String, Codable, Hashable, Sendable, CaseIterable {
  case float32, bfloat16

  /// bfloat16 where the processor computes it in hardware, else float32.
  package static var fastest: ArithmeticPrecision {
    TorchRuntime.hasFastBFloat16 ? .bfloat16 : .float32
  }

  /// Runs a forward pass in this format, with gradients.
  package func training<Result>(_ body: () throws -> Result) throws -> Result {
    switch self {
    case .float32: try body()
    case .bfloat16: try withAutocast(.bfloat16, body)
    }
  }

  /// Runs a forward pass in this format, without gradients.
  package func inference<Result>(_ body: () throws -> Result) throws -> Result {
    try withInferenceMode { try training(body) }
  }
}
