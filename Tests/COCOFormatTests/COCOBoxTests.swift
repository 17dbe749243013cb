import BoxGeometry
import COCOFormat
import Testing

struct COCOBoxTests {
  @Test func `corners become left, top, width and height, and back`() {
    let corners = BoundingBox(x1: 10, y1: 20, x2: 40, y2: 60)
    let box = COCOBox(corners)
    #expect(box == COCOBox(x: 10, y: 20, width: 30, height: 40))
    #expect(box.area == 1200)
    #expect(box.boundingBox == corners)
  }

  @Test(arguments: 0..<200)
  func `a box of corners survives the way through COCO's form`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let (x, y) = (generator.uniform(in: -50...1000), generator.uniform(in: -50...1000))
    let corners = BoundingBox(
      x1: Float(x),
      y1: Float(y),
      x2: Float(x + generator.uniform(in: 0...500)),
      y2: Float(y + generator.uniform(in: 0...500))
    )
    // Differences and sums of Floats of like size are exact in Double.
    #expect(COCOBox(corners).boundingBox == corners)
  }

  @Test func `clipping keeps the part inside the image`() {
    let box = COCOBox(x: 80, y: -10, width: 40, height: 30)
    #expect(
      box.clipped(imageWidth: 96, imageHeight: 64) == COCOBox(x: 80, y: 0, width: 16, height: 20)
    )
  }

  @Test(arguments: [
    COCOBox(x: 200, y: 0, width: 10, height: 10), COCOBox(x: -50, y: 5, width: 20, height: 20),
    COCOBox(x: 1e308, y: 1e308, width: 1e308, height: 1e308),
    COCOBox(x: 0, y: 0, width: -5, height: 5),
  ])
  func `a box outside the image, or inside out, clips to nothing`(box: COCOBox) {
    #expect(box.clipped(imageWidth: 96, imageHeight: 64).area == 0)
  }
}
