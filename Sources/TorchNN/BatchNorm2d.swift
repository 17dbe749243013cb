public import Torch

/// Statistics of a batch whose pictures lie in several processes.
public protocol SharedBatchStatistics: AnyObject {
  /// Normalises each channel by the mean and variance over all processes, and updates the layer's
  /// running statistics by them.
  /// - Parameters:
  ///   - input: This process's pictures, shape [N, C, H, W]; N may be 0.
  ///   - layer: The layer.
  /// - Returns: The shape of `input`.
  /// - Throws: `TorchError` if another process is gone, or memory runs out.
  func normalize(_ input: Tensor, by layer: BatchNorm2d) throws(TorchError) -> Tensor
}

/// Batch normalisation over the channels of images, with running statistics.
public final class BatchNorm2d: Layer {
  /// The scale, shape [C].
  public let weight: Tensor
  /// The shift, shape [C].
  public let bias: Tensor
  /// The mean of each channel, followed during training, shape [C].
  public let runningMean: Tensor
  /// The unbiased variance of each channel, followed during training, shape [C].
  public let runningVariance: Tensor
  /// The share of a batch in the running statistics.
  public let momentum: Double
  /// Keeps the divisor away from 0.
  public let epsilon: Double
  /// Whether running statistics are used and kept even in training; the scale and shift are trained
  /// unless they are frozen themselves.
  public var usesFixedStatistics = false
  /// Who gathers the statistics where the pictures of a step lie in several processes; `nil` where
  /// they are all here.
  public var sharedStatistics: (any SharedBatchStatistics)?

  /// Makes a normalisation that changes nothing yet.
  /// - Parameters:
  ///   - channels: The number of channels C.
  ///   - scale: The initial scale. 0 in the last normalisation of a residual block starts it as the
  ///     identity.
  ///   - momentum: The share of a batch in the running statistics. Default: as torchvision.
  ///   - epsilon: Keeps the divisor away from 0. Default: as torchvision.
  /// - Throws: `TorchError` if memory runs out.
  public init(
    channels: Int,
    scale: Double = 1,
    momentum: Double = 0.1,
    epsilon: Double = 1e-5
  ) throws(TorchError) {
    weight = try Tensor.full(shape: [channels], scale)
    bias = try Tensor.zeros(shape: [channels])
    runningMean = try Tensor.zeros(shape: [channels])
    runningVariance = try Tensor.ones(shape: [channels])
    self.momentum = momentum
    self.epsilon = epsilon
    try weight.setRequiresGradient(true)
    try bias.setRequiresGradient(true)
  }

  /// The scale, the shift and the running statistics, named as in PyTorch.
  public var members: [ModuleMember] {
    [
      .parameter("weight", weight), .parameter("bias", bias),
      .buffer("running_mean", runningMean), .buffer("running_var", runningVariance),
    ]
  }

  /// Normalises each channel.
  /// - Parameters:
  ///   - input: Shape [N, C, H, W].
  ///   - mode: Whether the statistics are those of this batch.
  /// - Returns: The shape of `input`.
  /// - Throws: `TorchError` if shapes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    if let sharedStatistics, mode == .training, !usesFixedStatistics {
      let output = try sharedStatistics.normalize(input, by: self)
      LayerTrace.note(self, output: output)
      return output
    }
    let output = try input.batchNorm(
      weight: weight,
      bias: bias,
      runningMean: runningMean,
      runningVariance: runningVariance,
      training: mode == .training && !usesFixedStatistics,
      momentum: momentum,
      epsilon: epsilon
    )
    LayerTrace.note(self, output: output)
    return output
  }
}
