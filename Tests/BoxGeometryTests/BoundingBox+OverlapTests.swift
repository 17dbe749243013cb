import BoxGeometry
import TestSupport
import Testing

@Suite struct BoundingBoxOverlapTests {
  @Test func `two squares that share a quarter have IoU 1 to 7`() {
    let a = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
    let b = BoundingBox(x1: 1, y1: 1, x2: 3, y2: 3)
    #expect(a.intersectionArea(with: b) == 1)
    #expect(a.iou(with: b) == Float(1) / 7)
  }

  @Test func `a box inside another has the quotient of the areas`() {
    let outer = BoundingBox(x1: 0, y1: 0, x2: 8, y2: 4)
    let inner = BoundingBox(x1: 2, y1: 1, x2: 6, y2: 3)
    #expect(outer.intersectionArea(with: inner) == 8)
    #expect(outer.iou(with: inner) == 0.25)
  }

  @Test func `boxes that touch share nothing, as there is no "+ 1"`() {
    let a = BoundingBox(x1: 0, y1: 0, x2: 2, y2: 2)
    #expect(a.iou(with: BoundingBox(x1: 2, y1: 0, x2: 4, y2: 2)) == 0)
    #expect(a.iou(with: BoundingBox(x1: 2, y1: 2, x2: 4, y2: 4)) == 0)
    #expect(a.iou(with: BoundingBox(x1: 5, y1: 5, x2: 6, y2: 6)) == 0)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `IoU is symmetric, at most 1, and 1 with itself`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let a = BoundingBox.random(using: &generator)
    let b = BoundingBox.random(using: &generator)
    #expect(a.iou(with: b) == b.iou(with: a))
    #expect((0...1).contains(a.iou(with: b)))
    #expect(a.iou(with: a) == 1)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `IoU agrees with Double`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let a = BoundingBox.random(using: &generator)
    let b = BoundingBox.random(using: &generator)
    // Sides are differences of numbers below 640, each rounded by up to 2⁻¹⁵ of a pixel; the
    // smallest side is 4 pixels.
    expectClose(a.iou(with: b), preciseIoU(a, b), absolute: 5e-5)
  }

  @Test func `hostile boxes have an IoU in 0...1 with everything`() {
    for a in BoundingBox.hostile {
      for b in BoundingBox.hostile + [BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10)] {
        #expect((0...1).contains(a.iou(with: b)), "\(a) \(b)")
        #expect(a.iou(with: b) == b.iou(with: a), "\(a) \(b)")
        if a.isEmpty { #expect(a.iou(with: b) == 0, "\(a) \(b)") }
      }
    }
  }
}

private func preciseIoU(_ a: BoundingBox, _ b: BoundingBox) -> Double {
  let width = Double(min(a.x2, b.x2)) - Double(max(a.x1, b.x1))
  let height = Double(min(a.y2, b.y2)) - Double(max(a.y1, b.y1))
  let common = max(width, 0) * max(height, 0)
  func area(_ box: BoundingBox) -> Double {
    (Double(box.x2) - Double(box.x1)) * (Double(box.y2) - Double(box.y1))
  }
  return common / (area(a) + area(b) - common)
}
