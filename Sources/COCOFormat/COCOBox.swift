public import BoxGeometry

/// A box as COCO files write it: left, top, width and height in pixels, origin top left.
public struct COCOBox: Hashable, Sendable {
  /// The left edge.
  public var x: Double
  /// The top edge.
  public var y: Double
  /// The extent to the right; negative only in faulty files.
  public var width: Double
  /// The extent downwards; negative only in faulty files.
  public var height: Double

  /// A box of the four numbers of a COCO file.
  ///
  /// - Parameters:
  ///   - x: The left edge.
  ///   - y: The top edge.
  ///   - width: The extent to the right.
  ///   - height: The extent downwards.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The same box, from corners in `Float`; width and height are differences taken in `Double`.
  ///
  /// - Parameter box: Corners in pixels.
  public init(_ box: BoundingBox) {
    let (x1, y1) = (Double(box.x1), Double(box.y1))
    self.init(x: x1, y: y1, width: Double(box.x2) - x1, height: Double(box.y2) - y1)
  }

  /// Width times height, the area that COCO's `loadRes` gives a detection.
  public var area: Double { width * height }

  /// The corners in `Float`, each rounded to the nearest.
  public var boundingBox: BoundingBox {
    BoundingBox(x1: Float(x), y1: Float(y), x2: Float(x + width), y2: Float(y + height))
  }

  /// The part of this box inside an image; a box of no extent if there is none.
  ///
  /// - Parameters:
  ///   - imageWidth: The width of the image in pixels.
  ///   - imageHeight: The height of the image in pixels.
  /// - Returns: A box with 0 <= x, x + width <= imageWidth, and the same for y.
  public func clipped(imageWidth: Double, imageHeight: Double) -> COCOBox {
    let (left, right) = (min(max(x, 0), imageWidth), min(max(x + width, 0), imageWidth))
    let (top, bottom) = (min(max(y, 0), imageHeight), min(max(y + height, 0), imageHeight))
    return COCOBox(x: left, y: top, width: max(right - left, 0), height: max(bottom - top, 0))
  }
}
