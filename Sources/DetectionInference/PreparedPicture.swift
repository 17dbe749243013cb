package import BoxGeometry
package import DetectionModels
package import Raster
package import Torch

/// A picture as a network takes it: resized, normalised, padded.
///
/// Preparing needs no tensor, so that it may run beside the network.
package struct PreparedPicture: Sendable {
  /// Width and height of the network's input, padding and all.
  package let inputSize: PictureSize
  /// Width and height of the picture in it, without the padding.
  package let size: PictureSize
  private let original: PictureSize
  /// Row by row, three normalised values a pixel; zeros in the padding.
  private let values: [Float]

  /// Prepares a picture.
  ///
  /// - Parameters:
  ///   - image: Any size.
  ///   - input: The network's size rule and normalisation.
  package init(_ image: RasterImage, for input: InputConfiguration) {
    let normalization = input.normalization
    let size = PictureSize(input.resize.resized(width: image.width, height: image.height))
    let inputSize = PictureSize(input.resize.padded(width: size.width, height: size.height))
    let resized = image.resized(width: size.width, height: size.height)
    let count = inputSize.width * inputSize.height * 3
    values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      buffer.initialize(repeating: 0)
      resized.writeNormalized(
        mean: SIMD3(normalization.mean),
        standardDeviation: SIMD3(normalization.standardDeviation),
        into: buffer,
        rowPixels: inputSize.width
      )
    }
    (self.size, self.inputSize) = (size, inputSize)
    original = PictureSize((image.width, image.height))
  }

  /// The network's input for this picture alone, shape [1, 3, H, W], channels-last.
  ///
  /// - Throws: `TorchError` if memory runs out.
  package func pixels() throws -> Tensor { try Self.batch([self]) }

  /// The network's input for several pictures.
  ///
  /// - Parameter pictures: At least one; all of one ``inputSize``, so that no picture's numbers depend on the others'.
  /// - Returns: Shape [N, 3, H, W], channels-last.
  /// - Throws: `TorchError` if memory runs out.
  package static func batch(_ pictures: [PreparedPicture]) throws -> Tensor {
    precondition(Set(pictures.map(\.inputSize)).count == 1, "pictures of one size")
    let size = pictures[0].inputSize
    return try Tensor.channelsLast(
      nhwc: pictures.count == 1 ? pictures[0].values : pictures.flatMap(\.values),
      images: pictures.count,
      height: size.height,
      width: size.width,
      channels: 3
    )
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

/// Width and height, in pixels.
package struct PictureSize: Hashable, Sendable {
  package let width: Int
  package let height: Int

  /// - Parameter size: Width and height.
  package init(_ size: (width: Int, height: Int)) { (width, height) = size }
}
