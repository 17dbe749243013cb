package import DetectionModels
import ModelGraph
package import Torch

/// The ranges of the values that a network's convolutions read, from pictures.
///
/// Pictures are gone through one after another: memory does not grow with their number. The same pictures give the same
/// ranges.
package struct ValueRanges {
  /// The ranges, by the values' names.
  package let ranges: [String: ClosedRange<Double>]
  /// Values that were NaN or infinite on some picture: they have no range, and what reads them stays in bfloat16.
  package let nonFinite: [String]

  /// Goes through pictures: once for the extremes, and once more where a method wants to know what lies between.
  ///
  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - method: How ranges are chosen.
  ///   - visit: Calls its argument with each batch of normalised pictures, shape [N, 3, H, W]; is called once or twice,
  ///     and goes through the same pictures then.
  /// - Throws: What `visit` throws; `ModelError` if the model has a layer that the graph does not know; `TorchError` if
  ///   memory runs out.
  package init(
    of model: RetinaNet,
    method: ClippingMethod,
    visit: (_ body: (Tensor) throws -> Void) throws -> Void
  ) throws {
    let network = try CompiledNetwork(model, precision: .float32)
    let names = Self.values(of: network.graph)
    var extremes: [String: ClosedRange<Double>] = [:]
    var nonFinite: Set<String> = []
    try visit { pictures in
      try Self.watch(network, pictures) { name, value in
        guard names.contains(name), !nonFinite.contains(name) else { return }
        let (low, high) = (try value.amin().item(), try value.amax().item())
        guard low.isFinite, high.isFinite else {
          nonFinite.insert(name)
          return
        }
        let known = extremes[name] ?? low...high
        extremes[name] = min(low, known.lowerBound)...max(high, known.upperBound)
      }
    }
    for name in nonFinite { extremes[name] = nil }
    self.nonFinite = nonFinite.sorted()
    guard method != .minmax else {
      ranges = extremes
      return
    }
    var histograms = extremes.mapValues { ValueHistogram(range: $0) }
    try visit { pictures in
      try Self.watch(network, pictures) { name, value in
        guard histograms[name] != nil else { return }
        let rows = try value.permute([0, 2, 3, 1]).contiguous()
        try rows.withUnsafeBytes { bytes in
          histograms[name]?.add(bytes.bindMemory(to: Float.self))
        }
      }
    }
    ranges = histograms.mapValues { method.range(of: $0) }
  }

  /// What convolutions read or add, but for the pictures.
  private static func values(of graph: FusedGraph) -> Set<String> {
    var names: Set<String> = []
    for step in graph.steps where step.layer != nil { names.formUnion(step.reads) }
    return names.subtracting([NetworkGraph.images])
  }

  private static func watch(
    _ network: CompiledNetwork,
    _ pictures: Tensor,
    _ look: (String, Tensor) throws -> Void
  ) throws {
    try withInferenceMode { try network.watch(pictures, look) }
  }
}
