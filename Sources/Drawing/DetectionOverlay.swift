package import BoxGeometry
package import Raster

/// A box to show on a picture.
package struct OverlayBox: Hashable, Sendable {
  /// In the picture's pixels; what lies outside the picture is cut off.
  package var box: BoundingBox
  /// Category, score, whatever a reader should know; empty for a bare box.
  package var label: String
  package var color: Color
  /// Dashes instead of a line: an object that was missed, say.
  package var isDashed: Bool

  package init(box: BoundingBox, label: String = "", color: Color, isDashed: Bool = false) {
    self.box = box
    self.label = label
    self.color = color
    self.isDashed = isDashed
  }
}

/// Draws boxes with labels on pictures of any size.
package enum DetectionOverlay {
  /// The picture with boxes around its objects, the labels in their colours beside them.
  ///
  /// Lines lie outside the boxes, so that small objects stay visible; labels avoid each other and
  /// the picture's border, those that come first choosing first. A picture with no room for a
  /// readable label gets boxes alone, unless it may be enlarged.
  /// - Parameters:
  ///   - boxes: What to show, the most important first. Boxes without an area in the picture, or
  ///     that are not finite, are not shown.
  ///   - image: The picture.
  ///   - minimumShortSide: A picture with a shorter short side is first enlarged by a whole factor,
  ///     16 at most, to reach it; 0 keeps every picture's size.
  /// - Returns: The picture with the boxes, of the size of `image` unless enlarged.
  /// - Throws: `DrawingError` if memory runs out.
  package static func draw(
    _ boxes: [OverlayBox],
    on image: RasterImage,
    minimumShortSide: Int = 0
  ) throws(DrawingError) -> RasterImage {
    guard image.width > 0, image.height > 0 else { return image }
    let shortSide = min(image.width, image.height)
    let factor = min(16, max(1, (minimumShortSide + shortSide - 1) / shortSide))
    let canvas = canvas(boxes, width: image.width * factor, height: image.height * factor, factor)
    return try canvas.raster(background: image.enlarged(by: factor))
  }

  /// The boxes and labels alone, for pictures that are drawn otherwise, as in SVG.
  ///
  /// - Parameters:
  ///   - boxes: What to show, the most important first.
  ///   - width: Width of the picture in pixels, and of the canvas.
  ///   - height: Height of both.
  /// - Returns: A canvas that is clear but for boxes and labels.
  package static func canvas(_ boxes: [OverlayBox], width: Int, height: Int) -> Canvas {
    canvas(boxes, width: width, height: height, 1)
  }

  private static func canvas(
    _ boxes: [OverlayBox],
    width: Int,
    height: Int,
    _ factor: Int
  ) -> Canvas {
    var canvas = Canvas(width: Double(width), height: Double(height))
    let style = OverlayStyle(width: canvas.width, height: canvas.height)
    let visible = boxes.compactMap { box in
      OverlayFrame(box, scale: Double(factor), width: canvas.width, height: canvas.height, style)
    }
    // The first box is the most important, so it is drawn last.
    for frame in visible.reversed() { frame.draw(on: &canvas, style) }
    var placed: [PlacedLabel] = []
    for frame in visible {
      if let label = frame.label(on: canvas, avoiding: placed, visible, style) {
        placed.append(label)
      }
    }
    for label in placed.reversed() { label.draw(on: &canvas, style) }
    return canvas
  }
}

extension RasterImage {
  /// Every pixel as a square of `factor` a side, so that enlarged pixels are seen to be pixels.
  fileprivate func enlarged(by factor: Int) -> RasterImage {
    guard factor > 1 else { return self }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pixels.count * factor * factor)
    for y in 0..<height {
      let row = pixels[y * width * 3..<(y + 1) * width * 3]
      var wide: [UInt8] = []
      for x in stride(from: row.startIndex, to: row.endIndex, by: 3) {
        for _ in 0..<factor { wide += row[x..<x + 3] }
      }
      for _ in 0..<factor { bytes += wide }
    }
    return RasterImage(width: width * factor, height: height * factor, pixels: bytes)
  }
}
