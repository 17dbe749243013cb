package import DetectionModels
import ModelGraph
import TorchInference

/// Which convolutions of a network compute in 8-bit integers, and which values between layers are such.
///
/// A convolution does whose inputs all have a range, but for those that are kept and that of the pictures: three channels
/// are few, and the first rounding is felt by all that follows. A value does that such a convolution makes and that only such convolutions read.
struct QuantizationPlan {
  /// By step: the grid of each input of a convolution in 8-bit integers.
  private(set) var inputs: [Int: [QuantizationGrid]] = [:]
  /// By name: the grid of each value in 8-bit integers.
  private(set) var grids: [String: QuantizationGrid] = [:]

  /// - Parameters:
  ///   - graph: The network.
  ///   - calibration: The ranges; `nil`: nothing is in 8-bit integers.
  /// - Throws: `ModelError` for a value or a layer that the network has not: the calibration is another one's.
  init(_ graph: FusedGraph, calibration: Calibration?) throws {
    guard let calibration else { return }
    try Self.check(calibration, fits: graph)
    let known = calibration.ranges.mapValues { QuantizationGrid(covering: $0) }
    var readers: [String: [Int]] = [:]
    for (index, step) in graph.steps.enumerated() {
      for name in step.reads { readers[name, default: []].append(index) }
      guard let layer = step.layer, !step.inputs.contains(NetworkGraph.images),
        !calibration.kept.contains(layer)
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

  private static func check(_ calibration: Calibration, fits graph: FusedGraph) throws {
    let values = Set(graph.steps.flatMap(\.outputs) + [NetworkGraph.images])
    let layers = Set(graph.steps.compactMap(\.layer))
    let strangers = [
      ("value", Set(calibration.ranges.keys).subtracting(values)),
      ("layer", calibration.kept.subtracting(layers)),
    ]
    for (kind, names) in strangers {
      guard let name = names.min() else { continue }
      throw ModelError(
        place: "calibration",
        message: "found the \(kind) \(String(reflecting: name.prefix(100))), which this network "
          + "has not; quantise the model anew with focal quantize"
      )
    }
  }
}

extension FusedGraph.Step {
  /// The layer whose weights a convolution has; `nil` for any other step.
  var layer: String? {
    guard case .convolution(let convolution) = operation else { return nil }
    return convolution.weight.hasSuffix(".weight")
      ? String(convolution.weight.dropLast(7)) : convolution.weight
  }
}

extension Calibration {
  /// The layers that compute in 8-bit integers, in the order of the network.
  ///
  /// - Parameter model: The network.
  /// - Returns: Their names.
  /// - Throws: `ModelError` if the calibration is another network's.
  package func quantizedLayers(of model: RetinaNet) throws -> [String] {
    let graph = FusedGraph(try NetworkGraph(model))
    return try QuantizationPlan(graph, calibration: self).inputs.keys.sorted()
      .compactMap { graph.steps[$0].layer }
  }
}
