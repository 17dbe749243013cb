package import BoxGeometry
package import DetectionModels
package import Torch

/// Something that finds objects in batches of normalised pictures.
package protocol BatchDetector {
  /// What the network is.
  var configuration: RetinaNetConfiguration { get }

  /// The detections in each picture of a batch, best first, in the network's input pixels.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures, padded on the right and below. Shape [N, 3, H, W].
  ///   - sizes: Width and height of each picture without its padding.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  func detections(in images: Tensor, sizes: [(width: Int, height: Int)]) throws -> [[ScoredBox]]
}

/// A network as it trains: nothing is compiled, so that its weights may change from one picture to the next.
package struct PlainDetector: BatchDetector {
  private let model: RetinaNet
  private let precision: ArithmeticPrecision

  /// - Parameters:
  ///   - model: The network; its batch norm uses the running statistics.
  ///   - precision: The number format of its arithmetic.
  package init(model: RetinaNet, precision: ArithmeticPrecision) {
    self.model = model
    self.precision = precision
  }

  package var configuration: RetinaNetConfiguration { model.configuration }

  package func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> [[ScoredBox]] {
    try precision.inference { try model.detections(in: images, sizes: sizes) }
  }
}
