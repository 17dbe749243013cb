package import DetectionModels
import ModelGraph
package import Torch

/// What each layer of a network alone does to its outputs when it computes in 8-bit integers.
package struct LayerErrors {
  /// The layers in 8-bit integers, the one with the greatest error first.
  package let layers: [String]
  /// The squared error of logits and deltas with only that layer in 8-bit integers, over their own variance.
  package let errors: [String: Double]

  /// Tries one layer after another.
  ///
  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - calibration: The ranges; layers that are kept are not tried.
  ///   - pictures: Batches of normalised pictures, a few. Shape [N, 3, H, W] each.
  ///   - progress: Told how many of how many layers were tried; may throw to stop.
  /// - Throws: What `progress` throws; `TorchError` if memory runs out.
  package init(
    of model: RetinaNet,
    calibration: Calibration,
    on pictures: [Tensor],
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws {
    let exact = try CompiledNetwork(model, precision: .bfloat16)
    let layers = try calibration.quantizedLayers(of: model)
    let expected = try pictures.map { try Self.outputs(exact, $0) }
    var errors: [String: Double] = [:]
    for (index, layer) in layers.enumerated() {
      try progress(index, layers.count)
      var alone = calibration
      alone.kept.formUnion(layers.filter { $0 != layer })
      let network = try CompiledNetwork(model, precision: .int8, calibration: alone)
      var error = 0.0
      for (pictures, expected) in zip(pictures, expected) {
        for (found, expected) in zip(try Self.outputs(network, pictures), expected) {
          // About their mean: a prior that all logits share is no size to measure an error by.
          let centred = try expected - expected.mean().item()
          let difference = try found - expected
          error +=
            try (difference * difference).mean().item()
            / max((centred * centred).mean().item(), 1e-30)
        }
      }
      errors[layer] = error
    }
    self.errors = errors
    // What is no number is the worst; equals in the order of the network.
    self.layers = layers.enumerated().sorted { one, other in
      let (a, b) = (errors[one.element] ?? 0, errors[other.element] ?? 0)
      if a.isNaN || b.isNaN { return a.isNaN && (!b.isNaN || one.offset < other.offset) }
      return a == b ? one.offset < other.offset : a > b
    }
    .map(\.element)
  }

  /// Logits and deltas of all levels.
  private static func outputs(_ network: CompiledNetwork, _ pictures: Tensor) throws -> [Tensor] {
    try withInferenceMode {
      let (logits, deltas) = try network.outputs(of: pictures)
      return logits + deltas
    }
  }
}
