public import Torch

/// Group normalisation: it needs no statistics, so small batches train as well as large ones.
public final class GroupNorm: Layer {
  /// The scale, shape [C].
  public let weight: Tensor
  /// The shift, shape [C].
  public let bias: Tensor
  /// The number of groups.
  public let groups: Int
  /// Keeps the divisor away from 0.
  public let epsilon: Double

  /// Makes a normalisation with scale 1 and shift 0.
  /// - Parameters:
  ///   - channels: The number of channels C.
  ///   - groups: The number of groups; it divides C. Default: the paper's, section 4.
  ///   - epsilon: Keeps the divisor away from 0. Default: as torchvision.
  /// - Throws: `TorchError` if memory runs out.
  /// - Note: Wu and He 2018.
  public init(channels: Int, groups: Int = 32, epsilon: Double = 1e-5) throws(TorchError) {
    precondition(groups > 0 && channels % groups == 0, "the groups must divide the channels")
    weight = try Tensor.ones(shape: [channels])
    bias = try Tensor.zeros(shape: [channels])
    self.groups = groups
    self.epsilon = epsilon
    try weight.setRequiresGradient(true)
    try bias.setRequiresGradient(true)
  }

  /// Normalises each image's groups of channels.
  /// - Parameters:
  ///   - input: Shape [N, C, H, W].
  ///   - mode: Has no influence.
  /// - Returns: The shape of `input`.
  /// - Throws: `TorchError` if shapes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    let output = try input.groupNorm(
      groups: groups,
      weight: weight,
      bias: bias,
      epsilon: epsilon
    )
    LayerTrace.note(self, output: output)
    return output
  }
}
