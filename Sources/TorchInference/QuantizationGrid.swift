import CTorch
import CTorchInference
package import Torch

/// What the 256 values of a uint8 stand for: (value − zero) · scale.
package struct QuantizationGrid: Codable, Hashable, Sendable {
  /// The distance of two neighbours; above 0.
  package var scale: Double
  /// The value that stands for 0; 0...255.
  package var zero: Int

  /// - Parameters:
  ///   - scale: The distance of two neighbours; above 0.
  ///   - zero: The value that stands for 0; 0...255.
  package init(scale: Double, zero: Int) {
    self.scale = scale
    self.zero = zero
  }

  /// The grid whose ends are those of a range, widened to hold 0.
  ///
  /// - Parameter range: What is to be told apart; a range of 0 alone gets a grid of 1.
  package init(covering range: ClosedRange<Double>) {
    let low = min(range.lowerBound, 0)
    let high = max(range.upperBound, 0)
    scale = high > low ? (high - low) / 255 : 1
    zero = min(255, max(0, Int((-low / scale).rounded())))
  }
}

extension Tensor {
  /// The nearest values of a grid: what is beyond its ends becomes its ends, NaN its lower end.
  ///
  /// - Parameter grid: What the result's values stand for.
  /// - Returns: uint8, of this tensor's shape and order in memory.
  /// - Throws: `TorchError` if memory runs out.
  package func quantized(_ grid: QuantizationGrid) throws(TorchError) -> Tensor {
    var result: OpaquePointer?
    try call("quantized", [self]) {
      ct_quantize(handle, grid.scale, Int64(grid.zero), &result)
    }
    return Tensor(owning: try present(result, "quantized"))
  }

  /// What the values of a grid stand for.
  ///
  /// - Parameters:
  ///   - grid: What this tensor's values, uint8, stand for.
  ///   - dtype: float32 or bfloat16.
  /// - Returns: A tensor of this one's shape and order in memory.
  /// - Throws: `TorchError` if memory runs out.
  package func dequantized(_ grid: QuantizationGrid, to dtype: DType) throws(TorchError) -> Tensor {
    var result: OpaquePointer?
    try call("dequantized", [self]) {
      ct_dequantize(handle, grid.scale, Int64(grid.zero), dtype.rawValue, &result)
    }
    return Tensor(owning: try present(result, "dequantized"))
  }
}
