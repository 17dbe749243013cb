import Testing
import Torch
import TorchNN

extension Module {
  /// Makes every kernel one that reads the first input channel's middle alone, and every bias 0.
  /// - Parameter factor: What the middle is multiplied by for an output channel.
  /// - Throws: What LibTorch throws.
  func setKernels(_ factor: (Int) -> Float) throws {
    try withoutGradient {
      for parameter in parameters {
        let shape = parameter.tensor.shape
        guard shape.count == 4 else {
          if parameter.name.hasSuffix("bias") { try parameter.tensor.zero_() }
          continue
        }
        var values = [Float](repeating: 0, count: parameter.tensor.count)
        let taps = shape[2] * shape[3]
        for output in 0..<shape[0] {
          values[output * shape[1] * taps + taps / 2] = factor(output)
        }
        try parameter.tensor.copy_(Tensor(values, shape: shape))
      }
    }
  }
}

/// A feature map of one value.
func constant(_ value: Float, channels: Int, side: Int) throws -> Tensor {
  try Tensor.full(shape: [1, channels, side, side], Double(value)).channelsLast()
}
