import BoxGeometry
import Drawing
import Raster
import Testing

struct DetectionOverlayTests {
  private func gray(_ width: Int, _ height: Int) -> RasterImage {
    RasterImage(width: width, height: height, red: 128, green: 128, blue: 128)
  }

  private func box(
    _ x1: Float,
    _ y1: Float,
    _ x2: Float,
    _ y2: Float,
    _ label: String = "",
    color: Color = Color(hex: 0xFF0000),
    isDashed: Bool = false
  ) -> OverlayBox {
    OverlayBox(
      box: BoundingBox(x1: x1, y1: y1, x2: x2, y2: y2),
      label: label,
      color: color,
      isDashed: isDashed
    )
  }

  private func changed(_ image: RasterImage, from original: RasterImage) -> Set<SIMD2<Int>> {
    var places: Set<SIMD2<Int>> = []
    for y in 0..<image.height {
      for x in 0..<image.width where image[x, y] != original[x, y] { places.insert(SIMD2(x, y)) }
    }
    return places
  }

  @Test func `a line goes around the box and leaves its inside alone`() throws {
    let image = gray(100, 80)
    let drawn = try DetectionOverlay.draw([box(20, 20, 60, 50)], on: image)
    #expect(drawn.width == 100 && drawn.height == 80)
    #expect(drawn[19, 35] == SIMD3(255, 0, 0))
    #expect(drawn[60, 35] == SIMD3(255, 0, 0))
    #expect(drawn[40, 19] == SIMD3(255, 0, 0))
    #expect(drawn[40, 50] == SIMD3(255, 0, 0))
    let inside = changed(drawn, from: image).filter {
      (22..<58).contains($0.x) && (22..<48).contains($0.y)
    }
    #expect(inside.isEmpty)
  }

  @Test func `no boxes leave the picture as it was`() throws {
    let image = gray(33, 21)
    #expect(try DetectionOverlay.draw([], on: image) == image)
  }

  @Test func `boxes that are outside, empty or not finite are not drawn`() throws {
    let image = gray(50, 40)
    let boxes = [
      box(-20, -20, -5, -5, "a"), box(50, 0, 60, 10, "b"), box(10, 10, 10, 20, "c"),
      box(30, 10, 20, 20, "d"), box(.nan, 0, 10, 10, "e"), box(0, 0, .infinity, 10, "f"),
      box(0, 40, 10, 1e30, "g"),
    ]
    #expect(try DetectionOverlay.draw(boxes, on: image) == image)
  }

  @Test func `a box partly outside is drawn along the border`() throws {
    let image = gray(200, 150)
    let drawn = try DetectionOverlay.draw([box(-1e30, 60, 50, 1e30)], on: image)
    #expect(drawn[0, 100] == SIMD3(255, 0, 0))
    #expect(drawn[25, 149] == SIMD3(255, 0, 0))
    #expect(drawn[50, 100] == SIMD3(255, 0, 0))
    #expect(drawn[100, 100] == SIMD3(128, 128, 128))
  }

  @Test func `a label lies on its colour beside the box, and avoids the next one`() throws {
    let image = gray(320, 240)
    let labels = [
      box(100, 100, 150, 140, "star 0.91"),
      box(104, 100, 154, 140, "ring 0.90", color: Color(hex: 0x0000FF)),
    ]
    let drawn = try DetectionOverlay.draw(labels, on: image)
    let isInk = { (pixel: SIMD3<UInt8>) in pixel == SIMD3(255, 0, 0) }
    let red = (60..<100).reduce(0) { sum, y in sum + (0..<320).count { isInk(drawn[$0, y]) } }
    let blue = (0..<240).reduce(0) { sum, y in
      sum + (0..<320).count { drawn[$0, y] == SIMD3(0, 0, 255) }
    }
    #expect(red > 300)
    #expect(blue > 300)
  }

  @Test(arguments: [(1, 1), (20, 10), (1, 500), (500, 1), (64, 48)])
  func `a small picture keeps its size whatever is drawn on it`(width: Int, height: Int) throws {
    let image = gray(width, height)
    let boxes = [
      box(0, 0, Float(width), Float(height), "a label far too long for any of these pictures"),
      box(0.2, 0.2, 0.4, 0.4, "x", isDashed: true),
    ]
    let drawn = try DetectionOverlay.draw(boxes, on: image)
    #expect(drawn.width == width && drawn.height == height)
    #expect(drawn != image)
  }

  @Test func `a small picture may be enlarged to make room for the label`() throws {
    let small = RasterImage(
      width: 2,
      height: 1,
      pixels: [10, 20, 30, 200, 210, 220]
    )
    let drawn = try DetectionOverlay.draw([], on: small, minimumShortSide: 3)
    #expect(drawn.width == 6 && drawn.height == 3)
    #expect(drawn[2, 2] == SIMD3(10, 20, 30) && drawn[3, 0] == SIMD3(200, 210, 220))
    let capped = try DetectionOverlay.draw([], on: gray(1, 1), minimumShortSide: 1000)
    #expect(capped.width == 16)
    let bare = try DetectionOverlay.draw(
      [box(3, 2, 12, 8)],
      on: gray(20, 10),
      minimumShortSide: 160
    )
    let named = try DetectionOverlay.draw(
      [box(3, 2, 12, 8, "star")],
      on: gray(20, 10),
      minimumShortSide: 160
    )
    #expect(bare != named && bare[48, 80] != SIMD3(128, 128, 128))
  }

  @Test func `lines and labels grow with the picture`() throws {
    let image = gray(4000, 3000)
    let drawn = try DetectionOverlay.draw([box(1000, 1000, 2000, 2000, "star 0.91")], on: image)
    let line = (900..<1100).count { drawn[$0, 1500] == SIMD3(255, 0, 0) }
    #expect((6...16).contains(line))
    let label = (800..<1000).count { drawn[1010, $0] == SIMD3(255, 0, 0) }
    #expect(label > 60)
  }

  @Test func `a dashed line has gaps`() throws {
    let image = gray(320, 240)
    let drawn = try DetectionOverlay.draw([box(50, 50, 250, 200, isDashed: true)], on: image)
    let row = (60..<240).map { drawn[$0, 49] == SIMD3(255, 0, 0) }
    #expect(row.contains(true) && row.contains(false))
  }

  @Test func `the first box lies on top`() throws {
    let image = gray(320, 240)
    let boxes = [box(50, 50, 150, 150), box(50, 50, 150, 150, color: Color(hex: 0x0000FF))]
    #expect(try DetectionOverlay.draw(boxes, on: image)[100, 49] == SIMD3(255, 0, 0))
  }
}
