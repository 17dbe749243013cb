package import Raster

extension Canvas {
  /// Cairo's surfaces hold 32767 pixels a side at most, so larger pictures are drawn in tiles.
  static let tileSide = 16384

  /// The drawing as pixels, `scale` of them for a canvas unit.
  ///
  /// - Parameters:
  ///   - scale: Pixels for a canvas unit, above 0.
  ///   - background: What lies below the drawing, stretched to all of it; white if absent. Where
  ///     its size is the result's, pixels that nothing is drawn on keep their exact values.
  /// - Returns: A picture of the canvas's size times the scale, rounded, at least one pixel a side.
  /// - Throws: `DrawingError` if the size is not finite, has more than 2^28 pixels, or memory runs
  ///   out.
  package func raster(
    scale: Double = 1,
    background: RasterImage? = nil
  ) throws(DrawingError) -> RasterImage {
    let (pixelWidth, pixelHeight) = try pixelSize(scale: scale)
    var backdrop = background
    if let image = background, image.width != pixelWidth || image.height != pixelHeight {
      backdrop = image.resized(width: pixelWidth, height: pixelHeight)
    }
    var pixels = [UInt8](repeating: 0, count: pixelWidth * pixelHeight * 3)
    for y in stride(from: 0, to: pixelHeight, by: Self.tileSide) {
      for x in stride(from: 0, to: pixelWidth, by: Self.tileSide) {
        let tileWidth = min(Self.tileSide, pixelWidth - x)
        let tileHeight = min(Self.tileSide, pixelHeight - y)
        let context = try CairoContext(width: tileWidth, height: tileHeight)
        if let backdrop {
          context.load(backdrop, x: x, y: y, width: tileWidth, height: tileHeight)
        } else {
          context.fillAll(.white)
        }
        context.scale(
          x: Double(pixelWidth) / width,
          y: Double(pixelHeight) / height,
          translateX: -Double(x),
          translateY: -Double(y)
        )
        try context.draw(elements)
        try context.check()
        context.store(
          into: &pixels,
          imageWidth: pixelWidth,
          x: x,
          y: y,
          width: tileWidth,
          height: tileHeight
        )
      }
    }
    return RasterImage(width: pixelWidth, height: pixelHeight, pixels: pixels)
  }

  private func pixelSize(scale: Double) throws(DrawingError) -> (width: Int, height: Int) {
    let limit = Double(1 << 28)
    let (scaledWidth, scaledHeight) = (width * scale, height * scale)
    guard width > 0, height > 0, scaledWidth > 0, scaledHeight > 0,
      max(scaledWidth, 1) * max(scaledHeight, 1) <= limit
    else {
      throw DrawingError(
        code: .impossibleSize,
        message: "a canvas of \(width) x \(height) at scale \(scale) has no picture; "
          + "expected sizes above 0 and at most 2^28 pixels: choose another scale"
      )
    }
    return (max(1, Int(scaledWidth.rounded())), max(1, Int(scaledHeight.rounded())))
  }
}
