import Drawing
import Raster
import Testing

struct CanvasRasterTests {
  private let red = SIMD3<UInt8>(255, 0, 0)
  private let white = SIMD3<UInt8>(255, 255, 255)
  private let black = SIMD3<UInt8>(0, 0, 0)

  private func unitSquare(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Path {
    .rectangle(Rectangle(x: x, y: y, width: width, height: height))
  }

  @Test func `a rectangle fills its pixels and no others`() throws {
    var canvas = Canvas(width: 6, height: 5)
    canvas.fill(unitSquare(1, 2, 3, 2), color: Color(hex: 0xFF0000))
    let image = try canvas.raster()
    #expect(image.width == 6 && image.height == 5)
    for y in 0..<5 {
      for x in 0..<6 {
        let isInside = (1..<4).contains(x) && (2..<4).contains(y)
        #expect(image[x, y] == (isInside ? red : white))
      }
    }
  }

  @Test func `half a pixel is half covered`() throws {
    var canvas = Canvas(width: 2, height: 1)
    canvas.fill(unitSquare(0, 0, 0.5, 1), color: .black)
    let image = try canvas.raster()
    #expect(abs(Int(image[0, 0].x) - 128) <= 2)
    #expect(image[1, 0] == white)
  }

  @Test func `a scale multiplies pixels`() throws {
    var canvas = Canvas(width: 4, height: 3)
    canvas.fill(unitSquare(1, 1, 1, 1), color: .black)
    let image = try canvas.raster(scale: 3)
    #expect(image.width == 12 && image.height == 9)
    #expect(image[3, 3] == black && image[5, 5] == black)
    #expect(image[2, 3] == white && image[6, 5] == white)
  }

  @Test func `an untouched background keeps its bytes`() throws {
    let pixels = (0..<7 * 5 * 3).map { UInt8($0 * 37 % 256) }
    let background = RasterImage(width: 7, height: 5, pixels: pixels)
    #expect(try Canvas(width: 7, height: 5).raster(background: background) == background)
    let stretched = try Canvas(width: 14, height: 10).raster(background: background)
    #expect(stretched == background.resized(width: 14, height: 10))
  }

  @Test func `the even-odd rule leaves a hole where winding leaves none`() throws {
    var path = unitSquare(0, 0, 9, 9)
    path.append(unitSquare(3, 3, 3, 3))
    var canvas = Canvas(width: 9, height: 9)
    canvas.fill(path, color: .black)
    #expect(try canvas.raster()[4, 4] == black)
    canvas = Canvas(width: 9, height: 9)
    canvas.fill(path, color: .black, rule: .evenOdd)
    #expect(try canvas.raster()[4, 4] == white)
    #expect(try canvas.raster()[1, 1] == black)
  }

  @Test func `dashes alternate with gaps, and a senseless pattern is a solid line`() throws {
    let line = Path(points: [SIMD2(0, 1), SIMD2(12, 1)])
    func drawn(_ dash: [Double]) throws -> [SIMD3<UInt8>] {
      var canvas = Canvas(width: 12, height: 2)
      canvas.stroke(line, Stroke(color: .black, lineWidth: 2, dash: dash, isSquare: true))
      let image = try canvas.raster()
      return (0..<12).map { image[$0, 0] }
    }
    let solid = [SIMD3<UInt8>](repeating: black, count: 12)
    #expect(
      try drawn([4, 2]) == (0..<12).map { $0 % 6 < 4 ? black : white }
    )
    #expect(try drawn([]) == solid)
    #expect(try drawn([0, 0]) == solid)
    #expect(try drawn([3, -1]) == solid)
    #expect(try drawn([.nan]) == solid)
  }

  @Test func `gradients run from the first stop to the last`() throws {
    let stops = [GradientStop(offset: 0, color: .black), GradientStop(offset: 1, color: .white)]
    var canvas = Canvas(width: 100, height: 1)
    canvas.fill(
      unitSquare(0, 0, 100, 1),
      .linearGradient(from: SIMD2(0, 0), to: SIMD2(100, 0), stops: stops)
    )
    let image = try canvas.raster()
    #expect(image[0, 0].x < 5)
    #expect(abs(Int(image[50, 0].x) - 128) < 5)
    #expect(image[99, 0].x > 250)
    canvas = Canvas(width: 41, height: 41)
    canvas.fill(
      unitSquare(0, 0, 41, 41),
      .radialGradient(center: SIMD2(20.5, 20.5), radius: 20, stops: stops)
    )
    let disc = try canvas.raster()
    #expect(disc[20, 20].x < 10 && disc[0, 0].x == 255)
    #expect(disc[20, 10].x == disc[10, 20].x)
  }

  @Test func `groups clip, transform and fade as one`() throws {
    var canvas = Canvas(width: 10, height: 10)
    canvas.withClip(unitSquare(0, 0, 5, 10)) { canvas in
      canvas.withTransform(.translation(x: 3, y: 3)) { canvas in
        canvas.fill(unitSquare(0, 0, 4, 4), color: .black)
      }
    }
    let clipped = try canvas.raster()
    #expect(clipped[3, 3] == black && clipped[4, 6] == black)
    #expect(clipped[5, 5] == white && clipped[2, 3] == white)
    canvas = Canvas(width: 10, height: 10)
    canvas.group(opacity: 0.5) { canvas in
      canvas.fill(unitSquare(0, 0, 6, 10), color: .black)
      canvas.fill(unitSquare(4, 0, 6, 10), color: .black)
    }
    let faded = try canvas.raster()
    #expect(abs(Int(faded[1, 1].x) - 128) <= 1)
    #expect(faded[1, 1] == faded[5, 5] && faded[5, 5] == faded[9, 9])
  }

