import BoxGeometry

/// Sizes that suit a picture, in its pixels.
struct OverlayStyle {
  let lineWidth: Double
  let font: Font
  let padding: Double
  let extents: TextExtents

  init(width: Double, height: Double) {
    // Between the sides' geometric mean and the short side, so that a panorama is not all label.
    let size = min((width * height).squareRoot(), 2 * min(width, height))
    // About 2 % of the picture for text, a seventh of that for lines; always readable.
    font = Font(size: max(10, (size * 0.022).rounded()), weight: .bold)
    lineWidth = max(1, (font.size / 7).rounded())
    padding = max(2, (font.size / 5).rounded())
    extents = font.extents(of: "")
  }

  var labelHeight: Double { extents.ascent + extents.descent + padding }
}

/// A box as it is drawn: cut to the picture, its line's middle outside the box where there is room.
struct OverlayFrame {
  let source: OverlayBox
  let rectangle: Rectangle

  init?(
    _ source: OverlayBox,
    scale: Double,
    width: Double,
    height: Double,
    _ style: OverlayStyle
  ) {
    let box = source.box
    guard box.isFinite, box.x2 > box.x1, box.y2 > box.y1,
      Double(box.x1) * scale < width, Double(box.y1) * scale < height, box.x2 > 0, box.y2 > 0
    else { return nil }
    self.source = source
    let half = style.lineWidth / 2
    func fit(_ low: Float, _ high: Float, _ limit: Double) -> (low: Double, length: Double) {
      let low = min(max(Double(low) * scale - half, half), max(half, limit - half))
      let high = max(min(Double(high) * scale + half, limit - half), low)
      // A side of length 0 would lose its line; Cairo knows 256ths of a pixel.
      return (low, max(high - low, 1 / 64))
    }
    let (x, frameWidth) = fit(box.x1, box.x2, width)
    let (y, frameHeight) = fit(box.y1, box.y2, height)
    rectangle = Rectangle(x: x, y: y, width: frameWidth, height: frameHeight)
  }

  func draw(on canvas: inout Canvas, _ style: OverlayStyle) {
    let dash = source.isDashed ? [style.lineWidth * 3, style.lineWidth * 2] : []
    let path = Path.rectangle(rectangle)
    // A thin rim of the opposite tone keeps the line visible on a ground of its own colour.
    let rim = Stroke(
      color: source.color.readableInk.opacity(0.45),
      lineWidth: style.lineWidth * 2,
      dash: dash,
      isSquare: true
    )
    canvas.stroke(path, rim)
    canvas.stroke(
      path,
      Stroke(color: source.color, lineWidth: style.lineWidth, dash: dash, isSquare: true)
    )
  }

  /// Where the label goes: the first free place at the box, else the least covered one.
  func label(
    on canvas: Canvas,
    avoiding placed: [PlacedLabel],
    _ frames: [OverlayFrame],
    _ style: OverlayStyle
  ) -> PlacedLabel? {
    let height = style.labelHeight
    // A label that hides most of the picture helps nobody.
    guard !source.label.isEmpty, height * 2 <= canvas.height else { return nil }
    let text = style.font.truncated(source.label, toWidth: canvas.width - 2 * style.padding)
    guard !text.isEmpty, text != "…" else { return nil }
    let width = style.font.extents(of: text).width + 2 * style.padding
    let box = rectangle.inset(by: -style.lineWidth / 2)
    let (right, below) = (box.maxX - width, box.maxY)
    let places = [
      (box.x, box.y - height), (right, box.y - height), (box.x, below), (right, below),
      (box.maxX, box.y), (box.x - width, box.y), (box.x, box.y), (box.x, below - height),
    ]
    var best: (rectangle: Rectangle, cost: Double)?
    for (rank, place) in places.enumerated() {
      let candidate = Rectangle(
        x: min(max(place.0, 0), canvas.width - width),
        y: min(max(place.1, 0), canvas.height - height),
        width: width,
        height: height
      )
      let covered = placed.reduce(0) { $0 + $1.rectangle.intersectionArea(with: candidate) }
      let hidden = frames.reduce(0) { $0 + $1.rectangle.intersectionArea(with: candidate) }
      // Another label counts most, then what lies in the boxes, then the order of the places.
      let cost = covered * 4 + hidden + Double(rank) * 0.02 * width * height
      if best.map({ cost < $0.cost }) ?? true { best = (candidate, cost) }
    }
    return best.map { PlacedLabel(text: text, color: source.color, rectangle: $0.rectangle) }
  }
}

/// A label with its place on the canvas.
struct PlacedLabel {
  let text: String
  let color: Color
  let rectangle: Rectangle

  func draw(on canvas: inout Canvas, _ style: OverlayStyle) {
    let radius = style.padding / 2
    canvas.fill(.roundedRectangle(rectangle, radius: radius), color: color)
    canvas.text(
      text,
      at: SIMD2(
        rectangle.x + style.padding,
        rectangle.y + style.padding / 2 + style.extents.ascent
      ),
      font: style.font,
      color: color.readableInk
    )
  }
}
