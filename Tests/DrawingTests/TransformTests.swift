import Drawing
import Testing

struct TransformTests {
  @Test func `a quarter turn takes x to y`() {
    let point = Transform.rotation(radians: .pi / 2).applied(to: SIMD2(1, 0))
    #expect(abs(point.x) < 1e-15)
    #expect(abs(point.y - 1) < 1e-15)
  }

  @Test func `followed by applies the first map first`() {
    let map = Transform.scaling(x: 2, y: 3).followed(by: .translation(x: 10, y: 20))
    #expect(map.applied(to: SIMD2(1, 1)) == SIMD2(12, 23))
    let other = Transform.translation(x: 10, y: 20).followed(by: .scaling(x: 2, y: 3))
    #expect(other.applied(to: SIMD2(1, 1)) == SIMD2(22, 63))
  }

  @Test func `a map that flattens the plane or is not finite is not invertible`() {
    #expect(Transform.identity.isInvertible)
    #expect(!Transform.scaling(x: 0, y: 1).isInvertible)
    #expect(!Transform.translation(x: .nan, y: 0).isInvertible)
    #expect(!Transform.scaling(x: .infinity, y: 1).isInvertible)
  }
}
