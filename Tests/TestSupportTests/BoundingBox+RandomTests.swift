import BoxGeometry
import TestSupport
import Testing

@Suite struct BoundingBoxRandomTests {
  @Test(arguments: 0..<50 as Range<UInt64>)
  func `random boxes lie in the picture and have sides`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let boxes = [BoundingBox].random(
      count: 100,
      imageWidth: 50,
      imageHeight: 300,
      using: &generator
    )
    #expect(boxes.count == 100)
    for box in boxes {
      #expect(!box.isEmpty)
      #expect(box.x1 >= 0 && box.x2 <= 50 && box.y1 >= 0 && box.y2 <= 300)
    }
  }

  @Test func `equal seeds give equal boxes, other seeds others`() {
    func boxes(_ seed: UInt64) -> [ScoredBox] {
      var generator = SplitMix64(state: seed)
      return .random(count: 20, labels: 3, using: &generator)
    }
    #expect(boxes(1) == boxes(1))
    #expect(boxes(1) != boxes(2))
    #expect(Set(boxes(1).map(\.label)) == [0, 1, 2])
  }
}
