package import Raster

extension SampleTransform {
  /// What is seen of the picture, and where it lies in the frame; the rest of the frame is padding.
  ///
  /// Mirroring, turning and colours are done after the resizing, when there are fewer pixels.
  /// - Parameter image: The upright picture that the transform was made for.
  /// - Returns: The visible part, and the upper left corner it has in the frame.
  package func callAsFunction(_ image: RasterImage) -> (image: RasterImage, x: Int, y: Int) {
    var visible = image
    if crop.width != image.width || crop.height != image.height {
      visible = visible.cropped(x: crop.x, y: crop.y, width: crop.width, height: crop.height)
    }
    if placement.width != visible.width || placement.height != visible.height {
      visible = visible.resized(width: placement.width, height: placement.height)
    }
    var place = placement
    if choices.flipsHorizontally {
      visible = visible.flippedHorizontally()
      place = place.flippedHorizontally(in: frameWidth)
    }
    if choices.flipsVertically {
      visible = visible.flippedVertically()
      place = place.flippedVertically(in: frameHeight)
    }
    (visible, place) = turned(visible, place)
    return (choices.color(visible), place.x, place.y)
  }

  /// A clockwise turn is a transposition, then a mirroring left to right; a half turn two mirrorings.
  private func turned(
    _ image: RasterImage,
    _ place: PixelRectangle
  ) -> (RasterImage, PixelRectangle) {
    switch choices.quarterTurns {
    case 1:
      (
        image.transposed().flippedHorizontally(),
        place.transposed.flippedHorizontally(in: frameHeight)
      )
    case 2:
      (
        image.flippedHorizontally().flippedVertically(),
        place.flippedHorizontally(in: frameWidth).flippedVertically(in: frameHeight)
      )
    case 3:
      (
        image.transposed().flippedVertically(),
        place.transposed.flippedVertically(in: frameWidth)
      )
    default: (image, place)
    }
  }
}
