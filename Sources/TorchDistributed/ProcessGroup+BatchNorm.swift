import CTorchDistributed
package import Torch

extension ProcessGroup {
  /// What ``batchNorm(_:weight:bias:epsilon:)`` found.
  package struct BatchNormResult {
    /// The normalised pictures of this process, of their dtype.
    package let output: Tensor
    /// The mean of each channel over the pictures of all processes.
    ///
    /// Shape [C], float32.
    package let mean: Tensor
    /// Their variance, divided by ``elements``.
    ///
    /// Shape [C], float32.
    package let variance: Tensor
    /// Values of each channel, of all processes together.
    package let elements: Double
  }

  /// Batch norm with the statistics of the pictures of all processes.
  ///
  /// In the backward pass too: the gradient of the input takes in how it moves mean and variance for every
  /// process. The gradients of weight and bias are this process's own.
  /// - Parameters:
  ///   - input: Shape [N, C, H, W]; N may be 0, and differ between processes.
  ///   - weight: The scale, shape [C].
  ///   - bias: The shift, shape [C].
  ///   - epsilon: Added to each variance.
  /// - Returns: The output and the statistics, which have the same bits in every process.
  /// - Throws: `TorchError` if no process has a picture; `.disconnected` if a process is gone.
  package func batchNorm(
    _ input: Tensor,
    weight: Tensor,
    bias: Tensor,
    epsilon: Double
  ) throws(TorchError) -> BatchNormResult {
    var (output, mean, variance): (OpaquePointer?, OpaquePointer?, OpaquePointer?)
    var elements = 0.0
    try call("batchNorm", [input, weight, bias]) {
      ct_shared_batch_norm(
        handle,
        input.handle,
        weight.handle,
        bias.handle,
        epsilon,
        &output,
        &mean,
        &variance,
        &elements
      )
    }
    return BatchNormResult(
      output: Tensor(owning: try present(output, "batchNorm")),
      mean: Tensor(owning: try present(mean, "batchNorm")),
      variance: Tensor(owning: try present(variance, "batchNorm")),
      elements: elements
    )
  }
}
