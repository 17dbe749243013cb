package import Raster

extension Canvas {
  /// What an SVG file says beyond the drawing.
  package struct SVGOptions: Hashable, Sendable {
    /// Put before the identifiers of gradients and clips: unlike for drawings in one HTML page.
    package var identifierPrefix = ""
    /// What a reader without the picture is told.
    package var title: String?
    /// CSS instead of fixed colours, such as `var(--ink)`, so that a page can have a dark side.
    package var styles: [Color: String] = [:]
    /// Whether the picture fills the width it is given rather than having a size of its own.
    package var isFluid = false
    /// Quality of JPEG for pictures on the canvas; lossless PNG if absent.
    package var jpegQuality: Int?

    package init() {}
  }

  /// The drawing as an SVG document whose text is text, without any address outside it.
  ///
  /// - Parameter options: Title, identifiers, colours by name, the coding of pictures.
  /// - Returns: The document, the same for the same canvas; a picture in it that cannot be encoded
  ///   is left out.
  package func svg(_ options: SVGOptions = SVGOptions()) -> String {
    var writer = SVGWriter(options: options)
    writer.write(elements)
    let size = "\(width.svg) \(height.svg)"
    var head = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\""
    if !options.isFluid { head += " width=\"\(width.svg)\" height=\"\(height.svg)\"" }
    head += " font-family=\"\(Font.families.joined(separator: ", ")), sans-serif\""
    if let title = options.title {
      head += " role=\"img\" aria-label=\"\(title.xmlEscaped)\">\n"
      head += "<title>\(title.xmlEscaped)</title>\n"
    } else {
      head += ">\n"
    }
    let definitions =
      writer.definitions.isEmpty ? "" : "<defs>\n\(writer.definitions)</defs>\n"
    return head + definitions + writer.body + "</svg>\n"
  }
}

/// Turns the elements of a canvas into SVG, gathering gradients and clips on the way.
private struct SVGWriter {
  let options: Canvas.SVGOptions
  var body = ""
  var definitions = ""
  private var identifierCount = 0

  init(options: Canvas.SVGOptions) {
    self.options = options
  }

  mutating func write(_ elements: [Canvas.Element]) {
    for element in elements {
      switch element {
      case .fill(let path, let fill, let rule): write(path, fill, rule)
      case .stroke(let path, let stroke): write(path, stroke)
      case .text(let text, let point, let font, let color, let anchor):
        write(text, at: point, font: font, color: color, anchor: anchor)
      case .image(let image, let rectangle): write(image, in: rectangle)
      case .group(let group): write(group)
      }
    }
  }

  private mutating func write(_ path: Path, _ fill: Fill, _ rule: FillRule) {
    guard !path.elements.isEmpty else { return }
    let ruleAttribute = rule == .evenOdd ? " fill-rule=\"evenodd\"" : ""
    body += "<path d=\"\(path.svg)\"\(paint("fill", fill))\(ruleAttribute)/>\n"
  }

  private mutating func write(_ path: Path, _ stroke: Stroke) {
    guard !path.elements.isEmpty, stroke.lineWidth.isFinite, stroke.lineWidth > 0 else { return }
    var attributes = paint("stroke", .color(stroke.color))
    attributes += " stroke-width=\"\(stroke.lineWidth.svg)\""
    if !stroke.isSquare {
      attributes += " stroke-linecap=\"round\" stroke-linejoin=\"round\""
    }
    let dash = stroke.drawableDash
    if !dash.isEmpty {
      attributes += " stroke-dasharray=\"\(dash.map(\.svg).joined(separator: " "))\""
    }
    body += "<path d=\"\(path.svg)\" fill=\"none\"\(attributes)/>\n"
  }

  private mutating func write(
    _ text: String,
    at point: SIMD2<Double>,
    font: Font,
    color: Color,
    anchor: TextAnchor
  ) {
    guard point.isFinite, font.size.isFinite, font.size > 0 else { return }
    var attributes = " x=\"\(point.x.svg)\" y=\"\(point.y.svg)\" font-size=\"\(font.size.svg)\""
    if font.weight == .bold { attributes += " font-weight=\"bold\"" }
    switch anchor {
    case .start: break
    case .middle: attributes += " text-anchor=\"middle\""
    case .end: attributes += " text-anchor=\"end\""
    }
    attributes += paint("fill", .color(color))
    body += "<text\(attributes) xml:space=\"preserve\">\(text.xmlEscaped)</text>\n"
  }

  private mutating func write(_ image: RasterImage, in rectangle: Rectangle) {
    guard rectangle.width > 0, rectangle.height > 0, rectangle.maxX.isFinite,
      rectangle.maxY.isFinite, let uri = image.dataURI(jpegQuality: options.jpegQuality)
    else { return }
    body += "<image x=\"\(rectangle.x.svg)\" y=\"\(rectangle.y.svg)\""
    body += " width=\"\(rectangle.width.svg)\" height=\"\(rectangle.height.svg)\""
    body += " preserveAspectRatio=\"none\" href=\"\(uri)\"/>\n"
  }

  private mutating func write(_ group: Canvas.Group) {
    guard group.transform.isInvertible, group.opacity > 0 else { return }
    // The clip is in the outer coordinates, hence on a group around the transformed one.
    if let clip = group.clip {
      let identifier = nextIdentifier()
      definitions += "<clipPath id=\"\(identifier)\"><path d=\"\(clip.svg)\"/></clipPath>\n"
      body += "<g clip-path=\"url(#\(identifier))\">\n"
    }
    var attributes = ""
    if group.transform != .identity {
      let t = group.transform
      let numbers = [t.a, t.b, t.c, t.d, t.tx, t.ty].map { $0.fixed(decimals: 6) }
      attributes += " transform=\"matrix(\(numbers.joined(separator: " ")))\""
    }
    if group.opacity < 1 { attributes += " opacity=\"\(group.opacity.svg)\"" }
    body += "<g\(attributes)>\n"
    write(group.elements)
    body += group.clip == nil ? "</g>\n" : "</g>\n</g>\n"
  }

