package import BoxGeometry
package import DetectionModels
package import Foundation
package import Raster
import Torch

/// A trained model with what it takes to look at a picture.
package final class Detector {
  package let model: RetinaNet
  private let precision: ArithmeticPrecision
  private let mean: SIMD3<Float>
  private let standardDeviation: SIMD3<Float>

  /// - Parameters:
  ///   - model: The network.
  ///   - precision: The number format of its arithmetic.
  package init(model: RetinaNet, precision: ArithmeticPrecision) {
    let normalization = model.configuration.input.normalization
    self.model = model
    self.precision = precision
    mean = SIMD3(normalization.mean[0], normalization.mean[1], normalization.mean[2])
    standardDeviation = SIMD3(
      normalization.standardDeviation[0],
      normalization.standardDeviation[1],
      normalization.standardDeviation[2]
    )
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
    let rule = model.configuration.input.resize
    let size = rule.resized(width: image.width, height: image.height)
    let padded = rule.padded(width: size.width, height: size.height)
    let resized = image.resized(width: size.width, height: size.height)
    let count = padded.width * padded.height * 3
    let pixels = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      buffer.initialize(repeating: 0)
      resized.writeNormalized(
        mean: mean,
        standardDeviation: standardDeviation,
        into: buffer,
        rowPixels: padded.width
      )
    }
    let found = try precision.inference {
      try model.detections(
        in: Tensor.channelsLast(
          nhwc: pixels,
          images: 1,
          height: padded.height,
          width: padded.width,
          channels: 3
        ),
        sizes: [size]
      )
    }
    // Each side has a scale of its own: sizes are rounded to whole pixels.
    let scaleX = Float(image.width) / Float(size.width)
    let scaleY = Float(image.height) / Float(size.height)
    return (found.first ?? []).map { scored in
      var original = scored
      original.box = scored.box.scaled(x: scaleX, y: scaleY)
        .clipped(width: Float(image.width), height: Float(image.height))
      return original
    }
  }
}
