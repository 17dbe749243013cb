import BoxGeometry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Textured ground for a scene: clouds, slopes, stripes, bricks, tiles, or two side by side.
struct SceneBackground {
  private enum Texture: CaseIterable {
    case clouds, slope, stripes, bricks, tiles
  }

  private let width, height: Int
  private let strength: Double
  private var generator: SplitMix64

  /// - Parameters:
  ///   - width: Width of the picture.
  ///   - height: Its height.
  ///   - difficulty: Strength of the texture, 0...1.
  ///   - generator: Where everything random comes from.
  init(width: Int, height: Int, difficulty: Double, generator: SplitMix64) {
    self.width = width
    self.height = height
    self.generator = generator
    strength = 0.35 + 0.65 * difficulty
  }

  mutating func painted() -> ScenePicture {
    var tone = texture(Texture.allCases[generator.integer(below: Texture.allCases.count)])
    if generator.uniform() < 0.35 {
      let other = texture(Texture.allCases[generator.integer(below: Texture.allCases.count)])
      let border = noise(cell: 90, octaves: 3)
      let place = Float(generator.uniform(in: -0.3...0.3))
      for index in tone.indices {
        let side = min(max((border[index] - place) * 10 + 0.5, 0), 1)
        tone[index] += (other[index] - tone[index]) * side
      }
    }
    let hue = generator.uniform()
    let ground = color(near: hue, value: generator.uniform(in: 0.25...0.8))
    let shift = (generator.uniform() < 0.5 ? -1 : 1) * generator.uniform(in: 0.12...0.4) * strength
    let value = Double(max(ground.red, ground.green, ground.blue)) + shift
    let figure = color(near: hue, value: min(max(value, 0.12), 0.95))
    let stain = color(near: hue + 0.3, value: generator.uniform(in: 0.25...0.8))
    return blend(ground, figure, stain, tone)
  }

  private mutating func color(near hue: Double, value: Double) -> SceneColor {
    SceneColor(
      hue: hue + generator.uniform(in: -0.12...0.12),
      saturation: generator.uniform(in: 0.05...0.5),
      value: value
    )
  }

  private mutating func blend(
    _ ground: SceneColor,
    _ figure: SceneColor,
    _ stain: SceneColor,
    _ tone: [Float]
  ) -> ScenePicture {
    var picture = ScenePicture(width: width, height: height)
    let stains = noise(cell: 70, octaves: 3)
    let grain = noise(cell: 12, octaves: 4)
    let stainStrength = Float(generator.uniform(in: 0.1...0.5) * strength)
    let grainStrength = Float(generator.uniform(in: 0.02...0.1) * strength)
    picture.samples.withUnsafeMutableBufferPointer { samples in
      for index in 0..<tone.count {
        let color =
          ground
          .mixed(with: figure, tone[index])
          .mixed(with: stain, max(0, stains[index]) * stainStrength)
        let light = grain[index] * grainStrength
        samples[3 * index] = color.red + light
        samples[3 * index + 1] = color.green + light
        samples[3 * index + 2] = color.blue + light
      }
    }
    return picture
  }

  private mutating func noise(cell: Double, octaves: Int) -> [Float] {
    ValueNoise.field(
      width: width,
      height: height,
      cell: cell,
      octaves: octaves,
      using: &generator
    )
  }

  // MARK: Textures, 0 for one colour and 1 for the other

  private mutating func texture(_ texture: Texture) -> [Float] {
    switch texture {
    case .clouds:
      let noise = noise(cell: generator.uniform(in: 30...110), octaves: 5)
      return noise.map { min(max(0.5 + 0.6 * $0, 0), 1) }
    case .slope: return slope()
    case .stripes: return stripes()
    case .bricks: return bricks()
    case .tiles: return tiles()
    }
  }

  private mutating func slope() -> [Float] {
    let noise = noise(cell: 40, octaves: 4)
    let length = Double(width + height) / 2
    return field(angle: generator.uniform() * 2 * .pi) { along, _, index in
      min(max(0.5 + Float(along / length) + 0.15 * noise[index], 0), 1)
    }
  }

  private mutating func stripes() -> [Float] {
    let noise = noise(cell: generator.uniform(in: 40...120), octaves: 3)
    let period = generator.uniform(in: 9...42)
    let (warp, share) = (generator.uniform(in: 0...1.2), Float(generator.uniform(in: 0.25...0.6)))
    let sharpness = Float(generator.uniform(in: 3...period / 2))
    return field(angle: generator.uniform() * .pi) { along, _, index in
      let phase = along / period + warp * Double(noise[index])
      let wave = abs(Float(phase - phase.rounded(.down)) * 2 - 1)
      return min(max((share - wave) * sharpness + 0.5, 0), 1)
    }
  }

  private mutating func bricks() -> [Float] {
    let (length, course) = (generator.uniform(in: 22...52), generator.uniform(in: 9...22))
    let mortar = generator.uniform(in: 0.8...2.2)
    let tones = randomTones()
    return field(angle: generator.uniform(in: -0.5...0.5)) { along, across, _ in
      let row = (across / course).rounded(.down)
      let shifted = along / length + row * 0.5
      let column = shifted.rounded(.down)
      let (dx, dy) = ((shifted - column) * length, across - row * course)
      let edge = min(dx, length - dx, dy, course - dy)
      let joint = Float(min(max(mortar - edge + 0.5, 0), 1))
      let brick = tones[(Int(row) &* 31 &+ Int(column) &* 17) & 255] * 0.45
      return brick + (0.95 - brick) * joint
    }
  }

  private mutating func tiles() -> [Float] {
    let side = generator.uniform(in: 12...44)
    let isChecked = generator.uniform() < 0.5
    let line = generator.uniform(in: 0.6...1.8)
    let tones = randomTones()
    return field(angle: generator.uniform(in: -0.8...0.8)) { along, across, _ in
      let (row, column) = ((across / side).rounded(.down), (along / side).rounded(.down))
      let (dx, dy) = (along - column * side, across - row * side)
      let tile = tones[(Int(row) &* 29 &+ Int(column) &* 13) & 255]
      let isOdd = (Int(row) &+ Int(column)) & 1 == 1
      let ground = isChecked ? (isOdd ? 0.75 : 0.1) + 0.2 * tile : 0.35 * tile
      let joint = Float(min(max(line - min(dx, side - dx, dy, side - dy) + 0.5, 0), 1))
      return isChecked ? ground : ground + (0.9 - ground) * joint
    }
  }

  private mutating func randomTones() -> [Float] {
    (0..<256).map { _ in Float(generator.uniform()) }
  }

  /// A field computed from turned coordinates whose origin is the picture's middle.
  private func field(
    angle: Double,
    _ value: (_ along: Double, _ across: Double, _ index: Int) -> Float
  ) -> [Float] {
    let (sine, cosine) = (sin(angle), cos(angle))
    var field = [Float](repeating: 0, count: width * height)
    field.withUnsafeMutableBufferPointer { field in
      for row in 0..<height {
        let y = Double(row) - Double(height) / 2
        for column in 0..<width {
          let x = Double(column) - Double(width) / 2
          let index = row * width + column
          field[index] = value(cosine * x + sine * y, cosine * y - sine * x, index)
        }
      }
    }
    return field
  }
}
