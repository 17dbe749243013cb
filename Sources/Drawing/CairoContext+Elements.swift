import CLibCairo

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

  func setColor(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  func add(_ path: Path) {
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
