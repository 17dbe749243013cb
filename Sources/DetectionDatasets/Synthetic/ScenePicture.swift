import Raster

/// A picture while it is painted: three floats a pixel, 0...1 but not limited to it.
struct ScenePicture {
  let width, height: Int
  var samples: [Float]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    samples = [Float](repeating: 0, count: width * height * 3)
  }

  /// The mean colour under a mask.
  func mean(under mask: CoverageMask) -> SceneColor {
    var (red, green, blue, weight) = (Float(0), Float(0), Float(0), Float(1e-6))
    for row in 0..<mask.height {
      for column in 0..<mask.width {
        let coverage = mask.values[row * mask.width + column]
        guard coverage > 0 else { continue }
        let place = ((mask.y + row) * width + mask.x + column) * 3
        red += coverage * samples[place]
        green += coverage * samples[place + 1]
        blue += coverage * samples[place + 2]
        weight += coverage
      }
    }
    return SceneColor(red: red / weight, green: green / weight, blue: blue / weight)
  }

  /// Paints what a mask covers with a mixture of two colours.
  mutating func paint(
    _ mask: CoverageMask,
    _ first: SceneColor,
    _ second: SceneColor,
    mixture: (_ x: Int, _ y: Int) -> Float
  ) {
    for row in 0..<mask.height {
      for column in 0..<mask.width {
        let coverage = mask.values[row * mask.width + column]
        guard coverage > 0 else { continue }
        let (x, y) = (mask.x + column, mask.y + row)
        let color = first.mixed(with: second, mixture(x, y))
        let place = (y * width + x) * 3
        samples[place] += (color.red - samples[place]) * coverage
        samples[place + 1] += (color.green - samples[place + 1]) * coverage
        samples[place + 2] += (color.blue - samples[place + 2]) * coverage
      }
    }
  }

  /// The picture in bytes.
  func quantized() -> RasterImage {
    let bytes = [UInt8](unsafeUninitializedCapacity: samples.count) { bytes, count in
      samples.withUnsafeBufferPointer { samples in
        for index in 0..<samples.count {
          bytes[index] = UInt8(min(max(samples[index] * 255 + 0.5, 0), 255))
        }
      }
      count = samples.count
    }
    return RasterImage(width: width, height: height, pixels: bytes)
  }
}
