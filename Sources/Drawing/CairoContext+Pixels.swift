import CLibCairo
import Raster

extension CairoContext {
  /// The surface's pixels as rows of 0x00RRGGBB, or nothing if it has none.
  private func withRows(
    _ body: (_ words: UnsafeMutablePointer<UInt32>, _ wordsPerRow: Int) -> Void
  ) {
    cairo_surface_flush(surface)
    guard let bytes = cairo_image_surface_get_data(surface) else { return }
    let wordsPerRow = Int(cairo_image_surface_get_stride(surface)) / 4
    let count = wordsPerRow * Int(cairo_image_surface_get_height(surface))
    bytes.withMemoryRebound(to: UInt32.self, capacity: count) { body($0, wordsPerRow) }
    cairo_surface_mark_dirty(surface)
  }

  /// Sets the surface's pixels to those of a part of a picture that is inside it.
  func load(_ image: RasterImage, x: Int, y: Int, width: Int, height: Int) {
    precondition(image.pixels.count == image.width * image.height * 3, "three values a pixel")
    withRows { words, wordsPerRow in
      image.pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<height {
          var source = ((y + row) * image.width + x) * 3
          for target in row * wordsPerRow..<row * wordsPerRow + width {
            let red = UInt32(pixels[source])
            let green = UInt32(pixels[source + 1])
            words[target] = red << 16 | green << 8 | UInt32(pixels[source + 2])
            source += 3
          }
        }
      }
    }
  }

  /// Copies the surface's pixels to a place in RGB bytes of a picture `imageWidth` wide.
  func store(
    into bytes: inout [UInt8],
    imageWidth: Int,
    x: Int,
    y: Int,
    width: Int,
    height: Int
  ) {
    withRows { words, wordsPerRow in
      bytes.withUnsafeMutableBufferPointer { bytes in
        for row in 0..<height {
          var target = ((y + row) * imageWidth + x) * 3
          for source in row * wordsPerRow..<row * wordsPerRow + width {
            let word = words[source]
            bytes[target] = UInt8(truncatingIfNeeded: word >> 16)
            bytes[target + 1] = UInt8(truncatingIfNeeded: word >> 8)
            bytes[target + 2] = UInt8(truncatingIfNeeded: word)
            target += 3
          }
        }
      }
    }
  }

  func draw(_ image: RasterImage, in rectangle: Rectangle) throws(DrawingError) {
    guard image.width > 0, image.height > 0, rectangle.width > 0, rectangle.height > 0,
      rectangle.maxX.isFinite, rectangle.maxY.isFinite
    else { return }
    // Cairo's surfaces have at most 32767 pixels a side: a larger picture is shrunk first.
    let limit = Canvas.tileSide
    if image.width > limit || image.height > limit {
      let shrunk = image.resized(
        width: min(image.width, limit),
        height: min(image.height, limit)
      )
      return try draw(shrunk, in: rectangle)
    }
    let picture = try CairoContext(width: image.width, height: image.height)
    picture.load(image, x: 0, y: 0, width: image.width, height: image.height)
    cairo_save(context)
    defer { cairo_restore(context) }
    add(.rectangle(rectangle))
    cairo_clip(context)
    cairo_translate(context, rectangle.x, rectangle.y)
    cairo_scale(
      context,
      rectangle.width / Double(image.width),
      rectangle.height / Double(image.height)
    )
    cairo_set_source_surface(context, picture.surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_GOOD)
    // Without it the border blends with transparent pixels that lie outside the picture.
    cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
    cairo_paint(context)
  }
}
