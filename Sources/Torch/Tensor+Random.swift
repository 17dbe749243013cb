import CTorch

// Random tensors. One number is drawn from the Swift generator and seeds a private generator in
// LibTorch that fills the tensor in one call; the global generator is left alone.
extension Tensor {
  /// Draws from a normal distribution.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - mean: The mean.
  ///   - standardDeviation: The standard deviation, >= 0.
  ///   - generator: The source of the seed; it advances by one number.
  /// - Returns: A tensor of `.float32` in main memory.
  /// - Throws: ``TorchError`` if the deviation is negative, or memory runs out.
  public static func normal(
    shape: [Int],
    mean: Double = 0,
    standardDeviation: Double = 1,
    using generator: inout some RandomNumberGenerator
  ) throws(TorchError) -> sending Tensor {
    let seed = generator.next()
    let new = try newHandle("normal", shape) {
      ct_normal(shape, shape.count, mean, standardDeviation, seed, $0)
    }
    return Tensor(owning: new)
  }

  /// Draws evenly from a range.
  /// - Parameters:
  ///   - shape: The shape; empty for a scalar.
  ///   - range: The range; its upper bound is left out.
  ///   - generator: The source of the seed; it advances by one number.
  /// - Returns: A tensor of `.float32` in main memory.
  /// - Throws: ``TorchError`` if a bound is not a finite single, or memory runs out.
  public static func uniform(
    shape: [Int],
    in range: Range<Double> = 0..<1,
    using generator: inout some RandomNumberGenerator
  ) throws(TorchError) -> sending Tensor {
    let seed = generator.next()
    let new = try newHandle("uniform", shape) {
      ct_uniform(shape, shape.count, range.lowerBound, range.upperBound, seed, $0)
    }
    return Tensor(owning: new)
  }
}
