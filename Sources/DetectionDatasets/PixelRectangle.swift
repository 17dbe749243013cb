import BoxGeometry
import Raster

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

  /// The same rectangle in the picture decoded at another size, to whole pixels.
  func scaled(x scaleX: Float, y scaleY: Float, in image: RasterImage) -> PixelRectangle {
    let columns = Self.scaled(x, width, by: scaleX, limit: image.width)
    let rows = Self.scaled(y, height, by: scaleY, limit: image.height)
    return PixelRectangle(
      x: columns.lowerBound,
      y: rows.lowerBound,
      width: columns.count,
      height: rows.count
    )
  }

  private static func scaled(
    _ start: Int,
    _ count: Int,
    by scale: Float,
    limit: Int
  ) -> Range<Int> {
    let first = min(max(Int((Float(start) * scale).rounded()), 0), limit - 1)
    let end = min(max(Int((Float(start + count) * scale).rounded()), first + 1), limit)
    return first..<end
  }

  /// The pixels of a box and of some around it, as far as they lie in a picture.
  /// - Parameters:
  ///   - box: A box that lies in the picture.
  ///   - margin: Pixels around it, >= 0.
  ///   - width: Width of the picture.
  ///   - height: Height of the picture.
  init(around box: BoundingBox, margin: Double, width: Int, height: Int) {
    let left = min(max(Int((Double(box.x1) - margin).rounded(.down)), 0), width - 1)
    let top = min(max(Int((Double(box.y1) - margin).rounded(.down)), 0), height - 1)
    self.init(
      x: left,
      y: top,
      width: max(min(Int((Double(box.x2) + margin).rounded(.up)), width) - left, 1),
      height: max(min(Int((Double(box.y2) + margin).rounded(.up)), height) - top, 1)
    )
  }
}
