import Drawing
import Raster
import Testing

@testable import DetectionReport

@Suite struct PictureGalleryTests {
  private func rectangle(_ x: Double, _ y: Double, _ w: Double, _ h: Double) -> Rectangle {
    Rectangle(x: x, y: y, width: w, height: h)
  }

  // MARK: Parts

  @Test func `A box lies in the middle of its part and takes half of it`() {
    let part = PictureGallery.part(around: rectangle(400, 300, 200, 100), width: 1000, height: 800)
    #expect(part == rectangle(300, 200, 400, 300))
  }

  @Test func `A small box has surroundings, a part at the border stays inside`() {
    let part = PictureGallery.part(around: rectangle(0, 0, 10, 10), width: 640, height: 480)
    #expect(part == rectangle(0, 0, 160, 120))
    let corner = PictureGallery.part(around: rectangle(630, 470, 10, 10), width: 640, height: 480)
    #expect(corner == rectangle(480, 360, 160, 120))
  }

  @Test func `A part of a picture smaller than it is the whole picture`() {
    let box = rectangle(5, 5, 20, 20)
    #expect(PictureGallery.part(around: box, width: 40, height: 30) == rectangle(0, 0, 40, 30))
  }

  @Test(arguments: [
    (Double.nan, 0.0), (.infinity, 5), (-1e300, 1e300), (1e9, -1e12), (0, -50), (-900, 1e6),
  ])
  func `A part of any box has an area and lies in the picture`(x: Double, width: Double) {
    let part = PictureGallery.part(around: rectangle(x, x, width, width), width: 64, height: 48)
    #expect(part.width > 0 && part.height > 0)
    #expect(part.x >= 0 && part.y >= 0 && part.maxX <= 64 && part.maxY <= 48)
    let unknown = PictureGallery.part(around: rectangle(x, x, width, width), width: 0, height: 0)
    #expect(unknown.width > 0 && unknown.height > 0 && unknown.x.isFinite)
  }

  // MARK: Boxes

  @Test func `A box is placed in thousandths of the part, by hand`() {
    let part = rectangle(100, 100, 200, 100)
    let shown = PictureGalleryMarkup.shown(rectangle(150, 150, 100, 25), in: part)
    #expect(shown == rectangle(250, 500, 500, 250))
  }

  @Test func `A box outside, without area or of no numbers is not shown, a large one is cut`() {
    let part = rectangle(0, 0, 100, 100)
    #expect(PictureGalleryMarkup.shown(rectangle(200, 0, 10, 10), in: part) == nil)
    #expect(PictureGalleryMarkup.shown(rectangle(10, 10, 0, 10), in: part) == nil)
    #expect(PictureGalleryMarkup.shown(rectangle(.nan, 10, 5, 10), in: part) == nil)
    let large = PictureGalleryMarkup.shown(rectangle(-1e9, -1e9, 2e9, 2e9), in: part)
    #expect(large == rectangle(-50, -50, 1100, 1100))
    // Corners in the other order are the same box.
    let turned = PictureGalleryMarkup.shown(rectangle(20, 20, -10, -10), in: part)
    #expect(turned == rectangle(100, 100, 100, 100))
  }

  // MARK: Pictures

  private func image(_ width: Int, _ height: Int) -> RasterImage {
    RasterImage(
      width: width,
      height: height,
      pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    )
  }

  @Test func `A part is cut out and made no larger than asked for`() throws {
    let whole = image(400, 300)
    let part = try EmbeddedPicture(
      whole,
      part: rectangle(100, 50, 200, 150),
      of: (400, 300),
      longSide: 100
    )
    let read = try RasterImage(decoding: part.bytes, name: "part")
    #expect(read.width == 100 && read.height == 75)
    let small = try EmbeddedPicture(
      whole,
      part: rectangle(0, 0, 40, 30),
      of: (400, 300),
      longSide: 100
    )
    let same = try RasterImage(decoding: small.bytes, name: "small")
    #expect(same.width == 40 && same.height == 30)
  }

