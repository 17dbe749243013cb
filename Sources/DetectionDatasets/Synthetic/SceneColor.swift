import BoxGeometry

/// Linear amounts of red, green and blue, 0...1 before the lighting.
struct SceneColor: Sendable {
  var red, green, blue: Float

  init(red: Float, green: Float, blue: Float) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// - Parameters:
  ///   - hue: In turns; 0 is red, 1/3 green, 2/3 blue.
  ///   - saturation: 0 is grey.
  ///   - value: The largest component.
  init(hue: Double, saturation: Double, value: Double) {
    func component(_ shift: Double) -> Float {
      let place = (hue + shift) * 6
      let k = place - 6 * (place / 6).rounded(.down)
      return Float(value * (1 - saturation * max(0, min(k, 4 - k, 1))))
    }
    self.init(red: component(5 / 6), green: component(0.5), blue: component(1 / 6))
  }

  func mixed(with other: SceneColor, _ fraction: Float) -> SceneColor {
    SceneColor(
      red: red + (other.red - red) * fraction,
      green: green + (other.green - green) * fraction,
      blue: blue + (other.blue - blue) * fraction
    )
  }

  /// How much brighter it looks, roughly, than black.
  var brightness: Float { 0.3 * red + 0.59 * green + 0.11 * blue }

  /// A distance that weighs brightness above hue, as a network and an eye do.
  func distance(to other: SceneColor) -> Float {
    let (r, g, b) = (red - other.red, green - other.green, blue - other.blue)
    let hue = ((r * r + g * g + b * b) / 3).squareRoot()
    return 0.6 * abs(brightness - other.brightness) + 0.4 * hue
  }
}
