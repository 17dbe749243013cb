import Torch
import TorchNN

/// A convolution with the affine map of a batch norm in its weights, as both formats hold it.
///
/// With s = scale / √(variance + ε): kernels W · s, bias (b − mean) · s + shift. In double precision, rounded once.
struct FoldedConvolution {
  let convolution: Conv2d
  let norm: BatchNormConstants?
  /// Whether the kernels take their input channels in reverse: blue, green, red from red, green, blue.
  let reversesInput: Bool

  func weight() throws -> Tensor {
    var weight = try convolution.weight.detach()
    if reversesInput {
      let last = weight.shape[1] - 1
      let order = (0...last).map { Int64(last - $0) }
      weight = try weight.indexSelect(dim: 1, Tensor(order, shape: [order.count]))
    }
    guard let norm else { return weight }
    let scale = try norm.factor()
    return try (weight.to(.float64) * scale.reshape([scale.count, 1, 1, 1])).to(.float32)
  }

  var hasBias: Bool { norm != nil || convolution.bias != nil }

  func bias() throws -> Tensor {
    guard let norm else {
      guard let bias = convolution.bias else {
        return try Tensor.zeros(shape: [convolution.weight.shape[0]])
      }
      return try bias.detach()
    }
    let scale = try norm.factor()
    var shift = try norm.shift.detach().to(.float64) - norm.mean.detach().to(.float64) * scale
    if let bias = convolution.bias { shift = try shift + bias.detach().to(.float64) * scale }
    return try shift.to(.float32)
  }
}

/// What a batch norm multiplies by and adds when predicting, frozen or not.
struct BatchNormConstants {
  let scale: Tensor
  let shift: Tensor
  let mean: Tensor
  let variance: Tensor
  let epsilon: Double

  /// `nil` for a layer that is no batch norm.
  init?(_ layer: any Module) {
    switch layer {
    case let norm as FrozenBatchNorm2d:
      (scale, shift, mean, variance) = (
        norm.weight, norm.bias, norm.runningMean, norm.runningVariance
      )
      epsilon = norm.epsilon
    case let norm as BatchNorm2d:
      (scale, shift, mean, variance) = (
        norm.weight, norm.bias, norm.runningMean, norm.runningVariance
      )
      epsilon = norm.epsilon
    default: return nil
    }
  }

  /// scale / √(variance + ε) in double precision.
  func factor() throws -> Tensor {
    try scale.detach().to(.float64) / (variance.detach().to(.float64) + epsilon).sqrt()
  }
}
