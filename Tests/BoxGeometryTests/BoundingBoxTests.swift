import BoxGeometry
import Foundation
import TestSupport
import Testing

@Suite struct BoundingBoxTests {
  @Test func `sides, centre and area follow from the corners`() {
    let box = BoundingBox(x1: 10, y1: 20, x2: 40, y2: 60)
    #expect(box.width == 30)
    #expect(box.height == 40)
    #expect(box.centerX == 25)
    #expect(box.centerY == 40)
    #expect(box.area == 1200)
    #expect(box == BoundingBox(centerX: 25, centerY: 40, width: 30, height: 40))
    #expect(!box.isEmpty && box.isFinite)
  }

  @Test func `boxes have the memory of an (N, 4) float tensor`() {
    #expect(MemoryLayout<BoundingBox>.stride == 16)
    let boxes = [
      BoundingBox(x1: 0, y1: 1, x2: 2, y2: 3), BoundingBox(x1: 4, y1: 5, x2: 6, y2: 7),
    ]
    let floats = boxes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(floats == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test(arguments: [
    BoundingBox(x1: 5, y1: 5, x2: 5, y2: 9),
    BoundingBox(x1: 5, y1: 5, x2: 9, y2: 5),
    BoundingBox(x1: 9, y1: 9, x2: 5, y2: 5),
    BoundingBox(x1: .nan, y1: 0, x2: 9, y2: 9),
  ])
  func `a box without two positive sides is empty and has no area`(box: BoundingBox) {
    #expect(box.isEmpty)
    #expect(box.area == 0)
  }

  @Test func `JSON is an array of four numbers`() throws {
    let box = BoundingBox(x1: 1, y1: 2.5, x2: 3, y2: 4)
    let data = try JSONEncoder().encode([box])
    #expect(String(decoding: data, as: UTF8.self) == "[[1,2.5,3,4]]")
    #expect(try JSONDecoder().decode([BoundingBox].self, from: data) == [box])
  }

  @Test(arguments: ["[1,2,3]", "[1,2,3,4,5]", "{}", "[1,2,3,\"4\"]"])
  func `JSON that is not four numbers is refused`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(BoundingBox.self, from: Data(text.utf8))
    }
  }
}
