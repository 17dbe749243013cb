/// Up to eight kept boxes, coordinate by coordinate, so that a candidate is held against all of them at once.
///
/// Two groups of four boxes each: their x1, y1, x2, y2 and areas, a vector each. Places that are not taken hold a point at
/// the origin, which meets nothing. Vectors of four, because every processor has them.
struct SuppressionTile {
  static let capacity = 8
  /// Vectors of a tile.
  static let vectors = 10

  private let start: UnsafeMutablePointer<SIMD4<Float>>

  /// - Parameter start: Its ``vectors``.
  @inline(__always)
  init(at start: UnsafeMutablePointer<SIMD4<Float>>) { self.start = start }

  /// Takes all boxes out.
  @inline(__always)
  func clear() { start.initialize(repeating: .zero, count: Self.vectors) }

  /// Puts a box in a place, 0..<8.
  @inline(__always)
  func put(_ corners: SIMD4<Float>, area: Float, at place: Int) {
    let lanes = UnsafeMutableRawPointer(start + (place >> 2) &* 5)
      .assumingMemoryBound(to: Float.self)
    let lane = place & 3
    lanes[lane] = corners.x
    lanes[lane &+ 4] = corners.y
    lanes[lane &+ 8] = corners.z
    lanes[lane &+ 12] = corners.w
    lanes[lane &+ 16] = area
  }

  /// Whether the IoU of a box with one of these is above the threshold.
  @inline(__always)
  func overlaps(_ box: Candidate, above threshold: Float) -> Bool {
    let (first, second) = (Shared(box, start), Shared(box, start + 5))
    guard Self.isAny(first.mayBe(above: threshold) .| second.mayBe(above: threshold)) else {
      return false
    }
    return Self.isAny(first.isAbove(threshold) .| second.isAbove(threshold))
  }

  @inline(__always)
  private static func isAny(_ mask: SIMDMask<SIMD4<Int32>>) -> Bool {
    // A mask has the memory of its integers, all bits of a lane alike.
    let bits = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    return bits.x | bits.y != 0
  }

  /// A box with its area, above 0.
  struct Candidate {
    let corners: SIMD4<Float>
    let area: Float
  }

  /// The areas of the intersections with the boxes of a group, and of the unions.
  private struct Shared {
    private let common: SIMD4<Float>
    private let union: SIMD4<Float>

    @inline(__always)
    init(_ box: Candidate, _ group: UnsafeMutablePointer<SIMD4<Float>>) {
      let corners = box.corners
      let right = lesser(group[2], SIMD4(repeating: corners.z))
      let bottom = lesser(group[3], SIMD4(repeating: corners.w))
      let width = right - greater(group[0], SIMD4(repeating: corners.x))
      let height = bottom - greater(group[1], SIMD4(repeating: corners.y))
      // Of two negative sides one becomes 0, and so their product is not above it.
      common = greater(width, .zero) * height
      union = group[4] + box.area - common
    }

    /// False only where the IoU is not above the threshold, and hardly ever true there.
    ///
    /// No division: with c the common area and u the union's, round(c / u) > t only if c > t · u, and then
    /// round(t · u) ≤ c, as c needs no rounding.
    @inline(__always)
    func mayBe(above threshold: Float) -> SIMDMask<SIMD4<Int32>> {
      (common .> .zero) .& (common .>= union * threshold)
    }

    /// As `intersectionOverUnion` has it, to the last bit.
    @inline(__always)
    func isAbove(_ threshold: Float) -> SIMDMask<SIMD4<Int32>> {
      let iou = common / union
      return (common .> .zero) .& (iou .> threshold) .& (iou .<= 1)
    }
  }
}
