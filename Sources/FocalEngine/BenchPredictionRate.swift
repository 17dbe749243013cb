import BoxGeometry
import DetectionInference
import Foundation
import Torch
import TorchInference

/// How fast oneDNN's convolutions by their definition are where they are fastest, forward only.
struct BenchPredictionRate {
  private static let (channels, side) = (256, 96)

  private let precision: PredictionPrecision

  init(precision: PredictionPrecision) { self.precision = precision }

  /// Times a packed 3x3 convolution of 256 channels over 96 by 96 cells.
  ///
  /// - Returns: Multiply-adds a millisecond.
  /// - Throws: `TorchError` if memory runs out.
  func multiplyAddsPerMillisecond() throws -> Double {
    let (channels, side) = (Self.channels, Self.side)
    var generator = SplitMix64(state: 0)
    let dtype: DType = precision == .float32 ? .float32 : .bfloat16
    let input = try Tensor.uniform(shape: [1, channels, side, side], using: &generator)
      .to(dtype).channelsLast()
    let weight = try Tensor.uniform(shape: [channels, channels, 3, 3], using: &generator)
    let movement = KernelMovement(padding: 1)
    let job: () throws -> Void
    if precision == .int8 {
      let grid = QuantizationGrid(covering: 0...1)
      let codes = try input.quantized(grid)
      let packed = try QuantizedConvolution(
        weight: weight,
        bias: nil,
        movement: movement,
        grid: grid
      )
      job = { _ = try packed(codes, rectified: true, grid: grid) }
    } else {
      let packed = try PackedConvolution(
        weight: weight,
        bias: nil,
        movement: movement,
        dtype: dtype
      )
      job = { _ = try withConvolutions(.direct) { try packed([input], dtype: dtype) } }
    }
    let clock = ContinuousClock()
    var times = BenchTimes()
    for round in 0..<4 {
      let time = try withInferenceMode { try clock.measure(job) }
      if round > 0 { times.append(time) }
    }
    return Double(channels * channels * 9 * side * side) / times.minimum
  }
}
