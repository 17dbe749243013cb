package import BoxGeometry
package import DetectionModels
package import Foundation
package import Raster

/// A trained model with what it takes to look at a picture.
package final class Detector {
  package let model: RetinaNet
  private let precision: ArithmeticPrecision

  /// - Parameters:
  ///   - model: The network.
  ///   - precision: The number format of its arithmetic.
  package init(model: RetinaNet, precision: ArithmeticPrecision) {
    self.model = model
    self.precision = precision
  }

  /// Reads a model file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - precision: The number format of the arithmetic.
  ///   - scoreThreshold: In place of the model's own.
  /// - Throws: ``ModelError`` or `SafetensorsError`, naming the file and what is wrong with it.
  package convenience init(
    contentsOf url: URL,
    precision: ArithmeticPrecision,
    scoreThreshold: Float? = nil
  ) throws {
    var detection: DetectionConfiguration?
    if let scoreThreshold {
      detection = try ModelFile.configuration(of: url).detection
      detection?.scoreThreshold = scoreThreshold
    }
    self.init(
      model: try ModelFile.model(contentsOf: url, detection: detection),
      precision: precision
    )
  }

  /// The detections in one picture, best first.
  ///
  /// - Parameter image: Any size.
  /// - Returns: Boxes in the picture's own pixels.
  /// - Throws: `TorchError` if memory runs out.
  package func detections(in image: RasterImage) throws -> [ScoredBox] {
    let picture = PreparedPicture(image, for: model.configuration.input)
    return try detections(in: [picture]).first ?? []
  }

  /// The detections in each of several pictures, best first.
  ///
  /// - Parameters:
  ///   - pictures: At least one; all of one ``PreparedPicture/inputSize``. None has an influence on another's detections.
  ///   - rules: What becomes a detection, one for each picture; `nil`: as the model says.
  /// - Returns: One list a picture: boxes in its own pixels.
  /// - Throws: `TorchError` if memory runs out.
  package func detections(
    in pictures: [PreparedPicture],
    rules: [DetectionConfiguration]? = nil
  ) throws -> [[ScoredBox]] {
    let found = try precision.inference {
      try model.detections(
        in: PreparedPicture.batch(pictures),
        sizes: pictures.map { ($0.size.width, $0.size.height) },
        rules: rules
      )
    }
    return zip(pictures, found).map { $0.inPicture($1) }
  }
}
