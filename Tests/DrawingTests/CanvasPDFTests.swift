import Drawing
import Foundation
import Raster
import Testing

struct CanvasPDFTests {
  private var canvas: Canvas {
    var canvas = Canvas(width: 200, height: 100)
    canvas.fill(.circle(center: SIMD2(50, 50), radius: 20), color: .palette(0))
    canvas.text("recall", at: SIMD2(10, 90), font: Font(size: 12))
    canvas.image(
      RasterImage(width: 2, height: 2, red: 1, green: 2, blue: 3),
      in: Rectangle(x: 100, y: 10, width: 50, height: 50)
    )
    return canvas
  }

  @Test func `the file is a whole PDF with a page of the canvas's size`() throws {
    let text = String(decoding: try canvas.pdf(), as: UTF8.self)
    #expect(text.hasPrefix("%PDF-"))
    #expect(text.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("%%EOF"))
    #expect(text.contains("/MediaBox [ 0 0 150 75 ]"))
  }

  @Test func `the same drawing gives the same bytes`() throws {
    #expect(try canvas.pdf() == canvas.pdf())
    let text = String(decoding: try canvas.pdf(), as: UTF8.self)
    #expect(text.contains("20000101"))
  }

  @Test(arguments: [0, -1, Double.nan, 19201])
  func `a page that PDF cannot hold is refused`(width: Double) {
    #expect(throws: DrawingError.self) { try Canvas(width: width, height: 10).pdf() }
  }
}
