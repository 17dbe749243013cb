#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An affine map of the plane: (x, y) ↦ (a x + c y + tx, b x + d y + ty).
package struct Transform: Hashable, Sendable {
  package var a, b, c, d, tx, ty: Double

  package init(
    a: Double = 1,
    b: Double = 0,
    c: Double = 0,
    d: Double = 1,
    tx: Double = 0,
    ty: Double = 0
  ) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.tx = tx
    self.ty = ty
  }

  package static let identity = Transform()

  package static func translation(x: Double, y: Double) -> Transform {
    Transform(tx: x, ty: y)
  }

  package static func scaling(x: Double, y: Double) -> Transform {
    Transform(a: x, d: y)
  }

  /// A turn about the origin; positive angles turn x towards y, clockwise on the screen.
  package static func rotation(radians: Double) -> Transform {
    let (sine, cosine) = (sin(radians), cos(radians))
    return Transform(a: cosine, b: sine, c: -sine, d: cosine)
  }

  /// The map that applies this one first, then `next`.
  package func followed(by next: Transform) -> Transform {
    Transform(
      a: next.a * a + next.c * b,
      b: next.b * a + next.d * b,
      c: next.a * c + next.c * d,
      d: next.b * c + next.d * d,
      tx: next.a * tx + next.c * ty + next.tx,
      ty: next.b * tx + next.d * ty + next.ty
    )
  }

  package func applied(to point: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(a * point.x + c * point.y + tx, b * point.x + d * point.y + ty)
  }

  /// Whether the map is finite and keeps areas from vanishing, so that it can be drawn through.
  package var isInvertible: Bool {
    let determinant = a * d - b * c
    return determinant.isFinite && determinant != 0 && tx.isFinite && ty.isFinite
  }
}