  @Test func `The part is meant in pixels of the annotations, whatever the picture has`() throws {
    // Left half white, right half black, at half the annotated size.
    let pixels = (0..<50 * 100).flatMap { [UInt8](repeating: $0 % 100 < 50 ? 255 : 0, count: 3) }
    let half = RasterImage(width: 100, height: 50, pixels: pixels)
    let left = try EmbeddedPicture(
      half,
      part: rectangle(0, 0, 90, 90),
      of: (200, 100),
      longSide: 500
    )
    let read = try RasterImage(decoding: left.bytes, name: "left")
    #expect(read.width == 45 && read.height == 45)
    #expect(read[44, 44].x > 240)
  }

  @Test(arguments: [(-500.0, 10.0), (1e7, 1e7), (0, 1e9), (399, 0)])
  func `A part that is not in the picture gives pixels of the picture all the same`(
    x: Double,
    width: Double
  ) throws {
    let part = try EmbeddedPicture(
      RasterImage(width: 40, height: 30, red: 200, green: 200, blue: 200),
      part: rectangle(x, x, width, width),
      of: (40, 30),
      longSide: 20
    )
    let read = try RasterImage(decoding: part.bytes, name: "part")
    #expect(read.width <= 20 && read.height <= 20)
    #expect(read.pixels.allSatisfy { $0 > 190 })
  }

  private func tile(_ picture: EmbeddedPicture?, fault: String = "") -> PictureGallery.Tile {
    .init(
      title: "cat 0.9",
      text: "nothing there",
      file: "a.jpg",
      part: rectangle(0, 0, 40, 30),
      picture: picture,
      fault: fault,
      marks: [
        .init(rectangle(1, 1, 10, 10), .falseAlarm, label: "cat"),
        .init(rectangle(5, 5, 10, 10), .object),
      ]
    )
  }

  private func page(_ tiles: [PictureGallery.Tile]) -> PageReader {
    let gallery = PictureGallery(heading: "Alarms", note: "note", isWhole: false, tiles: tiles)
    return PageReader(EvaluationReport(title: "t", galleries: [gallery]).html())
  }

  @Test func `A tile shows picture and boxes; without a picture it says why`() throws {
    let part = try EmbeddedPicture(
      image(40, 30),
      part: rectangle(0, 0, 40, 30),
      of: (40, 30),
      longSide: 40
    )
    let page = page([tile(part), tile(nil, fault: "the picture is not in the folder")])
    #expect(page.isWellFormed)
    #expect(page.count["img"] == 1)
    // Two boxes a tile, each with its halo.
    #expect(page.count["rect"] == 8)
    #expect(page.text.contains("the picture is not in the folder"))
    #expect(page.text.contains("nothing there") && page.text.contains("false alarm"))
    for source in page.values(of: "src") { #expect(source.hasPrefix("data:image/jpeg;base64,")) }
  }

  @Test func `No more than fifty tiles and four megabytes of pictures are in a page`() throws {
    let part = try EmbeddedPicture(
      image(400, 400),
      part: rectangle(0, 0, 400, 400),
      of: (400, 400),
      longSide: 400
    )
    #expect(part.bytes.count > 70_000, "the picture is too small for this test")
    let gallery = PictureGallery(
      heading: "a",
      note: "",
      isWhole: true,
      tiles: Array(repeating: tile(part), count: 40)
    )
    let html = EvaluationReport(title: "t", galleries: [gallery, gallery]).html()
    #expect(html.utf8.count < PictureGalleryMarkup.mostBytes + 400_000)
    let page = PageReader(html)
    #expect(page.isWellFormed)
    #expect(page.values(of: "class").filter { $0 == "tile" }.count == EvaluationReport.mostTiles)
    let shown = page.count["img"] ?? 0
    #expect(shown > 10 && shown < 50)
    #expect(page.text.contains("\(50 - shown) pictures were left out"))
  }
}
