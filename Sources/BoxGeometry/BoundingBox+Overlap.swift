extension BoundingBox {
  /// The area that two boxes have in common.
  ///
  /// - Parameter other: The box to intersect with.
  /// - Returns: Square pixels, 0 when the boxes are disjoint, touch, or one of them is empty.
  public func intersectionArea(with other: BoundingBox) -> Float {
    overlap(of: corners, with: other.corners)
  }

  /// Intersection over union of two boxes.
  ///
  /// IoU(A, B) = |A ∩ B| / (|A| + |B| − |A ∩ B|). Symmetric to the last bit, and exactly 1 for a box
  /// with itself.
  /// - Parameter other: The box to compare with.
  /// - Returns: 0...1; 0 when one of the boxes is empty, not a number, or too large for its area to
  ///   be a `Float`.
  public func iou(with other: BoundingBox) -> Float {
    intersectionOverUnion(corners, area, other.corners, other.area)
  }
}

/// The lane-wise smaller of two vectors; the comparison compiles to one `min` instruction.
@inline(__always)
func lesser(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> SIMD4<Float> {
  b.replacing(with: a, where: a .< b)
}

/// The lane-wise larger of two vectors; the comparison compiles to one `max` instruction.
@inline(__always)
func greater(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> SIMD4<Float> {
  b.replacing(with: a, where: a .> b)
}

/// The common area of two boxes given by their corners.
@inline(__always)
func overlap(of a: SIMD4<Float>, with b: SIMD4<Float>) -> Float {
  let low = greater(a, b)
  let high = lesser(a, b)
  let width = high.z - low.x
  let height = high.w - low.y
  return width > 0 && height > 0 ? width * height : 0
}

/// Intersection over union of two boxes given by their corners and areas.
///
/// The intersection is never larger than either area, in `Float` as in the reals, because every
/// step rounds monotonically; so the quotient is at most 1 without a clamp.
@inline(__always)
func intersectionOverUnion(
  _ a: SIMD4<Float>,
  _ areaOfA: Float,
  _ b: SIMD4<Float>,
  _ areaOfB: Float
) -> Float {
  let common = overlap(of: a, with: b)
  guard common > 0 else { return 0 }
  let iou = common / (areaOfA + areaOfB - common)
  // Not a number, or out of range, only when an area is: a corner is NaN, or the product overflowed.
  return iou <= 1 ? iou : 0
}
