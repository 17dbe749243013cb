/// What covers the inside of a path.
package enum Fill: Hashable, Sendable {
  case color(Color)
  case linearGradient(from: SIMD2<Double>, to: SIMD2<Double>, stops: [GradientStop])
  case radialGradient(center: SIMD2<Double>, radius: Double, stops: [GradientStop])
}

/// A colour at a place along a gradient, 0 at its start and 1 at its end.
package struct GradientStop: Hashable, Sendable {
  package var offset: Double
  package var color: Color

  package init(offset: Double, color: Color) {
    self.offset = offset
    self.color = color
  }
}

/// Which places lie inside a path that crosses or contains itself.
package enum FillRule: Hashable, Sendable {
  case winding, evenOdd
}

/// How an outline is drawn; lengths are in canvas units.
package struct Stroke: Hashable, Sendable {
  package var color: Color
  package var lineWidth: Double
  /// Lengths of dash and gap in turn; empty for a solid line.
  package var dash: [Double]
  /// Whether ends and corners are square, as for boxes, rather than round, as for curves.
  package var isSquare: Bool

  package init(
    color: Color,
    lineWidth: Double = 1,
    dash: [Double] = [],
    isSquare: Bool = false
  ) {
    self.color = color
    self.lineWidth = lineWidth
    self.dash = dash
    self.isSquare = isSquare
  }

  /// The dash pattern if it can be drawn: finite, none negative, not all zero.
  var drawableDash: [Double] {
    dash.allSatisfy({ $0.isFinite && $0 >= 0 }) && dash.contains(where: { $0 > 0 }) ? dash : []
  }
}
