import CLibCairo

extension Canvas {
  /// The drawing as a PDF file of one page, a canvas unit being a 96th of an inch as in SVG.
  ///
  /// The bytes depend on the drawing and on Cairo's version, not on the time.
  /// - Returns: The bytes of the file.
  /// - Throws: `DrawingError` if the size is not finite and above 0, or memory runs out.
  package func pdf() throws(DrawingError) -> [UInt8] {
    // A PDF page has 14400 points a side at most.
    let points = 0.75
    guard width > 0, height > 0, max(width, height) * points <= 14400 else {
      throw DrawingError(
        code: .impossibleSize,
        message: "a canvas of \(width) x \(height) has no PDF page; "
          + "expected sizes above 0 and at most 19200 units"
      )
    }
    let bytes = ByteSink()
    let surface = cairo_pdf_surface_create_for_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      },
      Unmanaged.passUnretained(bytes).toOpaque(),
      width * points,
      height * points
    )
    let context = CairoContext(owning: surface)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    context.scale(x: points, y: points, translateX: 0, translateY: 0)
    try context.draw(elements)
    try context.finish()
    return withExtendedLifetime(bytes) { bytes.bytes }
  }
}

/// Bytes that a C callback appends to.
private final class ByteSink {
  var bytes: [UInt8] = []
}
