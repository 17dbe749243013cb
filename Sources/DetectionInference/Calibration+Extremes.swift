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
    let found = try ValueRanges(of: model, method: .minmax) { body in
      for picture in pictures { try body(picture) }
    }
    self.init(ranges: found.ranges)
  }
}
