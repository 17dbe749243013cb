import ModelGraph
import TorchInference

/// Which convolutions of a network compute in 8-bit integers, and which values between layers are such.
///
/// A convolution does whose inputs all have a range, but for that of the pictures: three channels are few, and the first
/// rounding is felt by all that follows. A value does that such a convolution makes and that only such convolutions read.
struct QuantizationPlan {
  /// By step: the grid of each input of a convolution in 8-bit integers.
  private(set) var inputs: [Int: [QuantizationGrid]] = [:]
  /// By name: the grid of each value in 8-bit integers.
  private(set) var grids: [String: QuantizationGrid] = [:]

  /// - Parameters:
  ///   - graph: The network.
  ///   - calibration: The ranges; `nil`: nothing is in 8-bit integers.
  init(_ graph: FusedGraph, calibration: Calibration?) {
    guard let calibration else { return }
    let known = calibration.ranges.mapValues { QuantizationGrid(covering: $0) }
    var readers: [String: [Int]] = [:]
    for (index, step) in graph.steps.enumerated() {
      for name in step.reads { readers[name, default: []].append(index) }
      guard case .convolution = step.operation, !step.inputs.contains(NetworkGraph.images)
      else { continue }
      let found = step.inputs.compactMap { known[$0] }
      if found.count == step.inputs.count { inputs[index] = found }
    }
    let ends = Set(graph.logits + graph.deltas)
    // From the end, since what a convolution adds is in 8 bits only where its result is.
    for (index, step) in graph.steps.enumerated().reversed() where inputs[index] != nil {
      for name in step.outputs where !ends.contains(name) {
        let allRead = (readers[name] ?? []).allSatisfy { reader in
          guard inputs[reader] != nil else { return false }
          let reading = graph.steps[reader]
          // As an input, or added to a result in 8 bits.
          return reading.inputs.contains(name) || reading.outputs.allSatisfy { grids[$0] != nil }
        }
        if allRead, let grid = known[name] { grids[name] = grid }
      }
    }
  }
}
