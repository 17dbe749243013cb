import CTorch

// The operations of convolutional networks. Letters: N images, C channels, H rows, W columns.
extension Tensor {
  /// A two-dimensional convolution (without flipping the kernel).
  /// - Parameters:
  ///   - weight: The kernels. Shape [C out, C in / groups, kernel height, kernel width].
  ///   - bias: Added to each output channel. Shape [C out].
  ///   - stride: How many pixels the kernel moves.
  ///   - padding: How many zeros are put around the image.
  ///   - dilation: How many pixels apart the taps of the kernel are.
  ///   - groups: Into how many independent groups the channels fall.
  /// - Returns: Shape [N, C out, H out, W out]; channels-last when this tensor or `weight` is.
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  public func conv2d(
    weight: Tensor,
    bias: Tensor? = nil,
    stride: Int = 1,
    padding: Int = 0,
    dilation: Int = 1,
    groups: Int = 1
  ) throws(TorchError) -> Tensor {
    try result("conv2d", [self, weight] + (bias.map { [$0] } ?? [])) {
      ct_conv2d(handle, weight.handle, bias?.handle, stride, padding, dilation, groups, $0)
    }
  }

  /// A 3×3 convolution of each of several batches by the same weights, and ReLU after it if asked.
  ///
  /// On a processor it is one operation: the weights are transformed once, bias and ReLU cost no pass over the
  /// outputs, and their gradients are one sum over all batches.
  /// - Parameters:
  ///   - batches: The pictures, of one dtype. Shape [N, C in, H, W] each.
  ///   - weight: The kernels. Shape [C out, C in, 3, 3].
  ///   - bias: Added to each output channel. Shape [C out].
  ///   - rectified: Whether what is below 0 becomes 0.
  /// - Returns: For each batch, in order, shape [N, C out, H, W].
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  package static func convolved3x3(
    _ batches: [Tensor],
    weight: Tensor,
    bias: Tensor? = nil,
    rectified: Bool = false
  ) throws(TorchError) -> [Tensor] {
    var handles = [OpaquePointer?](repeating: nil, count: batches.count)
    try call("convolved3x3", batches + [weight] + (bias.map { [$0] } ?? [])) {
      ct_convolve_each(
        batches.map(\.handle),
        batches.count,
        weight.handle,
        bias?.handle,
        rectified,
        &handles
      )
    }
    return try handles.map { handle throws(TorchError) in
      Tensor(owning: try present(handle, "convolved3x3"))
    }
  }

  /// The greatest element under each position of a square window.
  /// - Parameters:
  ///   - kernelSize: The side of the window.
  ///   - stride: How many pixels it moves.
  ///   - padding: How far it may stand over the edge, at most half its side.
  /// - Returns: Shape [N, C, H out, W out].
  /// - Throws: ``TorchError`` if shapes do not fit.
  public func maxPool2d(
    kernelSize: Int,
    stride: Int,
    padding: Int = 0
  ) throws(TorchError) -> Tensor {
    try result("maxPool2d", [self]) { ct_max_pool2d(handle, kernelSize, stride, padding, $0) }
  }

  /// Batch normalisation: (x − mean) / √(variance + epsilon) · weight + bias, for each channel.
  /// - Parameters:
  ///   - weight: The scale. Shape [C].
  ///   - bias: The shift. Shape [C].
  ///   - runningMean: The mean used without `training`, and updated with it. Shape [C].
  ///   - runningVariance: The variance, likewise; updated with the unbiased one. Shape [C].
  ///   - training: Whether to normalise by the statistics of this batch.
  ///   - momentum: The share of this batch in the update. Default: as torchvision.
  ///   - epsilon: Keeps the divisor away from 0. Default: as torchvision.
  /// - Returns: The shape of this tensor.
  /// - Throws: ``TorchError`` if shapes do not fit, or a channel has one value to train on.
  public func batchNorm(
    weight: Tensor?,
    bias: Tensor?,
    runningMean: Tensor?,
    runningVariance: Tensor?,
    training: Bool,
    momentum: Double = 0.1,
    epsilon: Double = 1e-5
  ) throws(TorchError) -> Tensor {
    try result("batchNorm", [self]) {
      ct_batch_norm(
        handle,
        weight?.handle,
        bias?.handle,
        runningMean?.handle,
        runningVariance?.handle,
        training,
        momentum,
        epsilon,
        $0
      )
    }
  }

  /// Group normalisation: each image's channels are normalised in groups.
  /// - Parameters:
  ///   - groups: The number of groups; it divides the channels.
  ///   - weight: The scale. Shape [C].
  ///   - bias: The shift. Shape [C].
  ///   - epsilon: Keeps the divisor away from 0. Default: as torchvision.
  /// - Returns: The shape of this tensor.
  /// - Throws: ``TorchError`` if shapes do not fit.
  /// - Note: Wu and He 2018.
  public func groupNorm(
    groups: Int,
    weight: Tensor?,
    bias: Tensor?,
    epsilon: Double = 1e-5
  ) throws(TorchError) -> Tensor {
    try result("groupNorm", [self]) {
      ct_group_norm(handle, groups, weight?.handle, bias?.handle, epsilon, $0)
    }
  }

  /// Enlarges or shrinks images by repeating or leaving out pixels.
  /// - Parameters:
  ///   - height: The new H.
  ///   - width: The new W.
  /// - Returns: Shape [N, C, height, width].
  /// - Throws: ``TorchError`` if there are not four dimensions.
  public func upsampleNearest(height: Int, width: Int) throws(TorchError) -> Tensor {
    try result("upsampleNearest", [self]) { ct_upsample_nearest(handle, height, width, $0) }
  }

  /// x · weightᵀ + bias over the last dimension.
  /// - Parameters:
  ///   - weight: Shape [out, in].
  ///   - bias: Shape [out].
  /// - Returns: Shape [..., out].
  /// - Throws: ``TorchError`` if shapes or dtypes do not fit.
  public func linear(weight: Tensor, bias: Tensor? = nil) throws(TorchError) -> Tensor {
    try result("linear", [self, weight] + (bias.map { [$0] } ?? [])) {
      ct_linear(handle, weight.handle, bias?.handle, $0)
    }
  }

  /// The smooth L1 loss: d² / 2β where |d| < β, else |d| − β / 2.
  /// - Parameters:
  ///   - target: What the elements should be; the same shape, no broadcasting.
  ///   - beta: Where the parabola ends, >= 0; 0 gives the L1 loss.
  ///   - reduction: How the elements are gathered.
  /// - Returns: The loss.
  /// - Throws: ``TorchError`` if shapes differ, or `beta` is negative.
  /// - Note: Girshick 2015, equation 3 (with β = 1).
  public func smoothL1Loss(
    _ target: Tensor,
    beta: Double,
    reduction: Reduction
  ) throws(TorchError) -> Tensor {
    try result("smoothL1Loss", [self, target]) {
      ct_smooth_l1(handle, target.handle, beta, reduction.shimValue, $0)
    }
  }

  /// The L1 loss |d|.
  /// - Parameters:
  ///   - target: What the elements should be; the same shape, no broadcasting.
  ///   - reduction: How the elements are gathered.
  /// - Returns: The loss.
  /// - Throws: ``TorchError`` if shapes differ.
  public func l1Loss(_ target: Tensor, reduction: Reduction) throws(TorchError) -> Tensor {
    try result("l1Loss", [self, target]) {
      ct_l1(handle, target.handle, reduction.shimValue, $0)
    }
  }
}
