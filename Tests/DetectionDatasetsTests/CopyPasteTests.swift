import BoxGeometry
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct CopyPasteTests {
  /// Twelve red objects a picture, too near each other for a blue one between them; of blue, one.
  private func painted() throws -> PaintedDataset {
    let red = [4, 28, 52, 76].flatMap { x in
      [4, 28, 52].map { y in (label: 0, x: x, y: y, width: 16, height: 14) }
    }
    return try PaintedDataset([
      .init(boxes: red.dropLast() + [(label: 2, x: 76, y: 52, width: 14, height: 12)]),
      .init(boxes: red), .init(boxes: red), .init(boxes: red),
    ])
  }

  @Test func `rare are the classes with fewer boxes than the mean`() throws {
    let rare = RareObjects(try painted().dataset.samples)
    var generator = SplitMix64(state: 1)
    for _ in 0..<20 {
      #expect(rare.draw(using: &generator) == RareObjects.Object(sample: 0, box: 11))
    }
    #expect(RareObjects([]).isEmpty)
    #expect(try RareObjects(PaintedDataset.oneObjectEach().dataset.samples).isEmpty)
  }

  @Test func `the rarer of two rare classes is drawn more often, in inverse proportion`() throws {
    let painted = try PaintedDataset([
      .init(
        boxes: (0..<12).map { (label: 0, x: $0 * 7, y: 2, width: 5, height: 5) }
          + (0..<2).map { (label: 1, x: $0 * 10, y: 20, width: 8, height: 8) }
          + [(label: 2, x: 40, y: 40, width: 8, height: 8)]
      )
    ])
    let rare = RareObjects(painted.dataset.samples)
    var generator = SplitMix64(state: 3)
    var counts: [Int: Int] = [:]
    for _ in 0..<3000 {
      guard let object = rare.draw(using: &generator) else { continue }
      counts[object.box, default: 0] += 1
    }
    // Chances 1/2 : 1/1, and the two of the second class alike: 1/6, 1/6, 2/3.
    #expect(Set(counts.keys) == [12, 13, 14])
    #expect(abs((counts[14] ?? 0) - 2000) < 120)
    #expect(abs((counts[12] ?? 0) - 500) < 90)
  }

  @Test func `pasted objects have their boxes, hidden ones are cut or ignored`() throws {
    let painted = try painted()
    var configuration = PaintedDataset.plain()
    configuration.augmentation.copyPaste = 1
    configuration.augmentation.minimumVisibleShare = 0.9
    var (pasted, lost) = (0, 0)
    for sample in try painted.samples(configuration, epochs: 30) {
      let blue = sample.boxes.filter { $0.label == 2 }
      pasted += blue.count
      for labeled in blue {
        // Other pasted ones may lie over it.
        guard blue.count == 1 else { continue }
        let seen = try #require(sample.bounds(of: 2, above: 0.5, in: labeled.box))
        #expect(ShownSample.distance(seen, labeled.box) <= 1.5, "\(sample.origin)")
      }
      lost += sample.ignoreRegions.count
      // Nothing red lies outside the red boxes and what is ignored.
      for x in 0..<sample.width {
        for y in 0..<sample.height where sample.pixels[(y * sample.width + x) * 3] > 0.5 {
          let (px, py) = (Float(x) + 0.5, Float(y) + 0.5)
          let isHeld = (sample.boxes.map(\.box) + sample.ignoreRegions).contains {
            $0.x1 <= px + 1 && px - 1 <= $0.x2 && $0.y1 <= py + 1 && py - 1 <= $0.y2
          }
          #expect(isHeld, "\(x), \(y): \(sample.origin)")
        }
      }
    }
    #expect(pasted > 120)
    #expect(lost > 0)
  }

  @Test func `an object behind a rectangle keeps what is seen of it`() throws {
    let object = VisibleBox(
      box: BoundingBox(x1: 10, y1: 10, x2: 30, y2: 20),
      label: 1,
      visibleArea: 200,
      wholeArea: 200
    )
    // The left quarter, from above to below.
    let left = try #require(object.hidden(behind: BoundingBox(x1: 0, y1: 5, x2: 15, y2: 25)))
    #expect(left.box == BoundingBox(x1: 15, y1: 10, x2: 30, y2: 20))
    #expect(left.visibleArea == 150)
    #expect(left.isTarget(minimumVisibleShare: 0.75))
    #expect(!left.isTarget(minimumVisibleShare: 0.76))
    // A corner: the bounds stay.
    let corner = try #require(object.hidden(behind: BoundingBox(x1: 20, y1: 15, x2: 40, y2: 40)))
    #expect(corner.box == object.box)
    #expect(corner.visibleArea == 150)
    // The lower half.
    let lower = try #require(object.hidden(behind: BoundingBox(x1: 0, y1: 15, x2: 40, y2: 40)))
    #expect(lower.box == BoundingBox(x1: 10, y1: 10, x2: 30, y2: 15))
    // All of it; none of it.
    #expect(object.hidden(behind: BoundingBox(x1: 0, y1: 0, x2: 40, y2: 40)) == nil)
    #expect(object.hidden(behind: BoundingBox(x1: 30, y1: 0, x2: 40, y2: 40)) == object)
    // Cut afterwards: three quarters of half of it.
    let cut = try #require(corner.cut(to: BoundingBox(x1: 0, y1: 0, x2: 20, y2: 40)))
    #expect(cut.visibleArea == 75)
    #expect(cut.wholeArea == 200)
  }
}
