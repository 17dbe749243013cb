import CLibCairo
import Raster

/// A Cairo context with the surface that it draws on; freed together.
final class CairoContext {
  private let surface: OpaquePointer?
  private let context: OpaquePointer?

  /// A context on pixels, opaque, black until something is drawn.
  convenience init(width: Int, height: Int) throws(DrawingError) {
    let surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24,
      Int32(clamping: width),
      Int32(clamping: height)
    )
    self.init(owning: surface)
    try check()
  }

  /// A context to measure text with; without memory it measures nothing.
  convenience init(measuring font: Font) {
    self.init(owning: cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1))
    select(font)
  }

  /// Takes ownership of a surface.
  init(owning surface: OpaquePointer?) {
    self.surface = surface
    context = cairo_create(surface)
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    // Widths then scale with the size, so that a layout measured at one scale holds at every other.
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Throws what went wrong since the context was made: Cairo keeps the first failure.
  func check() throws(DrawingError) {
    var status = cairo_status(context)
    if status == CAIRO_STATUS_SUCCESS { status = cairo_surface_status(surface) }
    guard status != CAIRO_STATUS_SUCCESS else { return }
    let reason = cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown"
    throw DrawingError(code: .rendererFailed, message: "Cairo could not draw: \(reason)")
  }

  /// Ends the drawing, so that a file surface writes its last bytes.
  func finish() throws(DrawingError) {
    cairo_surface_finish(surface)
    try check()
  }
}

// MARK: - Text

extension CairoContext {
  func select(_ font: Font) {
    cairo_select_font_face(
      context,
      Font.families[0],
      CAIRO_FONT_SLANT_NORMAL,
      font.weight == .bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
    )
    cairo_set_font_size(context, font.size)
  }

  var fontExtents: (ascent: Double, descent: Double) {
    var extents = cairo_font_extents_t()
    cairo_font_extents(context, &extents)
    return (extents.ascent, extents.descent)
  }

  func advance(of text: String) -> Double {
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  private func show(
    _ text: String,
    at point: SIMD2<Double>,
    font: Font,
    color: Color,
    anchor: TextAnchor
  ) {
    guard point.isFinite, font.size.isFinite, font.size > 0 else { return }
    let text = text.drawable
    select(font)
    let shift =
      switch anchor {
      case .start: 0.0
      case .middle: -advance(of: text) / 2
      case .end: -advance(of: text)
      }
    setColor(color)
    cairo_move_to(context, point.x + shift, point.y)
    cairo_show_text(context, text)
    cairo_new_path(context)
  }
}

// MARK: - Elements

extension CairoContext {
  func scale(x: Double, y: Double, translateX: Double, translateY: Double) {
    cairo_translate(context, translateX, translateY)
    cairo_scale(context, x, y)
  }

  func fillAll(_ color: Color) {
    setColor(color)
    cairo_paint(context)
  }

  func draw(_ elements: [Canvas.Element]) throws(DrawingError) {
    for element in elements {
      switch element {
      case .fill(let path, let fill, let rule): self.fill(path, fill, rule)
      case .stroke(let path, let stroke): self.stroke(path, stroke)
      case .text(let text, let point, let font, let color, let anchor):
        show(text, at: point, font: font, color: color, anchor: anchor)
      case .image(let image, let rectangle): try draw(image, in: rectangle)
      case .group(let group): try draw(group)
      }
    }
  }

  private func draw(_ group: Canvas.Group) throws(DrawingError) {
    guard group.transform.isInvertible, group.opacity > 0 else { return }
    cairo_save(context)
    defer { cairo_restore(context) }
    if let clip = group.clip {
      add(clip)
      cairo_clip(context)
    }
    var matrix = cairo_matrix_t(
      xx: group.transform.a,
      yx: group.transform.b,
      xy: group.transform.c,
      yy: group.transform.d,
      x0: group.transform.tx,
      y0: group.transform.ty
    )
    if group.opacity < 1 {
      cairo_push_group(context)
      cairo_transform(context, &matrix)
      try draw(group.elements)
      cairo_pop_group_to_source(context)
      cairo_paint_with_alpha(context, group.opacity)
    } else {
      cairo_transform(context, &matrix)
      try draw(group.elements)
    }
  }

  private func fill(_ path: Path, _ fill: Fill, _ rule: FillRule) {
    add(path)
    cairo_set_fill_rule(
      context,
      rule == .winding ? CAIRO_FILL_RULE_WINDING : CAIRO_FILL_RULE_EVEN_ODD
    )
    switch fill {
    case .color(let color):
      setColor(color)
      cairo_fill(context)
    case .linearGradient(let from, let to, let stops):
      fillGradient(cairo_pattern_create_linear(from.x, from.y, to.x, to.y), stops)
    case .radialGradient(let center, let radius, let stops):
      fillGradient(
        cairo_pattern_create_radial(center.x, center.y, 0, center.x, center.y, radius),
        stops
      )
    }
  }

  private func fillGradient(_ pattern: OpaquePointer?, _ stops: [GradientStop]) {
    for stop in stops {
      cairo_pattern_add_color_stop_rgba(
        pattern,
        stop.offset,
        stop.color.red,
        stop.color.green,
        stop.color.blue,
        stop.color.alpha
      )
    }
    cairo_set_source(context, pattern)
    cairo_pattern_destroy(pattern)
    cairo_fill(context)
  }

  private func stroke(_ path: Path, _ stroke: Stroke) {
    guard stroke.lineWidth.isFinite, stroke.lineWidth > 0 else { return }
    add(path)
    setColor(stroke.color)
    cairo_set_line_width(context, stroke.lineWidth)
    cairo_set_line_cap(context, stroke.isSquare ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND)
    cairo_set_line_join(context, stroke.isSquare ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND)
    let dash = stroke.drawableDash
    cairo_set_dash(context, dash, Int32(clamping: dash.count), 0)
    cairo_stroke(context)
  }

  private func setColor(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  private func add(_ path: Path) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let point):
        let point = point.drawable
        cairo_move_to(context, point.x, point.y)
      case .line(let point):
        let point = point.drawable
        cairo_line_to(context, point.x, point.y)
      case .curve(let control1, let control2, let end):
        let (control1, control2, end) = (control1.drawable, control2.drawable, end.drawable)
        cairo_curve_to(
          context,
          control1.x,
          control1.y,
          control2.x,
          control2.y,
          end.x,
          end.y
        )
      case .close:
        cairo_close_path(context)
      }
    }
  }
}

extension SIMD2<Double> {
  /// The point within the range of Cairo's 24.8 fixed-point numbers, with room for a scale.
  fileprivate var drawable: SIMD2<Double> {
    clamped(lowerBound: SIMD2(repeating: -1e6), upperBound: SIMD2(repeating: 1e6))
  }
}

// MARK: - Pixels

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

  private func draw(_ image: RasterImage, in rectangle: Rectangle) throws(DrawingError) {
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
