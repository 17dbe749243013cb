package import DetectionModels
package import Torch
package import TorchDistributed
import TorchNN

/// Workers of one run in processes of their own, on this machine and others.
package final class TrainingTeam: WorkerGroup {
  private let team: WorkerTeam
  private var reducer: GradientReducer?

  package let processors: Int?

  /// - Parameters:
  ///   - team: The workers, connected.
  ///   - processors: This worker's share of its machine.
  package init(_ team: WorkerTeam, processors: Int?) {
    (self.team, self.processors) = (team, processors)
  }

  package var rank: Int { team.rank }
  package var count: Int { team.count }
  package var waitedSeconds: Double { team.waitedSeconds }

  package func sum(_ values: [Double]) throws -> [Double] {
    let tensor = try Tensor(values)
    try team.control.sum_(tensor)
    return try tensor.doubles()
  }

  package func maximum(_ values: [Double]) throws -> [Double] {
    let tensor = try Tensor(values)
    try team.control.maximum_(tensor)
    return try tensor.doubles()
  }

  package func gather(_ bytes: [UInt8]) throws -> [[UInt8]] { try team.control.gather(bytes) }

  package func broadcast(_ tensors: [Tensor]) throws { try team.control.broadcast_(tensors) }

  /// Has batch norm take its statistics from the pictures of all workers, and gradients summed over them.
  package func join(_ model: RetinaNet) throws {
    let statistics = TeamBatchStatistics(team.control)
    for leaf in model.leaves {
      (leaf.module as? BatchNorm2d)?.sharedStatistics = statistics
    }
    let trained = model.parameters.map(\.tensor).filter(\.requiresGradient)
    if trained.isEmpty { return }
    reducer = try GradientReducer(group: team.gradients, parameters: trained)
  }

  package func backward(_ loss: Tensor, endsStep: Bool) throws {
    guard endsStep, let reducer else { return try loss.backward() }
    try reducer.backward(loss)
  }

  package func reason(of error: TorchError) -> String { team.reason(of: error) }
}

/// Batch norm over the pictures of all workers.
private final class TeamBatchStatistics: SharedBatchStatistics {
  private let group: ProcessGroup

  init(_ group: ProcessGroup) { self.group = group }

  func normalize(_ input: Tensor, by layer: BatchNorm2d) throws(TorchError) -> Tensor {
    let found = try group.batchNorm(
      input,
      weight: layer.weight,
      bias: layer.bias,
      epsilon: layer.epsilon
    )
    // The running variance is the unbiased one, as LibTorch's own.
    let unbiased = try found.variance * (found.elements / max(1, found.elements - 1))
    try TensorList.lerp_(
      [layer.runningMean, layer.runningVariance],
      [found.mean, unbiased],
      weight: layer.momentum
    )
    return found.output
  }
}