  private mutating func paint(_ attribute: String, _ fill: Fill) -> String {
    switch fill {
    case .color(let color):
      if let style = options.styles[color] {
        return " style=\"\(attribute):\(style.xmlEscaped)\""
      }
      let opacity = color.alpha < 1 ? " \(attribute)-opacity=\"\(color.alpha.svg)\"" : ""
      return " \(attribute)=\"\(color.svg)\"\(opacity)"
    case .linearGradient(let from, let to, let stops):
      let geometry =
        "x1=\"\(from.x.svg)\" y1=\"\(from.y.svg)\" x2=\"\(to.x.svg)\" y2=\"\(to.y.svg)\""
      return " \(attribute)=\"url(#\(gradient("linearGradient", geometry, stops)))\""
    case .radialGradient(let center, let radius, let stops):
      let geometry = "cx=\"\(center.x.svg)\" cy=\"\(center.y.svg)\" r=\"\(radius.svg)\""
      return " \(attribute)=\"url(#\(gradient("radialGradient", geometry, stops)))\""
    }
  }

  private mutating func gradient(
    _ element: String,
    _ geometry: String,
    _ stops: [GradientStop]
  ) -> String {
    let identifier = nextIdentifier()
    definitions += "<\(element) id=\"\(identifier)\" gradientUnits=\"userSpaceOnUse\" \(geometry)>"
    for stop in stops {
      definitions += "<stop offset=\"\(stop.offset.svg)\" stop-color=\"\(stop.color.svg)\""
      definitions += " stop-opacity=\"\(stop.color.alpha.svg)\"/>"
    }
    definitions += "</\(element)>\n"
    return identifier
  }

  private mutating func nextIdentifier() -> String {
    identifierCount += 1
    return "\(options.identifierPrefix.xmlEscaped)d\(identifierCount)"
  }
}

// MARK: - Spelling

extension Path {
  fileprivate var svg: String {
    elements.map { element in
      switch element {
      case .move(let point): "M\(point.svg)"
      case .line(let point): "L\(point.svg)"
      case .curve(let control1, let control2, let end):
        "C\(control1.svg) \(control2.svg) \(end.svg)"
      case .close: "Z"
      }
    }.joined()
  }
}

extension SIMD2<Double> {
  fileprivate var svg: String { "\(x.svg) \(y.svg)" }
}

extension Color {
  fileprivate var svg: String {
    let digits = Array("0123456789abcdef")
    return [red, green, blue].reduce(into: "#") { result, component in
      let byte = component.isFinite ? Int((min(max(component, 0), 1) * 255).rounded()) : 0
      result.append(digits[byte / 16])
      result.append(digits[byte % 16])
    }
  }
}

extension Double {
  /// Three decimals at most, a thousandth of a pixel, without trailing zeros or exponent.
  var svg: String { fixed(decimals: 3) }

  /// The number rounded to some decimals, spelt alike in every locale.
  func fixed(decimals: Int) -> String {
    guard isFinite else { return "0" }
    let factor = (0..<decimals).reduce(1.0) { factor, _ in factor * 10 }
    // Beyond this no decimal is left in a Double, and Int would not hold the number.
    let scaled = (min(max(self, -1e9), 1e9) * factor).rounded()
    let magnitude = Int(abs(scaled))
    let (whole, part) = magnitude.quotientAndRemainder(dividingBy: Int(factor))
    var text = scaled < 0 ? "-\(whole)" : "\(whole)"
    guard part > 0 else { return text }
    var digits = String(part)
    digits = String(repeating: "0", count: decimals - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    text += "." + digits
    return text
  }
}

extension String {
  /// The text as it may stand in XML, in an attribute or between tags.
  package var xmlEscaped: String {
    var result = ""
    for character in drawable.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

extension RasterImage {
  /// The picture as a `data:` address that a page can hold: JPEG at a quality, or PNG.
  package func dataURI(jpegQuality: Int? = nil) -> String? {
    let bytes = jpegQuality.map { try? jpegData(quality: $0) } ?? (try? pngData())
    guard let bytes else { return nil }
    return "data:image/\(jpegQuality == nil ? "png" : "jpeg");base64,\(bytes.base64)"
  }
}

extension [UInt8] {
  /// The bytes in base 64 as RFC 4648 defines it, with padding.
  fileprivate var base64: String {
    let alphabet = [UInt8](
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    var output: [UInt8] = []
    output.reserveCapacity((count + 2) / 3 * 4)
    for start in stride(from: 0, to: count, by: 3) {
      let second = start + 1 < count ? self[start + 1] : 0
      let third = start + 2 < count ? self[start + 2] : 0
      let word = Int(self[start]) << 16 | Int(second) << 8 | Int(third)
      output.append(alphabet[word >> 18])
      output.append(alphabet[word >> 12 & 63])
      output.append(start + 1 < count ? alphabet[word >> 6 & 63] : UInt8(ascii: "="))
      output.append(start + 2 < count ? alphabet[word & 63] : UInt8(ascii: "="))
    }
    return String(decoding: output, as: UTF8.self)
  }
}
