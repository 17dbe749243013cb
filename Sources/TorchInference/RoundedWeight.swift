package import Torch

/// Kernels as int8 and the scale of each output.
package struct RoundedWeight {
  /// Shape as the kernels', −127...127.
  package let values: Tensor
  /// What 1 stands for, of each output, float32; above 0.
  package let scales: Tensor

  /// Rounds kernels, the greatest magnitude of each output to 127.
  ///
  /// - Parameter weight: Shape [C out, C in / groups, side, side].
  /// - Throws: `TorchError` if memory runs out.
  package init(_ weight: Tensor) throws(TorchError) {
    let outputs = weight.shape[0]
    // (out, …) -> (out): a channel of zeros keeps them whatever its scale.
    let greatest = try weight.reshape([outputs, -1]).abs().amax(dims: [1])
    let scales = try (greatest / 127).clamp(min: 1e-30)
    values = try (weight / scales.reshape([outputs, 1, 1, 1])).rounded()
      .clamp(min: -127, max: 127)
      .to(.int8)
    self.scales = scales
  }
}
