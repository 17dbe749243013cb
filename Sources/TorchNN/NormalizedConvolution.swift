public import Torch

/// A convolution and the norm after it.
///
/// A ``FrozenBatchNorm2d`` is folded into the convolution: with s = weight / √(variance + ε) of each
/// output channel, the kernels become W · s and the bias (b − mean) · s + shift, so the norm costs no
/// pass over the activations, in training neither. Gradients of W and b are those of the unfolded
/// form, s being a factor in both. Any other norm is applied after the convolution.
///
/// What does not change is folded once and kept: s and the shift, and the kernels too where no
/// gradient is wanted of them.
public final class NormalizedConvolution {
  /// The convolution.
  public let convolution: Conv2d
  /// The norm after it.
  public let norm: any Layer

  private var affine: Kept<(scale: Tensor, shift: Tensor)>?
  private var folded: Kept<(weight: Tensor, bias: Tensor)>?

  /// Joins a convolution and a norm.
  /// - Parameters:
  ///   - convolution: The convolution.
  ///   - norm: The norm, of as many channels as the convolution puts out.
  public init(_ convolution: Conv2d, _ norm: any Layer) {
    self.convolution = convolution
    self.norm = norm
  }

  /// Applies the convolution, then the norm.
  /// - Parameters:
  ///   - input: Shape [N, in, H, W].
  ///   - mode: What the pass is for.
  /// - Returns: Shape [N, out, H out, W out].
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    guard let frozen = norm as? FrozenBatchNorm2d else {
      return try norm(convolution(input), mode: mode)
    }
    let kernel = try kernel(frozen)
    let output = try input.conv2d(
      weight: kernel.weight,
      bias: kernel.bias,
      stride: convolution.stride,
      padding: convolution.padding,
      dilation: convolution.dilation,
      groups: convolution.groups
    )
    convolution.note(output: output)
    return output
  }

  private func kernel(
    _ norm: FrozenBatchNorm2d
  ) throws(TorchError) -> (weight: Tensor, bias: Tensor) {
    let trained = [convolution.weight] + (convolution.bias.map { [$0] } ?? [])
    guard isRecordingGradient, trained.contains(where: \.requiresGradient) else {
      let sources = trained + norm.tensors
      if let kept = folded?.value(ifStill: sources) { return kept }
      let made = try fold(norm)
      folded = Kept(made, of: sources)
      return made
    }
    // The product belongs to this step's graph; the memory of an old one is given back.
    folded = nil
    return try fold(norm)
  }

  private func fold(_ norm: FrozenBatchNorm2d) throws(TorchError) -> (weight: Tensor, bias: Tensor)
  {
    let (scale, shift) = try affine(norm)
    // (out) -> (out, 1, 1, 1)
    let weight = try convolution.weight * scale.reshape([scale.count, 1, 1, 1])
    guard let bias = convolution.bias else { return (weight, shift) }
    return (weight, try shift + bias * scale)
  }

  private func affine(
    _ norm: FrozenBatchNorm2d
  ) throws(TorchError) -> (scale: Tensor, shift: Tensor) {
    if let kept = affine?.value(ifStill: norm.tensors) { return kept }
    let scale = try norm.weight / (norm.runningVariance + norm.epsilon).sqrt()
    let made = (scale: scale, shift: try norm.bias - norm.runningMean * scale)
    affine = Kept(made, of: norm.tensors)
    return made
  }
}

extension FrozenBatchNorm2d {
  fileprivate var tensors: [Tensor] { [weight, bias, runningMean, runningVariance] }
}

/// Something computed from tensors, and what they were.
private struct Kept<Value> {
  private let value: Value
  private let marks: [TensorMark]
  /// A tensor made without recording, in inference mode even, is no part of a graph.
  private let wasRecording: Bool

  /// Keeps nothing where a source's changes are not counted.
  init?(_ value: Value, of sources: [Tensor]) {
    let marks = sources.compactMap { TensorMark($0) }
    guard marks.count == sources.count else { return nil }
    self.value = value
    self.marks = marks
    wasRecording = isRecordingGradient
  }

  func value(ifStill sources: [Tensor]) -> Value? {
    guard wasRecording == isRecordingGradient, sources.compactMap({ TensorMark($0) }) == marks
    else { return nil }
    return value
  }
}
