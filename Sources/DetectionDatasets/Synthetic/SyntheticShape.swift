import BoxGeometry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The objects of synthetic scenes, told apart by their outline and by nothing else.
package enum SyntheticShape: String, Codable, Hashable, Sendable, CaseIterable {
  case star, ring, arrow, cross

  /// Closed outlines within the unit circle; what lies in an odd number of them is the shape.
  var contours: [Contour] {
    switch self {
    case .star: [.star(points: 5, innerRadius: 0.42)]
    case .ring: [.circle(radius: 1), .circle(radius: 0.56)]
    case .arrow:
      [
        Contour(
          (1, 0),
          (0.22, 0.72),
          (0.22, 0.26),
          (-0.95, 0.26),
          (-0.95, -0.26),
          (0.22, -0.26),
          (0.22, -0.72)
        )
      ]
    case .cross: [.cross(armLength: 0.95, halfWidth: 0.3)]
    }
  }
}

/// Things that are not objects but share outlines, sizes and colours with them.
enum SyntheticDistractor: CaseIterable {
  case disc, blob, bar, triangle, square, hexagon, halfCross, corner, chevron, arc

  /// What is an object's shape but for a part of it, and is told from one only by looking twice.
  static let lookAlikes: [SyntheticDistractor] = [.triangle, .halfCross, .corner, .chevron, .arc]

  /// What clutters without being mistaken for an object.
  static let plain: [SyntheticDistractor] = [.disc, .blob, .bar, .square, .hexagon]

  func contours(using generator: inout SplitMix64) -> [Contour] {
    switch self {
    case .disc: [.circle(radius: 0.9)]
    case .blob: [.blob(using: &generator)]
    case .bar: [Contour((1, 0.2), (-1, 0.2), (-1, -0.2), (1, -0.2))]
    case .triangle: [.regular(sides: 3)]
    case .square: [.regular(sides: 4)]
    case .hexagon: [.regular(sides: 6)]
    case .halfCross:
      [
        Contour(
          (-0.95, -0.8),
          (0.95, -0.8),
          (0.95, -0.2),
          (0.3, -0.2),
          (0.3, 0.9),
          (-0.3, 0.9),
          (-0.3, -0.2),
          (-0.95, -0.2)
        )
      ]
    case .corner:
      [Contour((-0.8, -0.9), (-0.2, -0.9), (-0.2, 0.3), (0.9, 0.3), (0.9, 0.9), (-0.8, 0.9))]
    case .chevron:
      [Contour((0.7, 0), (-0.2, 0.9), (-0.75, 0.9), (0.1, 0), (-0.75, -0.9), (-0.2, -0.9))]
    case .arc: [.arc(innerRadius: 0.56, radians: generator.uniform(in: 2.0...3.3))]
    }
  }
}

/// A closed line through points.
package struct Contour: Hashable, Sendable {
  package var points: [SIMD2<Double>]

  package init(points: [SIMD2<Double>]) {
    self.points = points
  }

  package init(_ corners: (Double, Double)...) {
    points = corners.map { SIMD2($0.0, $0.1) }
  }

  package static func circle(radius: Double) -> Contour {
    regular(sides: 40, radius: radius)
  }

  static func regular(sides: Int, radius: Double = 1) -> Contour {
    Contour(
      points: (0..<sides).map { side in
        let angle = 2 * Double.pi * Double(side) / Double(sides)
        return radius * SIMD2(cos(angle), sin(angle))
      }
    )
  }

  static func star(points count: Int, innerRadius: Double) -> Contour {
    var corners = regular(sides: 2 * count).points
    for index in stride(from: 1, to: corners.count, by: 2) { corners[index] *= innerRadius }
    return Contour(points: corners)
  }

  static func cross(armLength: Double, halfWidth: Double) -> Contour {
    let (a, w) = (armLength, halfWidth)
    return Contour(
      (a, -w),
      (a, w),
      (w, w),
      (w, a),
      (-w, a),
      (-w, w),
      (-a, w),
      (-a, -w),
      (-w, -w),
      (-w, -a),
      (w, -a),
      (w, -w)
    )
  }

  static func arc(innerRadius: Double, radians: Double) -> Contour {
    let steps = 20
    let outer = (0...steps).map { step in
      let angle = radians * Double(step) / Double(steps)
      return SIMD2(cos(angle), sin(angle))
    }
    return Contour(points: outer + outer.reversed().map { $0 * innerRadius })
  }

  /// A round thing without symmetry: a circle whose radius two waves change.
  static func blob(using generator: inout SplitMix64) -> Contour {
    let (first, second) = (generator.uniform() * 2 * .pi, generator.uniform() * 2 * .pi)
    let points = regular(sides: 32).points.enumerated().map { index, point in
      let angle = 2 * Double.pi * Double(index) / 32
      return point * (0.72 + 0.17 * sin(2 * angle + first) + 0.11 * sin(3 * angle + second))
    }
    return Contour(points: points)
  }

  /// The part of the closed line's inside that lies in a picture, joined along its border.
  package func clipped(width: Double, height: Double) -> Contour {
    var result = points
    let sides: [(SIMD2<Double>) -> Double] = [
      { $0.x }, { width - $0.x }, { $0.y }, { height - $0.y },
    ]
    // Sutherland and Hodgman: cut by one side after the other.
    for depth in sides {
      let input = result
      result = []
      for index in input.indices {
        let (from, to) = (input[index], input[(index + 1) % input.count])
        let (start, end) = (depth(from), depth(to))
        if start >= 0 { result.append(from) }
        if (start < 0) != (end < 0) {
          result.append(from + (to - from) * (start / (start - end)))
        }
      }
    }
    return Contour(points: result)
  }
}
