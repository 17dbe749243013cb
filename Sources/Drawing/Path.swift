#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An outline of lines and cubic Bézier curves.
///
/// A point that is not finite breaks the line there (a loss that became NaN leaves a gap in its
/// curve), and the next finite point starts anew.
package struct Path: Hashable, Sendable {
  package enum Element: Hashable, Sendable {
    case move(SIMD2<Double>)
    case line(SIMD2<Double>)
    case curve(control1: SIMD2<Double>, control2: SIMD2<Double>, end: SIMD2<Double>)
    case close
  }

  package private(set) var elements: [Element] = []
  private var penIsDown = false

  package init() {}

  /// An open line through points, broken where one is not finite.
  package init(points: [SIMD2<Double>]) {
    for point in points { line(to: point) }
  }

  package static func rectangle(_ rectangle: Rectangle) -> Path {
    var path = Path()
    path.addRectangle(rectangle)
    return path
  }

  package static func roundedRectangle(_ rectangle: Rectangle, radius: Double) -> Path {
    var path = Path()
    path.addRoundedRectangle(rectangle, radius: radius)
    return path
  }

  package static func ellipse(in rectangle: Rectangle) -> Path {
    var path = Path()
    path.addEllipse(in: rectangle)
    return path
  }

  package static func circle(center: SIMD2<Double>, radius: Double) -> Path {
    ellipse(
      in: Rectangle(
        x: center.x - radius,
        y: center.y - radius,
        width: 2 * radius,
        height: 2 * radius
      )
    )
  }

  package static func polygon(_ points: [SIMD2<Double>]) -> Path {
    var path = Path(points: points)
    path.close()
    return path
  }
}

// MARK: - Building

extension Path {
  package mutating func move(to point: SIMD2<Double>) {
    penIsDown = point.isFinite
    if penIsDown { elements.append(.move(point)) }
  }

  /// A straight line from the current point; the first of a path only moves there.
  package mutating func line(to point: SIMD2<Double>) {
    guard penIsDown, point.isFinite else { return move(to: point) }
    elements.append(.line(point))
  }

  package mutating func curve(
    to end: SIMD2<Double>,
    control1: SIMD2<Double>,
    control2: SIMD2<Double>
  ) {
    guard penIsDown, end.isFinite, control1.isFinite, control2.isFinite else {
      return move(to: end)
    }
    elements.append(.curve(control1: control1, control2: control2, end: end))
  }

  /// Joins the current point with the start of its part of the path.
  package mutating func close() {
    guard penIsDown else { return }
    elements.append(.close)
  }

  /// An arc of a circle, joined to the current point by a line.
  ///
  /// Angles grow from the x axis towards y, clockwise on the screen; an end below the start runs
  /// the other way round.
  package mutating func arc(
    center: SIMD2<Double>,
    radius: Double,
    startRadians: Double,
    endRadians: Double
  ) {
    let sweep = endRadians - startRadians
    guard center.isFinite, radius.isFinite, sweep.isFinite else { return move(to: center * .nan) }
    // One cubic a quarter turn is within 3e-4 of the radius; more than a few turns say nothing new.
    let turns = min(abs(sweep), 4 * Double.pi)
    let count = max(1, Int((turns / (Double.pi / 2) - 1e-9).rounded(.up)))
    let step = (sweep < 0 ? -turns : turns) / Double(count)
    let reach = 4 / 3 * tan(step / 4) * radius
    func point(_ angle: Double) -> SIMD2<Double> {
      center + radius * SIMD2(cos(angle), sin(angle))
    }
    func tangent(_ angle: Double) -> SIMD2<Double> { reach * SIMD2(-sin(angle), cos(angle)) }
    line(to: point(startRadians))
    for index in 0..<count {
      let from = startRadians + step * Double(index)
      let to = from + step
      curve(
        to: point(to),
        control1: point(from) + tangent(from),
        control2: point(to) - tangent(to)
      )
    }
  }

  package mutating func addRectangle(_ rectangle: Rectangle) {
    move(to: SIMD2(rectangle.x, rectangle.y))
    line(to: SIMD2(rectangle.maxX, rectangle.y))
    line(to: SIMD2(rectangle.maxX, rectangle.maxY))
    line(to: SIMD2(rectangle.x, rectangle.maxY))
    close()
  }

  package mutating func addRoundedRectangle(_ rectangle: Rectangle, radius: Double) {
    let radius = max(0, min(radius, min(rectangle.width, rectangle.height) / 2))
    guard radius > 0 else { return addRectangle(rectangle) }
    let inner = rectangle.inset(by: radius)
    let corners = [
      SIMD2(inner.maxX, inner.y), SIMD2(inner.maxX, inner.maxY),
      SIMD2(inner.x, inner.maxY), SIMD2(inner.x, inner.y),
    ]
    move(to: SIMD2(inner.maxX, rectangle.y))
    for (index, corner) in corners.enumerated() {
      let start = Double(index - 1) * Double.pi / 2
      arc(center: corner, radius: radius, startRadians: start, endRadians: start + Double.pi / 2)
    }
    close()
  }

  package mutating func addEllipse(in rectangle: Rectangle) {
    var circle = Path()
    circle.move(to: SIMD2(1, 0))
    circle.arc(center: .zero, radius: 1, startRadians: 0, endRadians: 2 * Double.pi)
    circle.close()
    let map = Transform(
      a: rectangle.width / 2,
      d: rectangle.height / 2,
      tx: rectangle.center.x,
      ty: rectangle.center.y
    )
    append(circle.transformed(by: map))
  }

  package mutating func append(_ other: Path) {
    elements += other.elements
    penIsDown = other.penIsDown
  }

  package func transformed(by transform: Transform) -> Path {
    var result = Path()
    for element in elements {
      switch element {
      case .move(let point): result.move(to: transform.applied(to: point))
      case .line(let point): result.line(to: transform.applied(to: point))
      case .curve(let control1, let control2, let end):
        result.curve(
          to: transform.applied(to: end),
          control1: transform.applied(to: control1),
          control2: transform.applied(to: control2)
        )
      case .close: result.close()
      }
    }
    return result
  }
}

extension SIMD2<Double> {
  var isFinite: Bool { x.isFinite && y.isFinite }
}
