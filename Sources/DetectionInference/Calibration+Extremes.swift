package import DetectionModels
package import Torch

extension Calibration {
  /// The least and the greatest that each value of a network takes on some pictures.
  ///
  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - pictures: Normalised pictures. Shape [N, 3, H, W] each.
  /// - Throws: `ModelError` if it has a layer that the graph does not know; `TorchError` if memory runs out.
  package init(extremesOf model: RetinaNet, on pictures: [Tensor]) throws {
    let network = try CompiledNetwork(model, precision: .float32)
    var ranges: [String: ClosedRange<Double>] = [:]
    try withInferenceMode {
      for picture in pictures {
        try network.watch(picture) { name, value in
          let (low, high) = (try value.amin().item(), try value.amax().item())
          guard low.isFinite, high.isFinite else { return }
          let known = ranges[name] ?? low...high
          ranges[name] = min(low, known.lowerBound)...max(high, known.upperBound)
        }
      }
    }
    self.init(ranges: ranges)
  }
}
