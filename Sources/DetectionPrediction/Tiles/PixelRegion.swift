package import BoxGeometry

/// A rectangle of whole pixels in a picture.
package struct PixelRegion: Hashable, Sendable {
  /// Left edge, in pixels from the picture's left.
  package let x: Int
  /// Top edge, in pixels from the picture's top.
  package let y: Int
  /// Pixels of a row, at least 1.
  package let width: Int
  /// Rows, at least 1.
  package let height: Int

  /// - Parameters:
  ///   - x: Left edge.
  ///   - y: Top edge.
  ///   - width: Pixels of a row, at least 1.
  ///   - height: Rows, at least 1.
  package init(x: Int, y: Int, width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a region has at least one pixel")
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The region as a box.
  package var box: BoundingBox {
    BoundingBox(x1: Float(x), y1: Float(y), x2: Float(x + width), y2: Float(y + height))
  }

  /// The part of a box that lies in the region; empty where none does.
  ///
  /// - Parameter box: In the picture's pixels.
  /// - Returns: Likewise.
  package func clipped(_ box: BoundingBox) -> BoundingBox {
    box.translated(x: Float(-x), y: Float(-y))
      .clipped(width: Float(width), height: Float(height))
      .translated(x: Float(x), y: Float(y))
  }
}
