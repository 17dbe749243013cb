import BoxGeometry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ScenePicture {
  /// Paints a thing in random colours that stand out from what lies below by at least `contrast`.
  ///
  /// Objects and distractors are painted alike, so that colour and texture tell nothing.
  mutating func paint(_ item: SceneLayout.Item, contrast: Double) {
    guard item.mask.area > 0 else { return }
    var generator = SplitMix64(state: item.paintSeed)
    let below = mean(under: item.mask)
    var color = randomColor(using: &generator)
    for _ in 0..<24 where color.distance(to: below) < Float(contrast) {
      let other = randomColor(using: &generator)
      if other.distance(to: below) > color.distance(to: below) { color = other }
    }
    let second = shade(of: color, awayFrom: below, using: &generator)
    let mixture = texture(size: item.size, using: &generator)
    paint(item.mask, color, second, mixture: mixture)
  }

  private func randomColor(using generator: inout SplitMix64) -> SceneColor {
    SceneColor(
      hue: generator.uniform(),
      saturation: generator.uniform(in: 0.1...0.85),
      value: generator.uniform(in: 0.08...1)
    )
  }

  /// A second colour of the same thing, never nearer to the ground than the first.
  private func shade(
    of color: SceneColor,
    awayFrom below: SceneColor,
    using generator: inout SplitMix64
  ) -> SceneColor {
    let target: Float = color.brightness > below.brightness ? 1 : 0
    let pole = SceneColor(red: target, green: target, blue: target)
    return color.mixed(with: pole, Float(generator.uniform(in: 0.15...0.5)))
  }

  private func texture(
    size: Double,
    using generator: inout SplitMix64
  ) -> (_ x: Int, _ y: Int) -> Float {
    let angle = generator.uniform() * 2 * Double.pi
    let (sine, cosine) = (sin(angle), cos(angle))
    let period = max(3, size * generator.uniform(in: 0.12...0.3))
    let phase = generator.uniform()
    func along(_ x: Int, _ y: Int) -> Double { cosine * Double(x) + sine * Double(y) }
    func across(_ x: Int, _ y: Int) -> Double { cosine * Double(y) - sine * Double(x) }
    func triangle(_ value: Double) -> Float {
      abs(Float(value - value.rounded(.down)) * 2 - 1)
    }
    switch generator.integer(below: 5) {
    case 0: return { _, _ in 0 }
    case 1: return { x, y in triangle(along(x, y) / (2 * size) + phase) }
    case 2: return { x, y in triangle(along(x, y) / period + phase) > 0.5 ? 1 : 0 }
    case 3:
      return { x, y in
        (triangle(along(x, y) / period + phase) > 0.5)
          == (triangle(across(x, y) / period) > 0.5) ? 1 : 0
      }
    default:
      // A cheap hash of the place: specks of a pixel.
      let seed = generator.next()
      return { x, y in
        let mixed =
          (UInt64(truncatingIfNeeded: x) &* 0x9E37_79B9_7F4A_7C15
            ^ UInt64(truncatingIfNeeded: y) &* 0xC2B2_AE3D_27D4_EB4F ^ seed)
          &* 0xD6E8_FEB8_6659_FD93
        return Float(mixed >> 56) / 255
      }
    }
  }
}
