import BoxGeometry
import TestSupport
import Testing

@Suite struct BoundingBoxTransformsTests {
  let box = BoundingBox(x1: 10, y1: 20, x2: 40, y2: 60)

  @Test func `clipping moves corners to the picture`() {
    #expect(box.clipped(width: 30, height: 50) == BoundingBox(x1: 10, y1: 20, x2: 30, y2: 50))
    #expect(box.clipped(width: 100, height: 100) == box)
    let wide = BoundingBox(x1: -5, y1: -6, x2: 400, y2: 600)
    #expect(wide.clipped(width: 30, height: 50) == BoundingBox(x1: 0, y1: 0, x2: 30, y2: 50))
  }

  @Test func `a box outside the picture is clipped to nothing`() {
    #expect(box.clipped(width: 10, height: 50).isEmpty)
    #expect(box.translated(x: -100, y: 0).clipped(width: 50, height: 80).isEmpty)
  }

  @Test func `clipping makes every box finite and keeps it inside`() {
    for hostile in BoundingBox.hostile {
      let clipped = hostile.clipped(width: 640, height: 480)
      #expect(clipped.isFinite, "\(hostile)")
      for x in [clipped.x1, clipped.x2] { #expect((0...640).contains(x), "\(hostile)") }
      for y in [clipped.y1, clipped.y2] { #expect((0...480).contains(y), "\(hostile)") }
    }
  }

  @Test func `scaling and moving act on both corners`() {
    #expect(box.scaled(x: 2, y: 0.5) == BoundingBox(x1: 20, y1: 10, x2: 80, y2: 30))
    #expect(box.translated(x: 3, y: -5) == BoundingBox(x1: 13, y1: 15, x2: 43, y2: 55))
  }

  @Test func `flips mirror the box and exchange its sides`() {
    #expect(
      box.flippedHorizontally(imageWidth: 100) == BoundingBox(x1: 60, y1: 20, x2: 90, y2: 60)
    )
    #expect(
      box.flippedVertically(imageHeight: 100) == BoundingBox(x1: 10, y1: 40, x2: 40, y2: 80)
    )
    #expect(box.flippedHorizontally(imageWidth: 64).flippedHorizontally(imageWidth: 64) == box)
    #expect(box.flippedVertically(imageHeight: 64).flippedVertically(imageHeight: 64) == box)
  }
}
