import BoxGeometry
import COCOFormat
import Testing

@testable import DetectionDatasets

@Suite struct YOLORowWritingTests {
  private func read(_ row: YOLORow, _ width: Int, _ height: Int) -> BoundingBox {
    row.box(imageWidth: width, imageHeight: height)
      .clipped(imageWidth: Double(width), imageHeight: Double(height)).boundingBox
  }

  @Test func `a box becomes shares of its picture, without what lies outside`() {
    let row = YOLORow(
      COCOBox(x: -10, y: 16, width: 34, height: 100),
      categoryID: 3,
      imageWidth: 96,
      imageHeight: 64
    )
    #expect((row.centerX, row.width) == (0.125, 0.25))
    #expect((row.centerY, row.height) == (0.625, 0.75))
    #expect(row.categoryID == 3)
  }

  @Test(arguments: 0..<30)
  func `what is read back has the same corners, also in the middle between two floats`(
    seed: UInt64
  ) {
    var generator = SplitMix64(state: seed)
    for _ in 0..<300 {
      let (width, height) = (
        300 + generator.integer(below: 4000), 300 + generator.integer(below: 900)
      )
      // From 256 on, single precision has steps of 2^-15: odd multiples of 2^-16 lie between two.
      func middle() -> Double { 256 + Double(2 * generator.integer(below: 1 << 20) + 1) / 65536 }
      let (x, y) = (middle(), middle())
      let box = COCOBox(x: x, y: y, width: middle() - 200, height: middle() - 200)
      let visible = box.clipped(imageWidth: Double(width), imageHeight: Double(height))
      let row = YOLORow(box, categoryID: 0, imageWidth: width, imageHeight: height)
      #expect(read(row, width, height) == visible.boundingBox, "\(box) of \(width)x\(height)")
    }
  }

  @Test func `whole pixels are read as whole pixels, and short decimals as themselves`() {
    // 260/640 and 480/480 have no short share; the box is that of BCCD's first lines.
    let box = COCOBox(x: 260, y: 177, width: 231, height: 199)
    let row = YOLORow(box, categoryID: 0, imageWidth: 640, imageHeight: 480)
    #expect(row.box(imageWidth: 640, imageHeight: 480) == box)
    #expect(PixelSpan.clean(259.99999999999994, scale: 640) == 260)
    #expect(PixelSpan.clean(480.00000000000006, scale: 480) == 480)
    #expect(PixelSpan.clean(0.8999999999999999, scale: 0.9) == 0.9)
    #expect(PixelSpan.clean(0.123456789012, scale: 1) == 0.123456789012)
    #expect(PixelSpan.clean(259.9999999, scale: 640) == 259.9999999)
    let over = PixelSpan(low: 0.1, side: 639.9000000000001, of: 640)
    #expect(over.low + over.side <= 640)
  }

  @Test(arguments: 0..<20)
  func `a row of up to seven decimals is written as it was read`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    for _ in 0..<200 {
      let (width, height) = (
        20 + generator.integer(below: 5000), 20 + generator.integer(below: 5000)
      )
      let power = [1e2, 1e4, 1e5, 1e6, 1e7][generator.integer(below: 5)]
      func share(_ low: Double, _ high: Double) -> Double {
        (Double.random(in: low...high, using: &generator) * power).rounded() / power
      }
      let row = YOLORow(
        categoryID: 1,
        centerX: share(0.3, 0.7),
        centerY: share(0.3, 0.7),
        width: share(0.01, 0.5),
        height: share(0.01, 0.5),
        line: 0
      )
      let box = row.box(imageWidth: width, imageHeight: height)
      let again = YOLORow(box, categoryID: 1, imageWidth: width, imageHeight: height)
      #expect(again == row, "\(width)x\(height)")
    }
  }

  @Test(arguments: 0..<20)
  func `whole corners come back, and rows of any digits do not drift`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    for _ in 0..<200 {
      let (width, height) = (
        20 + generator.integer(below: 5000), 20 + generator.integer(below: 5000)
      )
      let (x, y) = (generator.integer(below: width - 9), generator.integer(below: height - 9))
      let whole = COCOBox(
        x: Double(x),
        y: Double(y),
        width: Double(1 + generator.integer(below: width - x)),
        height: Double(1 + generator.integer(below: height - y))
      )
      let row = YOLORow(whole, categoryID: 0, imageWidth: width, imageHeight: height)
      #expect(row.box(imageWidth: width, imageHeight: height) == whole)
      let odd = YOLORow(
        categoryID: 0,
        centerX: Double.random(in: 0.3...0.7, using: &generator),
        centerY: Double.random(in: 0.3...0.7, using: &generator),
        width: Double.random(in: 0.01...0.5, using: &generator),
        height: Double.random(in: 0.01...0.5, using: &generator),
        line: 0
      )
      let box = odd.box(imageWidth: width, imageHeight: height)
      let second = YOLORow(box, categoryID: 0, imageWidth: width, imageHeight: height)
      #expect(second.box(imageWidth: width, imageHeight: height) == box)
    }
  }
}
