import Drawing
import Foundation
import Raster
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct CanvasSVGTests {
  /// What a document holds, by a parser that is not ours.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    static func read(_ svg: String) throws -> Reader {
      let reader = Reader()
      let parser = XMLParser(data: Data(svg.utf8))
      parser.delegate = reader
      try #require(parser.parse(), "not well-formed: \(String(describing: parser.parserError))")
      return reader
    }

    func parser(
      _ parser: XMLParser,
      didStartElement elementName: String,
      namespaceURI: String?,
      qualifiedName qName: String?,
      attributes attributeDict: [String: String]
    ) {
      elements.append((elementName, attributeDict))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      text += string
    }

    func all(_ name: String) -> [[String: String]] {
      elements.filter { $0.name == name }.map(\.attributes)
    }
  }

  @Test func `a line, its width and its text are spelt as SVG spells them`() throws {
    var canvas = Canvas(width: 100, height: 50)
    canvas.stroke(
      Path(points: [SIMD2(0, 0.5), SIMD2(10.25, 20)]),
      Color(hex: 0x0072B2),
      lineWidth: 1.5,
      dash: [4, 2]
    )
    canvas.text("AP 0.5", at: SIMD2(50, 25), font: Font(size: 12), anchor: .middle)
    let svg = canvas.svg()
    #expect(svg.contains("viewBox=\"0 0 100 50\" width=\"100\" height=\"50\""))
    #expect(svg.contains("<path d=\"M0 0.5L10.25 20\" fill=\"none\" stroke=\"#0072b2\""))
    #expect(svg.contains("stroke-width=\"1.5\""))
    #expect(svg.contains("stroke-dasharray=\"4 2\""))
    #expect(svg.contains("text-anchor=\"middle\""))
    #expect(svg.contains(">AP 0.5</text>"))
    _ = try Reader.read(svg)
  }

  @Test func `text that looks like markup stays text`() throws {
    let hostile = "</text><script>alert('1')</script> & \"quoted\" \u{1}\u{0}\u{FFFF}\n]]>"
    var canvas = Canvas(width: 10, height: 10)
    canvas.text(hostile, at: .zero, font: Font(size: 10))
    var options = Canvas.SVGOptions()
    options.title = hostile
    options.identifierPrefix = "\"><script>"
    canvas.withClip(.rectangle(Rectangle(x: 0, y: 0, width: 1, height: 1))) { _ in }
    let document = try Reader.read(canvas.svg(options))
    #expect(document.all("script").isEmpty)
    let shown = "</text><script>alert('1')</script> & \"quoted\"  ]]>"
    #expect(document.text.components(separatedBy: shown).count == 3)
    #expect(document.all("svg").first?["aria-label"] == shown)
  }

  @Test func `numbers have no exponent and none is infinite`() throws {
    var canvas = Canvas(width: 1000, height: 1000)
    for value in [1e-9, -1e-9, 1e-3, 123_456.789_4, -0.000_6, 1e300, 5e8, -0.0] {
      canvas.fill(.rectangle(Rectangle(x: value, y: 0, width: 1, height: 1)), color: .black)
    }
    let paths = try Reader.read(canvas.svg()).all("path").compactMap { $0["d"] }
    let spelt = Set("0123456789.-MLZ ")
    for path in paths { #expect(path.allSatisfy(spelt.contains), "\(path)") }
    #expect(paths[0].hasPrefix("M0 0L1 0"))
    #expect(paths[3].hasPrefix("M123456.789 0"))
    #expect(paths[4].hasPrefix("M-0.001 0"))
  }

  @Test func `gradients and clips are defined under the prefix and used`() throws {
    var canvas = Canvas(width: 10, height: 10)
    let square = Path.rectangle(Rectangle(x: 0, y: 0, width: 5, height: 5))
    let stops = [GradientStop(offset: 0, color: .black), GradientStop(offset: 1, color: .clear)]
    canvas.fill(square, .linearGradient(from: .zero, to: SIMD2(5, 0), stops: stops))
    canvas.fill(square, .radialGradient(center: .zero, radius: 5, stops: stops))
    canvas.group(
      transform: .rotation(radians: 0.5),
      clip: square,
      opacity: 0.5
    ) { $0.fill(square, color: .black, rule: .evenOdd) }
    var options = Canvas.SVGOptions()
    options.identifierPrefix = "loss-"
    let document = try Reader.read(canvas.svg(options))
    #expect(document.all("linearGradient").map { $0["id"] } == ["loss-d1"])
    #expect(document.all("radialGradient").map { $0["id"] } == ["loss-d2"])
    #expect(document.all("clipPath").map { $0["id"] } == ["loss-d3"])
    let fills = document.all("path").compactMap { $0["fill"] }
    #expect(fills.contains("url(#loss-d1)") && fills.contains("url(#loss-d2)"))
    let groups = document.all("g")
    #expect(groups.first?["clip-path"] == "url(#loss-d3)")
    #expect(groups.last?["opacity"] == "0.5")
    #expect(
      groups.last?["transform"] == "matrix(0.877583 0.479426 -0.479426 0.877583 0 0)"
    )
  }

  @Test func `a colour can be given by name`() throws {
    var canvas = Canvas(width: 10, height: 10)
    canvas.text("axis", at: .zero, font: Font(size: 8), color: .black)
    canvas.text("mark", at: .zero, font: Font(size: 8), color: .white)
    var options = Canvas.SVGOptions()
    options.styles = [.black: "var(--ink)"]
    options.isFluid = true
    let document = try Reader.read(canvas.svg(options))
    #expect(document.all("text")[0]["style"] == "fill:var(--ink)")
    #expect(document.all("text")[1]["fill"] == "#ffffff")
    #expect(document.all("svg")[0]["width"] == nil)
  }

  @Test func `pictures are inside the document and decode to what they were`() throws {
    let pixels = (0..<5 * 4 * 3).map { UInt8($0 * 4) }
    let picture = RasterImage(width: 5, height: 4, pixels: pixels)
    var canvas = Canvas(width: 10, height: 10)
    canvas.image(picture, in: Rectangle(x: 1, y: 2, width: 5, height: 4))
    let uri = try #require(try Reader.read(canvas.svg()).all("image").first?["href"])
    let prefix = "data:image/png;base64,"
    #expect(uri.hasPrefix(prefix))
    let bytes = try #require(Data(base64Encoded: String(uri.dropFirst(prefix.count))))
    #expect(try RasterImage(decoding: [UInt8](bytes), name: "image") == picture)
    var options = Canvas.SVGOptions()
    options.jpegQuality = 90
    #expect(canvas.svg(options).contains("data:image/jpeg;base64,/9j/"))
  }

  @Test func `nothing drawn is an empty document, the same each time`() throws {
    let canvas = Canvas(width: 3, height: 2)
    #expect(try Reader.read(canvas.svg()).elements.map(\.name) == ["svg"])
    #expect(canvas.svg() == canvas.svg())
  }
}
