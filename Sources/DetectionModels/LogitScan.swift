/// Looks through logits for those that are high enough: nearly none is.
struct LogitScan {
  /// Logits that are compared before it is asked whether one was high enough.
  private static let block = 64

  let logits: UnsafeBufferPointer<Float>

  /// The first place from `start` on with a logit of at least `least`, or `end`.
  ///
  /// A NaN is never high enough. Where hardly any logit is, this is as fast as the memory.
  @inline(__always)
  func next(from start: Int, to end: Int, atLeast least: Float) -> Int {
    guard start < end, let base = logits.baseAddress else { return end }
    let bound = SIMD4(repeating: least)
    var index = start
    while end &- index >= Self.block {
      let place = UnsafeRawPointer(base + index)
      let found =
        Self.quarter(place, bound) .| Self.quarter(place + 64, bound)
        .| Self.quarter(place + 128, bound) .| Self.quarter(place + 192, bound)
      if Self.isAny(found) { break }
      index &+= Self.block
    }
    while end &- index >= Self.block / 4 {
      if Self.isAny(Self.quarter(UnsafeRawPointer(base + index), bound)) { break }
      index &+= Self.block / 4
    }
    while index < end {
      if base[index] >= least { return index }
      index &+= 1
    }
    return end
  }

  @inline(__always)
  private static func isAny(_ mask: SIMDMask<SIMD4<Int32>>) -> Bool {
    // A mask has the memory of its integers, all bits of a lane alike.
    let bits = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    return bits.x | bits.y != 0
  }

  @inline(__always)
  private static func quarter(
    _ place: UnsafeRawPointer,
    _ bound: SIMD4<Float>
  ) -> SIMDMask<SIMD4<Int32>> {
    let (first, second) = (
      place.loadUnaligned(as: SIMD4<Float>.self),
      place.loadUnaligned(fromByteOffset: 16, as: SIMD4<Float>.self)
    )
    let (third, fourth) = (
      place.loadUnaligned(fromByteOffset: 32, as: SIMD4<Float>.self),
      place.loadUnaligned(fromByteOffset: 48, as: SIMD4<Float>.self)
    )
    return (first .>= bound) .| (second .>= bound) .| (third .>= bound) .| (fourth .>= bound)
  }
}
