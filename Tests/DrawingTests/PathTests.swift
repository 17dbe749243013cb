import Drawing
import Testing

struct PathTests {
  @Test func `a point that is not finite leaves a gap`() {
    let path = Path(points: [SIMD2(0, 0), SIMD2(1, 1), SIMD2(2, .nan), SIMD2(3, 3), SIMD2(4, 4)])
    #expect(
      path.elements == [
        .move(SIMD2(0, 0)), .line(SIMD2(1, 1)), .move(SIMD2(3, 3)), .line(SIMD2(4, 4)),
      ]
    )
  }

  @Test func `points that are never finite leave nothing`() {
    var path = Path(points: [SIMD2(.nan, 0), SIMD2(0, .infinity)])
    path.close()
    path.arc(center: SIMD2(.nan, 0), radius: 1, startRadians: 0, endRadians: 1)
    #expect(path.elements.isEmpty)
  }

  @Test func `a circle's curves stay on it`() {
    let path = Path.circle(center: SIMD2(5, 7), radius: 3)
    var from = SIMD2(0.0, 0)
    for element in path.elements {
      switch element {
      case .move(let point), .line(let point): from = point
      case .curve(let control1, let control2, let end):
        for step in 0...10 {
          let t = Double(step) / 10
          let u = 1 - t
          let point =
            u * u * u * from + 3 * u * u * t * control1 + 3 * u * t * t * control2
            + t * t * t * end
          let offset = point - SIMD2(5, 7)
          #expect(abs((offset * offset).sum().squareRoot() - 3) < 1e-3)
        }
        from = end
      case .close: break
      }
    }
    #expect(path.elements.count == 7)
  }

  @Test func `a rounded rectangle without room for its corners has the largest that fit`() {
    let square = Rectangle(x: 0, y: 0, width: 10, height: 10)
    #expect(Path.roundedRectangle(square, radius: 0) == .rectangle(square))
    #expect(
      Path.roundedRectangle(square, radius: 100) == Path.roundedRectangle(square, radius: 5)
    )
  }

  @Test func `transforming maps every point`() {
    let path = Path.polygon([SIMD2(0, 0), SIMD2(1, 0), SIMD2(0, 1)])
    let moved = path.transformed(by: .translation(x: 2, y: 3))
    #expect(moved == Path.polygon([SIMD2(2, 3), SIMD2(3, 3), SIMD2(2, 4)]))
  }
}