  @Test func `a picture lands in its rectangle without a seam`() throws {
    let picture = RasterImage(width: 2, height: 2, red: 10, green: 200, blue: 30)
    var canvas = Canvas(width: 12, height: 12)
    canvas.image(picture, in: Rectangle(x: 2, y: 3, width: 8, height: 6))
    let image = try canvas.raster()
    for y in 0..<12 {
      for x in 0..<12 {
        let isInside = (2..<10).contains(x) && (3..<9).contains(y)
        #expect(image[x, y] == (isInside ? SIMD3(10, 200, 30) : white))
      }
    }
  }

  @Test func `a picture at its own size keeps its pixels`() throws {
    let pixels = (0..<4 * 3 * 3).map { UInt8($0 * 7) }
    let picture = RasterImage(width: 4, height: 3, pixels: pixels)
    var canvas = Canvas(width: 4, height: 3)
    canvas.image(picture, in: Rectangle(x: 0, y: 0, width: 4, height: 3))
    #expect(try canvas.raster() == picture)
  }

  @Test func `text darkens pixels where its measures say`() throws {
    let font = Font(size: 20)
    let width = font.extents(of: "HHH").width
    for (anchor, left) in [
      (TextAnchor.start, 100.0), (.middle, 100 - width / 2), (.end, 100 - width),
    ] {
      var canvas = Canvas(width: 200, height: 40)
      canvas.text("HHH", at: SIMD2(100, 30), font: font, anchor: anchor)
      let image = try canvas.raster()
      let inked = (0..<200).filter { x in (0..<40).contains { image[x, $0].x < 128 } }
      let first = try #require(inked.first)
      let last = try #require(inked.last)
      #expect(abs(Double(first) - left) < 4)
      #expect(abs(Double(last) - (left + width)) < 4)
      let rows = (0..<40).filter { y in (0..<200).contains { image[$0, y].x < 128 } }
      #expect(rows.last == 29)
    }
  }

  @Test func `what is not finite or has no extent draws nothing and fails nothing`() throws {
    var canvas = Canvas(width: 8, height: 8)
    canvas.text("a", at: SIMD2(.nan, 0), font: Font(size: 8))
    canvas.text("a", at: .zero, font: Font(size: .infinity))
    canvas.stroke(Path(points: [SIMD2(0, 0), SIMD2(8, 8)]), .black, lineWidth: .nan)
    canvas.fill(Path(), color: .black)
    canvas.fill(unitSquare(.infinity, 0, 1, 1), color: .black)
    canvas.image(
      RasterImage(width: 1, height: 1, red: 0, green: 0, blue: 0),
      in: Rectangle(x: 0, y: 0, width: .nan, height: 1)
    )
    canvas.withTransform(.scaling(x: 0, y: 0)) { $0.fill(unitSquare(0, 0, 8, 8), color: .black) }
    canvas.group(opacity: 0) { $0.fill(unitSquare(0, 0, 8, 8), color: .black) }
    #expect(
      try canvas.raster() == RasterImage(width: 8, height: 8, red: 255, green: 255, blue: 255)
    )
  }

  @Test func `points far outside do not upset the rest`() throws {
    var canvas = Canvas(width: 8, height: 8)
    canvas.fill(unitSquare(-1e30, -1e30, 2e30, 2e30), color: .black)
    #expect(try canvas.raster()[4, 4] == black)
  }

  @Test func `a picture wider than Cairo's surfaces is drawn whole`() throws {
    var canvas = Canvas(width: 40000, height: 2)
    canvas.fill(unitSquare(16380, 0, 8, 2), color: .black)
    canvas.fill(unitSquare(39999, 0, 1, 2), color: .black)
    let image = try canvas.raster()
    let inked = (0..<40000).filter { image[$0, 1] == black }
    #expect(inked == Array(16380..<16388) + [39999])
  }

  @Test(arguments: [(0.0, 5.0), (5, -1), (.nan, 5), (.infinity, 5), (1e6, 1e6)])
  func `a size that cannot be drawn is refused`(width: Double, height: Double) {
    #expect {
      try Canvas(width: width, height: height).raster()
    } throws: { error in
      (error as? DrawingError)?.code == .impossibleSize
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity, 1e9])
  func `a scale that cannot be drawn is refused`(scale: Double) {
    #expect(throws: DrawingError.self) { try Canvas(width: 5, height: 5).raster(scale: scale) }
  }

  @Test func `a PNG file decodes to the raster`() throws {
    var canvas = Canvas(width: 30, height: 20)
    canvas.fill(.circle(center: SIMD2(15, 10), radius: 8), color: .palette(3))
    let decoded = try RasterImage(decoding: canvas.png(scale: 2), name: "canvas.png")
    #expect(try decoded == canvas.raster(scale: 2))
  }
}
