package import Raster

/// A drawing as a value: a list of what to draw, in order, on a page of fixed size.
///
/// The same canvas becomes pixels and PDF through Cairo, and SVG through a writer of our own in
/// which text stays text. Units are pixels at scale 1, the origin is the top left corner, y points
/// down.
package struct Canvas: Hashable, Sendable {
  package let width, height: Double
  package private(set) var elements: [Element] = []

  /// One step of the drawing.
  package indirect enum Element: Hashable, Sendable {
    case fill(Path, Fill, FillRule)
    case stroke(Path, Stroke)
    case text(String, at: SIMD2<Double>, Font, Color, TextAnchor)
    case image(RasterImage, Rectangle)
    case group(Group)
  }

  /// Elements drawn through a transform, inside a clip path, and then as one at an opacity.
  package struct Group: Hashable, Sendable {
    package var transform: Transform
    package var clip: Path?
    package var opacity: Double
    package var elements: [Element]
  }

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  package mutating func fill(_ path: Path, _ fill: Fill, rule: FillRule = .winding) {
    elements.append(.fill(path, fill, rule))
  }

  package mutating func fill(_ path: Path, color: Color, rule: FillRule = .winding) {
    fill(path, .color(color), rule: rule)
  }

  package mutating func stroke(_ path: Path, _ stroke: Stroke) {
    elements.append(.stroke(path, stroke))
  }

  package mutating func stroke(
    _ path: Path,
    _ color: Color,
    lineWidth: Double = 1,
    dash: [Double] = []
  ) {
    stroke(path, Stroke(color: color, lineWidth: lineWidth, dash: dash))
  }

  /// One line of text; `point` lies on its baseline at the anchor.
  package mutating func text(
    _ text: String,
    at point: SIMD2<Double>,
    font: Font,
    color: Color = .black,
    anchor: TextAnchor = .start
  ) {
    elements.append(.text(text, at: point, font, color, anchor))
  }

  /// A picture stretched to fill a rectangle.
  package mutating func image(_ image: RasterImage, in rectangle: Rectangle) {
    elements.append(.image(image, rectangle))
  }

  /// Draws what `body` draws through a transform, inside a clip path given in the outer
  /// coordinates, and blended as one at `opacity`.
  package mutating func group(
    transform: Transform = .identity,
    clip: Path? = nil,
    opacity: Double = 1,
    _ body: (inout Canvas) throws -> Void
  ) rethrows {
    var inner = Canvas(width: width, height: height)
    try body(&inner)
    elements.append(
      .group(
        Group(transform: transform, clip: clip, opacity: opacity, elements: inner.elements)
      )
    )
  }

  package mutating func withTransform(
    _ transform: Transform,
    _ body: (inout Canvas) throws -> Void
  ) rethrows {
    try group(transform: transform, body)
  }

  package mutating func withClip(
    _ clip: Path,
    _ body: (inout Canvas) throws -> Void
  ) rethrows {
    try group(clip: clip, body)
  }
}
