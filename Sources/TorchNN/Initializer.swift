public import Torch

/// How a parameter starts.
public enum Initializer: Hashable, Sendable, Codable {
  /// Which side of a layer keeps its variance.
  public enum Fan: String, Hashable, Sendable, Codable {
    /// The input side: activations keep their variance.
    case input
    /// The output side: gradients keep their variance.
    case output
  }

  /// Every element alike.
  case constant(Double)
  /// A normal distribution of mean 0.
  case normal(standardDeviation: Double)
  /// He's normal distribution before a rectifier: variance 2 / fan. He et al. 2015, equation 10.
  case kaimingNormal(Fan)
  /// The even distribution of variance 1 / (3 · fan in): PyTorch's default of a convolution.
  case kaimingUniform
  /// The even distribution of variance 1 / fan in: what Caffe and Detectron call Xavier's filler, bound √(3 / fan in).
  case xavierUniform

  /// Makes a parameter, which requires a gradient.
  /// - Parameters:
  ///   - shape: The shape: [out, in, ...] where a fan is asked for. With four dimensions the memory
  ///     is channels-last.
  ///   - generator: The source of randomness; a constant draws nothing.
  /// - Returns: The parameter.
  /// - Throws: `TorchError` if memory runs out.
  public func parameter(
    shape: [Int],
    using generator: inout some RandomNumberGenerator
  ) throws(TorchError) -> Tensor {
    var tensor: Tensor
    switch self {
    case .constant(let value):
      tensor = try Tensor.full(shape: shape, value)
    case .normal(let deviation):
      tensor = try Tensor.normal(shape: shape, standardDeviation: deviation, using: &generator)
    case .kaimingNormal(let fan):
      let deviation = (2 / Double(fanSize(fan, of: shape))).squareRoot()
      tensor = try Tensor.normal(shape: shape, standardDeviation: deviation, using: &generator)
    case .kaimingUniform:
      let bound = (1 / Double(fanSize(.input, of: shape))).squareRoot()
      tensor = try Tensor.uniform(shape: shape, in: -bound..<bound, using: &generator)
    case .xavierUniform:
      let bound = (3 / Double(fanSize(.input, of: shape))).squareRoot()
      tensor = try Tensor.uniform(shape: shape, in: -bound..<bound, using: &generator)
    }
    if shape.count == 4 { tensor = try tensor.channelsLast() }
    try tensor.setRequiresGradient(true)
    return tensor
  }

  private func fanSize(_ fan: Fan, of shape: [Int]) -> Int {
    precondition(shape.count >= 2, "a fan needs the dimensions out and in")
    let taps = shape[2...].reduce(1, *)
    return max(1, taps * (fan == .input ? shape[1] : shape[0]))
  }
}
