package import BoxGeometry
package import Raster

/// One look at a part of a picture: which part, in which size, mirrored or not.
package struct PictureLook: Hashable, Sendable {
  /// The part, in the picture's pixels.
  package let region: PixelRegion
  /// To which size it is brought.
  package let resize: ResizeRule
  /// Whether it is mirrored left to right.
  package let isMirrored: Bool

  /// - Parameters:
  ///   - region: The part.
  ///   - resize: To which size it is brought.
  ///   - isMirrored: Whether it is mirrored left to right.
  package init(region: PixelRegion, resize: ResizeRule, isMirrored: Bool = false) {
    (self.region, self.resize, self.isMirrored) = (region, resize, isMirrored)
  }

  /// What is looked at, in its own pixels, before it is resized.
  ///
  /// - Parameter image: The whole picture, in which the region lies.
  /// - Returns: A picture of the region's size.
  package func part(of image: RasterImage) -> RasterImage {
    let isWhole = region.width == image.width && region.height == image.height
    let part =
      isWhole
      ? image
      : image.cropped(x: region.x, y: region.y, width: region.width, height: region.height)
    return isMirrored ? part.flippedHorizontally() : part
  }

  /// What was found in the part, in the pixels of the whole picture.
  ///
  /// - Parameter found: Boxes in the pixels of ``part(of:)``.
  /// - Returns: The same, unmirrored and moved to their places.
  package func inPicture(_ found: [ScoredBox]) -> [ScoredBox] {
    if !isMirrored, region.x == 0, region.y == 0 { return found }
    return found.map { scored in
      var result = scored
      if isMirrored {
        result.box = result.box.flippedHorizontally(imageWidth: Float(region.width))
      }
      result.box = result.box.translated(x: Float(region.x), y: Float(region.y))
      return result
    }
  }
}
