public import Torch

/// A two-dimensional convolution with a square kernel.
public final class Conv2d: Layer {
  /// The kernels, shape [out, in / groups, side, side], channels-last.
  public let weight: Tensor
  /// Added to each output channel, shape [out].
  public let bias: Tensor?
  /// How many pixels the kernel moves.
  public let stride: Int
  /// How many zeros are put around the image.
  public let padding: Int
  /// How many pixels apart the taps are.
  public let dilation: Int
  /// Into how many groups the channels fall.
  public let groups: Int

  /// Makes a convolution.
  /// - Parameters:
  ///   - inputChannels: The channels of the input; a multiple of `groups`.
  ///   - outputChannels: The channels of the output; a multiple of `groups`.
  ///   - kernelSize: The side of the kernel.
  ///   - stride: How many pixels the kernel moves.
  ///   - padding: Zeros around the image; `nil` keeps the size at stride 1, for an odd kernel.
  ///   - dilation: How many pixels apart the taps are.
  ///   - groups: Into how many groups the channels fall.
  ///   - weight: How the kernels start. Default: as torchvision's ResNet.
  ///   - bias: How the bias starts; `nil` for a layer without one.
  ///   - generator: The source of randomness.
  /// - Throws: `TorchError` if memory runs out.
  public init(
    inputChannels: Int,
    outputChannels: Int,
    kernelSize: Int,
    stride: Int = 1,
    padding: Int? = nil,
    dilation: Int = 1,
    groups: Int = 1,
    weight: Initializer = .kaimingNormal(.output),
    bias: Initializer? = .constant(0),
    using generator: inout some RandomNumberGenerator
  ) throws(TorchError) {
    precondition(inputChannels % groups == 0 && outputChannels % groups == 0)
    let shape = [outputChannels, inputChannels / groups, kernelSize, kernelSize]
    self.weight = try weight.parameter(shape: shape, using: &generator)
    self.bias = try bias?.parameter(shape: [outputChannels], using: &generator)
    self.stride = stride
    self.padding = padding ?? dilation * (kernelSize - 1) / 2
    self.dilation = dilation
    self.groups = groups
  }

  /// Applies the convolution.
  /// - Parameter input: Shape [N, in, H, W].
  /// - Returns: Shape [N, out, H out, W out].
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor) throws(TorchError) -> Tensor {
    let output = try input.conv2d(
      weight: weight,
      bias: bias,
      stride: stride,
      padding: padding,
      dilation: dilation,
      groups: groups
    )
    note(output: output)
    return output
  }

  /// Applies the convolution to several batches at once, and ReLU after it if asked.
  ///
  /// - Parameters:
  ///   - inputs: Shape [N, in, H, W] each, of one dtype.
  ///   - rectified: Whether what is below 0 becomes 0.
  /// - Returns: Shape [N, out, H, W] each: the kernel is 3×3 and keeps the size.
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  package func callAsFunction(
    each inputs: [Tensor],
    rectified: Bool
  ) throws(TorchError) -> [Tensor] {
    precondition(
      weight.shape[2] == 3 && stride == 1 && padding == 1 && dilation == 1 && groups == 1,
      "several batches go through a 3x3 convolution of stride 1"
    )
    let outputs = try Tensor.convolved3x3(
      inputs,
      weight: weight,
      bias: bias,
      rectified: rectified
    )
    for output in outputs { note(output: output) }
    return outputs
  }

  /// Applies the convolution.
  /// - Parameters:
  ///   - input: Shape [N, in, H, W].
  ///   - mode: Has no influence.
  /// - Returns: Shape [N, out, H out, W out].
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    try self(input)
  }
}
