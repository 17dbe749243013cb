import CLibCairo

/// A Cairo context with the surface that it draws on; freed together.
final class CairoContext {
  let surface: OpaquePointer?
  let context: OpaquePointer?

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

  func show(
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
