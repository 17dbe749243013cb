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
}
