#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A colour in sRGB, components 0...1, not premultiplied.
package struct Color: Hashable, Sendable {
  package var red, green, blue: Double
  /// Opacity: 0 is invisible, 1 covers what lies below.
  package var alpha: Double

  package init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// A colour from the usual six digits, `0xRRGGBB`.
  package init(hex: UInt32, alpha: Double = 1) {
    self.init(
      red: Double((hex >> 16) & 0xFF) / 255,
      green: Double((hex >> 8) & 0xFF) / 255,
      blue: Double(hex & 0xFF) / 255,
      alpha: alpha
    )
  }

  /// A grey between black (0) and white (1).
  package init(white: Double, alpha: Double = 1) {
    self.init(red: white, green: white, blue: white, alpha: alpha)
  }

  package static let black = Color(hex: 0x000000)
  package static let white = Color(hex: 0xFFFFFF)
  package static let clear = Color(hex: 0x000000, alpha: 0)

  /// The same colour with another opacity.
  package func opacity(_ alpha: Double) -> Color {
    Color(red: red, green: green, blue: blue, alpha: alpha)
  }

  /// The colour `fraction` of the way to another, component by component.
  package func mixed(with other: Color, _ fraction: Double) -> Color {
    func mix(_ from: Double, _ to: Double) -> Double { from + (to - from) * fraction }
    return Color(
      red: mix(red, other.red),
      green: mix(green, other.green),
      blue: mix(blue, other.blue),
      alpha: mix(alpha, other.alpha)
    )
  }
}

// MARK: - Categorical colours

extension Color {
  // Okabe and Ito's set without black, the brightest first as boxes lie on photographs, then Paul
  // Tol's muted scheme: both are told apart under the common colour vision deficiencies.
  private static let categorical: [Color] = [
    0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0xD55E00, 0xCC79A7, 0x0072B2,
    0x88CCEE, 0xAA4499, 0x44AA99, 0xDDCC77, 0x882255, 0x999933, 0x6699CC,
  ].map { Color(hex: $0) }

  /// A colour for the category of an index, the same in every picture and chart.
  ///
  /// After the last of the palette the colours come again, lighter each time; no index is wrong.
  package static func palette(_ index: Int) -> Color {
    let (count, rounds) = (categorical.count, 3)
    let place = (index % (count * rounds) + count * rounds) % (count * rounds)
    return categorical[place % count].mixed(with: .white, 0.3 * Double(place / count))
  }
}

// MARK: - Contrast

extension Color {
  /// Relative luminance as WCAG 2.1 defines it, 0 for black and 1 for white; opacity plays no part.
  package var luminance: Double {
    func linear(_ value: Double) -> Double {
      let value = min(max(value, 0), 1)
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white, whichever is easier to read on this colour.
  package var readableInk: Color {
    // WCAG contrast (L1 + 0.05) / (L2 + 0.05) is equal for both at L = 0.179.
    luminance > 0.179 ? .black : .white
  }
}
