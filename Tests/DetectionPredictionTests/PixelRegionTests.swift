import BoxGeometry
import DetectionPrediction
import Testing

struct PixelRegionTests {
  @Test func `a box is cut at all four sides`() {
    let region = PixelRegion(x: 10, y: 20, width: 30, height: 40)
    let box = BoundingBox(x1: 0, y1: 0, x2: 100, y2: 100)
    #expect(region.clipped(box) == region.box)
    #expect(region.box == BoundingBox(x1: 10, y1: 20, x2: 40, y2: 60))
    let inside = BoundingBox(x1: 12, y1: 21, x2: 13, y2: 22)
    #expect(region.clipped(inside) == inside)
    #expect(region.clipped(BoundingBox(x1: 50, y1: 0, x2: 60, y2: 100)).isEmpty)
  }
}
