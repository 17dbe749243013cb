import Torch
import TorchNN

/// The running statistics of a network as they were before a step, in case the step is not taken.
final class KeptBuffers {
  private let buffers: [Tensor]
  private let copies: [Tensor]

  /// - Throws: `TorchError` if memory runs out.
  init(of model: some Module) throws(TorchError) {
    let buffers = model.buffers.map(\.tensor)
    var copies: [Tensor] = []
    for buffer in buffers { copies.append(try buffer.clone()) }
    (self.buffers, self.copies) = (buffers, copies)
  }

  /// Remembers them as they are now.
  func keep() throws(TorchError) { try TensorList.copy_(copies, buffers) }

  /// Makes them what they were.
  func restore() throws(TorchError) { try TensorList.copy_(buffers, copies) }
}
