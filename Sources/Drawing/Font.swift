import CLibCairo

/// A sans-serif face at a size in canvas units.
package struct Font: Hashable, Sendable {
  package enum Weight: Hashable, Sendable {
    case regular, bold
  }

  /// Height of the em square.
  package var size: Double
  package var weight: Weight

  package init(size: Double, weight: Weight = .regular) {
    self.size = size
    self.weight = weight
  }

  /// The families to try, best first: in SVG by the viewer, for pixels by fontconfig.
  package static let families = ["DejaVu Sans", "Verdana", "Helvetica", "Arial"]
}

/// Where text is put relative to its reference point.
package enum TextAnchor: Hashable, Sendable {
  case start, middle, end
}

/// The measures of a line of text, in canvas units.
package struct TextExtents: Hashable, Sendable {
  /// From the reference point to where following text would begin.
  package var width: Double
  /// The font's height above and depth below the baseline, both positive, whatever the text.
  package var ascent, descent: Double
}

extension Font {
  /// The measures of `text` in this font, as the raster and PDF renderings will have them.
  package func extents(of text: String) -> TextExtents {
    guard size.isFinite, size > 0 else { return TextExtents(width: 0, ascent: 0, descent: 0) }
    // Measured at 64 and scaled: without hinted metrics a font's widths are proportional.
    let measure = 64.0
    let context = CairoContext(measuring: Font(size: measure, weight: weight))
    let scale = size / measure
    let metrics = context.fontExtents
    return TextExtents(
      width: context.advance(of: text.drawable) * scale,
      ascent: metrics.ascent * scale,
      descent: metrics.descent * scale
    )
  }

  /// `text`, its end replaced by "…" where it is wider than `width`; empty if nothing fits.
  package func truncated(_ text: String, toWidth width: Double) -> String {
    let text = text.drawable
    guard extents(of: text).width > width else { return text }
    var (low, high) = (0, text.count)
    while low < high {
      let middle = (low + high + 1) / 2
      if extents(of: text.prefix(middle) + "…").width <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low == 0 ? "" : text.prefix(low) + "…"
  }
}

extension String {
  /// The text as one line without the characters that neither XML nor a C string can hold.
  var drawable: String {
    var scalars = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: scalars.append(" ")
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: continue
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
