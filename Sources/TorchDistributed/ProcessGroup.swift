import CTorch
import CTorchDistributed
package import Torch

/// Processes that compute together over Gloo, each of which makes the same calls in the same order.
///
/// `@unchecked`: the calls of one process come from one thread at a time, and ``abort(_:)`` from any;
/// the shim locks what they share.
package final class ProcessGroup: @unchecked Sendable {
  let handle: OpaquePointer
  /// This process's place, from 0.
  package let rank: Int
  /// How many processes there are.
  package let count: Int

  /// By which of this machine's addresses the others reach it.
  package enum Route: Hashable, Sendable {
    /// That of a network interface: `eth0`.
    case interface(String)
    case address(String)
    /// The one that the machine's name stands for.
    case hostname
  }

  /// Meets the others; returns when all are connected.
  ///
  /// - Parameters:
  ///   - store: Where they find each other.
  ///   - name: Tells apart the groups of one store.
  ///   - rank: This process's place, from 0.
  ///   - count: How many there are.
  ///   - route: How the others reach this process.
  ///   - limit: How long one call may take before the others are given up.
  /// - Throws: `TorchError` if they do not all come.
  package init(
    store: SharedStore,
    name: String,
    rank: Int,
    count: Int,
    route: Route = .hostname,
    limit: Duration
  ) throws(TorchError) {
    precondition((0..<count).contains(rank), "a rank is below the number of processes")
    var (interface, address): (String?, String?)
    switch route {
    case .interface(let name): interface = name
    case .address(let text): address = text
    case .hostname: break
    }
    var handle: OpaquePointer?
    try call("ProcessGroup") {
      ct_group_open(
        store.handle,
        name,
        rank,
        count,
        interface,
        address,
        limit.milliseconds,
        &handle
      )
    }
    (self.handle, self.rank, self.count) = (try present(handle, "ProcessGroup"), rank, count)
  }

  deinit { ct_group_free(handle) }

  /// Replaces a tensor by the sum of those of all processes; the same bits on each.
  ///
  /// - Parameter tensor: float32, float64 or int64, in main memory, alike in shape everywhere.
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func sum_(_ tensor: Tensor) throws(TorchError) {
    try call("sum_", [tensor]) { ct_group_sum_(handle, tensor.handle) }
  }

  /// Replaces each element by the greatest of all processes.
  ///
  /// - Parameter tensor: float32, float64 or int64, in main memory, alike in shape everywhere.
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func maximum_(_ tensor: Tensor) throws(TorchError) {
    try call("maximum_", [tensor]) { ct_group_max_(handle, tensor.handle) }
  }

  /// Overwrites tensors with those of one process.
  ///
  /// - Parameters:
  ///   - tensors: In main memory, alike in shape and dtype everywhere.
  ///   - source: Whose tensors are sent.
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func broadcast_(_ tensors: [Tensor], from source: Int = 0) throws(TorchError) {
    try call("broadcast_", tensors) {
      ct_group_broadcast_(handle, tensors.map(\.handle), tensors.count, source)
    }
  }

  /// Exchanges bytes.
  ///
  /// - Parameter bytes: This process's, of any length.
  /// - Returns: Those of every process, in the order of their ranks.
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func gather(_ bytes: [UInt8]) throws(TorchError) -> [[UInt8]] {
    var handles = [OpaquePointer?](repeating: nil, count: count)
    try call("gather") { ct_group_gather(handle, bytes, bytes.count, &handles) }
    var all: [[UInt8]] = []
    for handle in handles { all.append(try Tensor(owning: present(handle, "gather")).bytes()) }
    return all
  }

  /// Returns when all processes have come here.
  ///
  /// - Throws: `TorchError`; `.disconnected` if a process is gone.
  package func barrier() throws(TorchError) { try call("barrier") { ct_group_barrier(handle) } }

  /// Lets every call under way and to come fail, on any thread.
  ///
  /// - Parameter reason: What they fail with.
  package func abort(_ reason: String) { ct_group_abort(handle, reason) }

  /// Seconds that this process waited for others, so far.
  ///
  /// In a backward pass with a ``GradientReducer`` it counts from the moment when the last gradients are
  /// on their way.
  package var waitedSeconds: Double { ct_group_waited(handle) }
}
