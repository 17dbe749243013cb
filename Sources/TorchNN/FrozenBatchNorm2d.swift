public import Torch

/// Batch normalisation whose statistics, scale and shift are all fixed: an affine map per channel.
public final class FrozenBatchNorm2d: Layer {
  /// The scale, shape [C].
  public let weight: Tensor
  /// The shift, shape [C].
  public let bias: Tensor
  /// The mean of each channel, shape [C].
  public let runningMean: Tensor
  /// The variance of each channel, shape [C].
  public let runningVariance: Tensor
  /// Keeps the divisor away from 0.
  public let epsilon: Double

  /// Makes the identity; a model file brings the rest.
  /// - Parameters:
  ///   - channels: The number of channels C.
  ///   - epsilon: Keeps the divisor away from 0. Default: as torchvision; detectron2 has it too.
  /// - Throws: `TorchError` if memory runs out.
  public init(channels: Int, epsilon: Double = 1e-5) throws(TorchError) {
    weight = try Tensor.ones(shape: [channels])
    bias = try Tensor.zeros(shape: [channels])
    runningMean = try Tensor.zeros(shape: [channels])
    runningVariance = try Tensor.ones(shape: [channels])
    self.epsilon = epsilon
  }

  /// All four tensors, as buffers, named as in PyTorch.
  public var members: [ModuleMember] {
    [
      .buffer("weight", weight), .buffer("bias", bias),
      .buffer("running_mean", runningMean), .buffer("running_var", runningVariance),
    ]
  }

  /// Maps each channel.
  /// - Parameters:
  ///   - input: Shape [N, C, H, W].
  ///   - mode: Has no influence.
  /// - Returns: The shape of `input`.
  /// - Throws: `TorchError` if shapes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    let output = try input.batchNorm(
      weight: weight,
      bias: bias,
      runningMean: runningMean,
      runningVariance: runningVariance,
      training: false,
      epsilon: epsilon
    )
    LayerTrace.note(self, output: output)
    return output
  }
}
