extension BoundingBox {
  /// The part of the box inside a picture.
  ///
  /// - Parameters:
  ///   - width: Width of the picture, in pixels.
  ///   - height: Height of the picture, in pixels.
  /// - Returns: The box with every corner moved to the nearest point of the picture; empty when
  ///   the box lies outside. A NaN becomes 0.
  public func clipped(width: Float, height: Float) -> BoundingBox {
    let limit = SIMD4(width, height, width, height)
    // In this order of arguments a NaN fails the comparison and is replaced by 0.
    return BoundingBox(corners: lesser(greater(corners, SIMD4(repeating: 0)), limit))
  }

  /// The box in a picture whose sides were multiplied.
  ///
  /// - Parameters:
  ///   - x: Horizontal factor.
  ///   - y: Vertical factor.
  /// - Returns: The box with its corners multiplied.
  public func scaled(x: Float, y: Float) -> BoundingBox {
    BoundingBox(corners: corners * SIMD4(x, y, x, y))
  }

  /// The box moved by an offset.
  ///
  /// - Parameters:
  ///   - x: Pixels to the right.
  ///   - y: Pixels downwards.
  /// - Returns: A box of the same size.
  public func translated(x: Float, y: Float) -> BoundingBox {
    BoundingBox(corners: corners + SIMD4(x, y, x, y))
  }

  /// The box in a picture mirrored left to right.
  ///
  /// - Parameter imageWidth: Width of the picture, in pixels.
  /// - Returns: (W − x2, y1, W − x1, y2).
  public func flippedHorizontally(imageWidth: Float) -> BoundingBox {
    BoundingBox(x1: imageWidth - x2, y1: y1, x2: imageWidth - x1, y2: y2)
  }

  /// The box in a picture mirrored top to bottom.
  ///
  /// - Parameter imageHeight: Height of the picture, in pixels.
  /// - Returns: (x1, H − y2, x2, H − y1).
  public func flippedVertically(imageHeight: Float) -> BoundingBox {
    BoundingBox(x1: x1, y1: imageHeight - y2, x2: x2, y2: imageHeight - y1)
  }
}
