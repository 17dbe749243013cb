import DetectionModels
import Torch
import TorchNN

/// A copy of all tensors that a checkpoint holds, so that training can go on while they are written.
///
/// Its memory is taken once, as much again as weights, optimizer and averages have, and used for every checkpoint.
///
/// `@unchecked`: the writer reads the tensors only between ``take()`` and the end of its work; `RunWriter` sees to it
/// that these do not overlap.
final class StateSnapshot: @unchecked Sendable {
  /// Weights and running statistics as they are trained.
  let model: [NamedTensor]
  let optimizer: [NamedTensor]
  /// The moving averages of the same names as `model`; `nil` where the recipe keeps none.
  let averages: [NamedTensor]?
  /// How many updates the averages had.
  private(set) var averageUpdates = 0

  private let source: [Tensor]
  private let copies: [Tensor]
  private let average: ExponentialMovingAverage?

  /// What a user of the network gets: the averages where there are any.
  var published: [NamedTensor] { averages ?? model }

  /// Bytes of all tensors together: what a checkpoint takes on the disk, but for its few lines of JSON.
  var byteCount: Int { copies.reduce(0) { $0 + $1.count * $1.dtype.byteCount } }

  /// - Throws: `TorchError` if memory runs out.
  init(
    model: RetinaNet,
    optimizer: any Optimizer,
    average: ExponentialMovingAverage?
  ) throws(TorchError) {
    self.average = average
    self.model = try Self.copies(of: model.state)
    self.optimizer = try Self.copies(of: optimizer.state)
    averages = if let average { try Self.copies(of: average.averages) } else { nil }
    source = (model.state + optimizer.state + (average?.averages ?? [])).map(\.tensor)
    copies = (self.model + self.optimizer + (averages ?? [])).map(\.tensor)
  }

  /// Copies everything as it is now.
  ///
  /// - Throws: `TorchError` if LibTorch refuses.
  func take() throws(TorchError) {
    averageUpdates = average?.updateCount ?? 0
    try TensorList.copy_(copies, source)
  }

  private static func copies(of tensors: [NamedTensor]) throws(TorchError) -> [NamedTensor] {
    var copies: [NamedTensor] = []
    for entry in tensors {
      copies.append(NamedTensor(name: entry.name, tensor: try entry.tensor.detach().clone()))
    }
    return copies
  }
}
