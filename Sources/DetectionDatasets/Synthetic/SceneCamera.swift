import BoxGeometry

/// The light on a scene and the camera that sees it: shading, blur, noise.
struct SceneCamera {
  private let gain: Float
  private let channelGains: (red: Float, green: Float, blue: Float)
  private let slopeX, slopeY, vignette: Float
  private let blurs: [Float]
  private let noise: Float
  private var generator: SplitMix64

  init(difficulty: Double, generator: SplitMix64) {
    var generator = generator
    gain = Float(generator.uniform(in: 1 - 0.6 * difficulty...1.1 + 0.15 * difficulty))
    func channel() -> Float { Float(generator.uniform(in: 0.93...1.07)) }
    channelGains = (channel(), channel(), channel())
    let slope = 0.15 + 0.5 * difficulty
    slopeX = Float(generator.uniform(in: -slope...slope))
    slopeY = Float(generator.uniform(in: -slope...slope))
    vignette = Float(generator.uniform(in: 0...0.4) * difficulty)
    // Sharp, slightly soft or soft: a pass with weight k has a variance of 2 k square pixels.
    let softness = generator.uniform()
    let weight = Float(generator.uniform(in: 0.1...0.25))
    blurs = softness < 0.4 ? [] : softness < 0.85 ? [weight] : [weight, 0.25]
    let spread = generator.uniform()
    noise = Float((0.006 + 0.07 * difficulty * spread * spread))
    self.generator = generator
  }

  mutating func expose(_ picture: inout ScenePicture) {
    shade(&picture)
    for weight in blurs { blur(&picture, weight: weight) }
    addNoise(&picture)
  }

  private func shade(_ picture: inout ScenePicture) {
    let (width, height) = (picture.width, picture.height)
    picture.samples.withUnsafeMutableBufferPointer { samples in
      for row in 0..<height {
        let y = (Float(row) + 0.5) / Float(height) - 0.5
        for column in 0..<width {
          let x = (Float(column) + 0.5) / Float(width) - 0.5
          let light =
            gain * (1 + slopeX * x + slopeY * y) * (1 - vignette * 2 * (x * x + y * y))
          let place = (row * width + column) * 3
          samples[place] *= light * channelGains.red
          samples[place + 1] *= light * channelGains.green
          samples[place + 2] *= light * channelGains.blue
        }
      }
    }
  }

  /// The kernel (k, 1 - 2k, k) along rows and columns; beyond the border its pixels are repeated.
  private func blur(_ picture: inout ScenePicture, weight: Float) {
    let (width, height, row) = (picture.width, picture.height, picture.width * 3)
    let center = 1 - 2 * weight
    var across = [Float](repeating: 0, count: picture.samples.count)
    across.withUnsafeMutableBufferPointer { across in
      picture.samples.withUnsafeMutableBufferPointer { samples in
        for y in 0..<height {
          for x in 0..<width {
            let place = y * row + x * 3
            let (left, right) = (x > 0 ? place - 3 : place, x < width - 1 ? place + 3 : place)
            for c in 0..<3 {
              across[place + c] =
                center * samples[place + c] + weight * (samples[left + c] + samples[right + c])
            }
          }
        }
        for y in 0..<height {
          let (above, below) = (y > 0 ? -row : 0, y < height - 1 ? row : 0)
          for place in y * row..<(y + 1) * row {
            samples[place] =
              center * across[place] + weight * (across[place + above] + across[place + below])
          }
        }
      }
    }
  }

  /// Nearly normal noise, independent in each pixel and channel, stronger where there is light.
  private mutating func addNoise(_ picture: inout ScenePicture) {
    var stream = generator
    // The sum of three uniform numbers of 7 bits has mean 190.5 and this standard deviation.
    let scale = noise / 64
    picture.samples.withUnsafeMutableBufferPointer { samples in
      for place in stride(from: 0, to: samples.count, by: 3) {
        var bits = stream.next()
        for c in 0..<3 {
          let sum = Int(bits & 127) + Int(bits >> 7 & 127) + Int(bits >> 14 & 127)
          bits >>= 21
          let value = samples[place + c]
          samples[place + c] = value + (Float(sum) - 190.5) * scale * (0.6 + 0.6 * value)
        }
      }
    }
    generator = stream
  }
}
