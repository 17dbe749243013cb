package import BoxGeometry
package import DetectionModels
package import Raster
package import Torch

/// A picture as a network takes it: resized, normalised, padded.
package struct PreparedPicture {
  /// The network's input, shape [1, 3, H, W], channels-last.
  package let pixels: Tensor
  /// Width and height of the picture in it, without the padding.
  package let size: (width: Int, height: Int)
  private let original: (width: Int, height: Int)

  /// Prepares a picture.
  ///
  /// - Parameters:
  ///   - image: Any size.
  ///   - input: The network's size rule and normalisation.
  /// - Throws: `TorchError` if memory runs out.
  package init(_ image: RasterImage, for input: InputConfiguration) throws {
    let normalization = input.normalization
    let size = input.resize.resized(width: image.width, height: image.height)
    let padded = input.resize.padded(width: size.width, height: size.height)
    let resized = image.resized(width: size.width, height: size.height)
    let count = padded.width * padded.height * 3
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      buffer.initialize(repeating: 0)
      resized.writeNormalized(
        mean: SIMD3(normalization.mean),
        standardDeviation: SIMD3(normalization.standardDeviation),
        into: buffer,
        rowPixels: padded.width
      )
    }
    pixels = try Tensor.channelsLast(
      nhwc: values,
      images: 1,
      height: padded.height,
      width: padded.width,
      channels: 3
    )
    self.size = size
    original = (image.width, image.height)
  }

  /// Detections in the network's input as detections in the picture's own pixels.
  ///
  /// - Parameter detections: Boxes in the network's input pixels.
  /// - Returns: The same, each side scaled by its own factor (sizes are rounded to whole pixels), cut to the picture.
  package func inPicture(_ detections: [ScoredBox]) -> [ScoredBox] {
    let scaleX = Float(original.width) / Float(size.width)
    let scaleY = Float(original.height) / Float(size.height)
    return detections.map { scored in
      var result = scored
      result.box = scored.box.scaled(x: scaleX, y: scaleY)
        .clipped(width: Float(original.width), height: Float(original.height))
      return result
    }
  }
}
