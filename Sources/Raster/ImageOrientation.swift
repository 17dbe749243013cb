/// How a stored picture has to be turned to stand upright: the eight values of EXIF's Orientation.
enum ImageOrientation: Int, Hashable, Sendable, CaseIterable {
  case upright = 1
  case mirrored = 2
  case upsideDown = 3
  case mirroredUpsideDown = 4
  /// Mirrored along the diagonal from top left to bottom right.
  case transposed = 5
  /// To be turned by a quarter clockwise.
  case quarterCounterclockwise = 6
  /// Mirrored along the other diagonal.
  case transversed = 7
  /// To be turned by a quarter counterclockwise.
  case quarterClockwise = 8

  /// Whether width and height change places.
  var swapsSides: Bool { rawValue >= 5 }
}

extension RasterImage {
  /// The picture as it is to be looked at, if it was stored with `orientation`.
  func upright(from orientation: ImageOrientation) -> RasterImage {
    switch orientation {
    case .upright: self
    case .mirrored: flippedHorizontally()
    case .upsideDown: flippedHorizontally().flippedVertically()
    case .mirroredUpsideDown: flippedVertically()
    case .transposed: transposed()
    case .quarterCounterclockwise: transposed().flippedHorizontally()
    case .transversed: transposed().flippedHorizontally().flippedVertically()
    case .quarterClockwise: transposed().flippedVertically()
    }
  }
}
