package import BoxGeometry
package import DetectionModels
package import Foundation
package import Raster
package import Torch
import TorchInference

/// A trained model with what it takes to look at a picture.
///
/// The network is compiled with the first picture; later changes of the model's weights have no influence on it.
package final class Detector: BatchDetector {
  package let model: RetinaNet
  /// The number format of its arithmetic.
  package let precision: PredictionPrecision
  private let calibration: Calibration?
  private var compiled: CompiledDetector?

  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - precision: The number format of its arithmetic.
  ///   - calibration: The ranges of the values between layers, which int8 needs.
  package init(
    model: RetinaNet,
    precision: PredictionPrecision,
    calibration: Calibration? = nil
  ) {
    self.model = model
    self.precision = precision
    self.calibration = calibration
  }

  /// - Parameters:
  ///   - model: The network, in main memory.
  ///   - precision: The number format of its arithmetic.
  package convenience init(model: RetinaNet, precision: ArithmeticPrecision) {
    self.init(model: model, precision: PredictionPrecision(precision))
  }

  /// Reads a model file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - precision: The number format of the arithmetic; `nil`: the fastest that the processor has in hardware, int8 only
  ///     of a file that was quantised.
  ///   - scoreThreshold: In place of the model's own.
  /// - Throws: `ModelError` or `SafetensorsError`, naming the file and what is wrong with it; int8 of a file without ranges
  ///   is an error too.
  package convenience init(
    contentsOf url: URL,
    precision: PredictionPrecision?,
    scoreThreshold: Float? = nil
  ) throws {
    var calibration: Calibration?
    if precision == .int8 || (precision == nil && QuantizedConvolution.isFast) {
      calibration = try ModelFile.calibration(of: url)
    }
    if precision == .int8 && calibration == nil {
      throw ModelError(
        place: url.path,
        message:
          "found no ranges for int8; make a file that has them with `focal quantize --model FILE "
          + "--data DATA --out NEW`, or predict in float32 or bfloat16"
      )
    }
    var detection: DetectionConfiguration?
    if let scoreThreshold {
      detection = try ModelFile.configuration(of: url).detection
      detection?.scoreThreshold = scoreThreshold
    }
    self.init(
      model: try ModelFile.model(contentsOf: url, detection: detection),
      precision: precision
        ?? (calibration == nil ? PredictionPrecision(.fastest) : .int8),
      calibration: calibration
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
    precondition(rules.map { $0.count == pictures.count } ?? true, "rules for each picture")
    let usual = model.configuration.detection
    let found = try network().detections(
      in: PreparedPicture.batch(pictures),
      sizes: pictures.map(\.size),
      rules: rules ?? pictures.map { _ in usual }
    )
    return zip(pictures, found).map { $0.inPicture($1) }
  }

  package var configuration: RetinaNetConfiguration { model.configuration }

  /// The detections in each picture of a batch, best first, in the network's input pixels.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures, padded on the right and below. Shape [N, 3, H, W].
  ///   - sizes: Width and height of each picture without its padding.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  package func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> [[ScoredBox]] {
    try network().detections(
      in: images,
      sizes: sizes.map { PictureSize($0) },
      rules: sizes.map { _ in configuration.detection }
    )
  }

  /// Compiles the network, so that the first picture need not wait for it.
  ///
  /// - Throws: `TorchError` if memory runs out.
  package func compile() throws { _ = try network() }

  private func network() throws -> CompiledDetector {
    if let compiled { return compiled }
    let made = try CompiledDetector(model, precision: precision, calibration: calibration)
    compiled = made
    return made
  }
}
