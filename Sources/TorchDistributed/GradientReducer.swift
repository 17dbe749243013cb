import CTorchDistributed
package import Torch

/// Sums gradients over the processes of a group while the backward pass goes on.
///
/// Gradients are gathered in buckets; a full one is on its way while those of earlier layers are still
/// computed. Each parameter's gradient then lies in its bucket. What is in which bucket follows from the
/// parameters alone, so that a resumed run adds in the same order.
/// - Note: Li et al. 2020, *PyTorch Distributed*, section 3.2.
package final class GradientReducer {
  private let handle: OpaquePointer

  /// The size of the bucket whose gradients come first; small, so that the exchange begins early.
  ///
  /// As PyTorch.
  package static let firstBucketBytes = 1 << 20
  /// The size of the others.
  ///
  /// As PyTorch.
  package static let bucketBytes = 25 << 20

  /// Called by all processes of the group, which agree on the buckets.
  ///
  /// - Parameters:
  ///   - group: Who sums; it makes no other calls during a backward pass.
  ///   - parameters: What is trained, in the order in which the forward pass uses it; alike everywhere.
  ///   - firstBucketBytes: The size of the bucket whose gradients come first.
  ///   - bucketBytes: The size of the others.
  /// - Throws: `TorchError` if a parameter requires no gradient; `.disconnected` if a process is gone.
  package init(
    group: ProcessGroup,
    parameters: [Tensor],
    firstBucketBytes: Int = firstBucketBytes,
    bucketBytes: Int = bucketBytes
  ) throws(TorchError) {
    var handle: OpaquePointer?
    try call("GradientReducer", parameters) {
      ct_reducer_open(
        group.handle,
        parameters.map(\.handle),
        parameters.count,
        Int64(firstBucketBytes),
        Int64(bucketBytes),
        &handle
      )
    }
    self.handle = try present(handle, "GradientReducer")
  }

  deinit { ct_reducer_free(handle) }

  /// The backward pass of a loss, after which every parameter's gradient is the sum over all processes.
  ///
  /// What other backward passes left in the parameters since their gradients were cleared is summed with it.
  /// - Parameter loss: A scalar to which every parameter led; one that did not has to be added times 0.
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func backward(_ loss: Tensor) throws(TorchError) {
    try call("backward", [loss]) { ct_reducer_backward(handle, loss.handle) }
  }
}
