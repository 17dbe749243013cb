import BoxGeometry
import Foundation
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct RotationTests {
  private func picture(_ box: BoundingBox, side: Int = 100) -> AugmentedPicture {
    AugmentedPicture(
      image: RasterImage(width: side, height: side, red: 9, green: 9, blue: 9),
      x: 0,
      y: 0,
      width: side,
      height: side,
      boxes: [VisibleBox(box: box, label: 0, visibleArea: box.area, wholeArea: box.area)],
      ignoreRegions: [box]
    )
  }

  private let square = BoundingBox(x1: 40, y1: 40, x2: 60, y2: 60)

  @Test func `a square in the middle grows by the cosine and the sine`() throws {
    let rotation = Rotation(radians: 30 * .pi / 180, boxes: .corners)
    let turned = rotation(picture(square), padding: .zero)
    let half = Float(10 * (cos(Double.pi / 6) + sin(Double.pi / 6)))
    let expected = BoundingBox(centerX: 50, centerY: 50, width: 2 * half, height: 2 * half)
    expectClose([try #require(turned.boxes.first).box], [expected], absolute: 1e-4)
    expectClose(turned.ignoreRegions, [expected], absolute: 1e-4)
    #expect(abs((turned.boxes.first?.visibleArea ?? 0) - 400) < 0.01)
  }

  @Test func `the box of a round object does not grow`() throws {
    let rotation = Rotation(radians: 30 * .pi / 180, boxes: .ellipse)
    let turned = rotation(picture(square), padding: .zero)
    expectClose([try #require(turned.boxes.first).box], [square], absolute: 1e-4)
    // An ellipse of half axes 30 and 10 at 90 degrees has them exchanged.
    let wide = BoundingBox(x1: 20, y1: 40, x2: 80, y2: 60)
    let upright = Rotation(radians: .pi / 2, boxes: .ellipse)(picture(wide), padding: .zero)
    expectClose(
      [try #require(upright.boxes.first).box],
      [BoundingBox(x1: 40, y1: 20, x2: 60, y2: 80)],
      absolute: 1e-3
    )
  }

  @Test func `a positive angle turns clockwise, pixels as well as boxes`() throws {
    // Right of the middle goes below it.
    var shown = picture(BoundingBox(x1: 80, y1: 45, x2: 90, y2: 55))
    for y in 45..<55 { for x in 80..<90 { shown.image[x, y] = SIMD3(255, 0, 0) } }
    let turned = Rotation(radians: .pi / 2, boxes: .corners)(shown, padding: .zero)
    expectClose(
      [try #require(turned.boxes.first).box],
      [BoundingBox(x1: 45, y1: 80, x2: 55, y2: 90)],
      absolute: 1e-3
    )
    #expect(turned.image[50, 85].x == 255)
    #expect(turned.image[85, 50].x == 9)
  }

  @Test func `what turns out of the frame is cut off and counted`() throws {
    // The upper left corner of the frame turns out of it by more than its size.
    let corner = BoundingBox(x1: 0, y1: 0, x2: 8, y2: 8)
    let rotation = Rotation(radians: 45 * .pi / 180, boxes: .corners)
    #expect(rotation(picture(corner), padding: .zero).boxes.isEmpty)
    let border = BoundingBox(x1: 0, y1: 10, x2: 40, y2: 20)
    let turned = try #require(rotation(picture(border), padding: .zero).boxes.first)
    #expect(turned.visibleArea < 400 && turned.visibleArea > 0)
    #expect(turned.wholeArea == 400)
    #expect(turned.box.x1 >= 0 && turned.box.y1 >= 0)
  }

  @Test func `a picture that does not fill its frame is turned about the frame's middle`() {
    var part = picture(square)
    part.image = RasterImage(width: 20, height: 20, red: 200, green: 0, blue: 0)
    (part.x, part.y) = (40, 40)
    let turned = Rotation(radians: .pi / 2, boxes: .corners)(part, padding: SIMD3(1, 2, 3))
    #expect((turned.x, turned.y, turned.image.width, turned.image.height) == (0, 0, 100, 100))
    #expect(turned.image[50, 50] == SIMD3(200, 0, 0))
    #expect(turned.image[10, 10] == SIMD3(1, 2, 3))
  }
}
