import BoxGeometry
import DetectionInference
import Foundation
import Torch

/// How fast LibTorch's convolutions by their definition are where they are fastest.
struct BenchConvolutionRate {
  private static let (images, channels, side) = (4, 256, 64)

  private let precision: ArithmeticPrecision

  init(precision: ArithmeticPrecision) { self.precision = precision }

  /// Times a 3x3 convolution of 256 channels over 64 by 64 cells, forward and backward.
  ///
  /// - Returns: Multiply-adds a millisecond.
  /// - Throws: `TorchError` if memory runs out.
  func multiplyAddsPerMillisecond() throws -> Double {
    let (images, channels, side) = (Self.images, Self.channels, Self.side)
    var generator = SplitMix64(state: 0)
    let dtype: DType = precision == .float32 ? .float32 : .bfloat16
    let input = try Tensor.uniform(shape: [images, channels, side, side], using: &generator)
      .to(dtype).channelsLast()
    let weight = try Tensor.uniform(shape: [channels, channels, 3, 3], using: &generator)
      .to(dtype).channelsLast()
    try input.setRequiresGradient(true)
    try weight.setRequiresGradient(true)
    let slope = try Tensor.full(shape: [images, channels, side, side], 1).to(dtype).channelsLast()
    let clock = ContinuousClock()
    var times = BenchTimes()
    for round in 0..<3 {
      let time = try clock.measure {
        try withConvolutions(.direct) {
          try input.conv2d(weight: weight, padding: 1).backward(from: slope)
        }
      }
      try input.clearGradient()
      try weight.clearGradient()
      if round > 0 { times.append(time) }
    }
    let count = 3 * Double(images * channels * channels * 9 * side * side)
    return count / times.minimum
  }
}
