/// A rectangle of whole pixels.
package struct PixelRectangle: Hashable, Sendable {
  /// Left edge.
  package var x: Int
  /// Upper edge.
  package var y: Int
  /// Width, >= 1.
  package var width: Int
  /// Height, >= 1.
  package var height: Int

  /// Creates a rectangle.
  /// - Parameters:
  ///   - x: Left edge.
  ///   - y: Upper edge.
  ///   - width: Width, >= 1.
  ///   - height: Height, >= 1.
  package init(x: Int = 0, y: Int = 0, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The same rectangle in the mirror image, left to right, of a frame of the given width.
  func flippedHorizontally(in frameWidth: Int) -> PixelRectangle {
    PixelRectangle(x: frameWidth - x - width, y: y, width: width, height: height)
  }

  /// The same rectangle in the mirror image, top to bottom, of a frame of the given height.
  func flippedVertically(in frameHeight: Int) -> PixelRectangle {
    PixelRectangle(x: x, y: frameHeight - y - height, width: width, height: height)
  }

  /// The same rectangle with x and y exchanged.
  var transposed: PixelRectangle { PixelRectangle(x: y, y: x, width: height, height: width) }
}
