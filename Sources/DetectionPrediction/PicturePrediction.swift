package import BoxGeometry
package import Raster

/// What became of one picture of many.
package struct PicturePrediction: Sendable {
  /// Its place in the list, from 0.
  package let index: Int
  /// What was seen, or why it could not be read.
  package let outcome: Result<Seen, any Error>

  /// What was seen.
  package struct Seen: Sendable {
    /// Width of the picture, in pixels.
    package let width: Int
    /// Its height.
    package let height: Int
    /// Boxes in the picture's pixels, best first.
    package let boxes: [ScoredBox]
    /// The picture itself, where it was asked for.
    package let image: RasterImage?
  }
}
