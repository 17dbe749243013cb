import BoxGeometry
import DetectionDatasets
import Foundation
import Testing

@testable import DatasetInspection

@Suite struct DoubledBoxesTests {
  @Test func `two boxes that differ by a tenth of a side are a pair`() {
    let boxes = [
      BoundingBox(x1: 0, y1: 0, x2: 10, y2: 10),
      BoundingBox(x1: 50, y1: 0, x2: 60, y2: 10),
      BoundingBox(x1: 1, y1: 0, x2: 11, y2: 10),
    ]
    let pairs = DoubledBoxes.pairs(boxes)
    #expect(pairs.map(\.first) == [0] && pairs.map(\.second) == [2])
    #expect(abs((pairs.first?.iou ?? 0) - 90.0 / 110) < 1e-6)
    #expect(DoubledBoxes.pairs(boxes, leastIoU: 0.82).isEmpty)
  }

  @Test func `none, one, empty boxes and boxes that are no numbers have no pair`() {
    let odd = [
      BoundingBox(x1: 5, y1: 5, x2: 5, y2: 5), BoundingBox(x1: .nan, y1: 0, x2: 1, y2: 1),
      BoundingBox(x1: -.infinity, y1: 0, x2: .infinity, y2: 1),
      BoundingBox(x1: 3e38, y1: 0, x2: 3.1e38, y2: 1e-38),
      BoundingBox(x1: 1e7, y1: 0, x2: 1.000_000_1e7, y2: 1),
    ]
    #expect(DoubledBoxes.pairs([]).isEmpty)
    #expect(DoubledBoxes.pairs([BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)]).isEmpty)
    #expect(DoubledBoxes.pairs(odd + odd).allSatisfy { $0.iou == 1 })
  }

  @Test(arguments: 0..<20)
  func `pairs are those of comparing all with all`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let threshold: Float = [0.51, 0.7, 0.8, 0.95][Int(seed % 4)]
    var boxes: [BoundingBox] = []
    for _ in 0..<60 {
      let side = exp2Random(&random)
      let (x, y) = (
        Float.random(in: -200..<600, using: &random), Float.random(in: 0..<400, using: &random)
      )
      let box = BoundingBox(
        x1: x,
        y1: y,
        x2: x + side,
        y2: y + side * .random(in: 0.3...3, using: &random)
      )
      boxes.append(box)
      let shift = side * .random(in: -0.3...0.3, using: &random)
      boxes.append(BoundingBox(x1: x + shift, y1: y, x2: box.x2, y2: box.y2 + shift))
    }
    var expected: [[Int]] = []
    for first in boxes.indices {
      for second in boxes.indices.dropFirst(first + 1)
      where boxes[first].iou(with: boxes[second]) >= threshold {
        expected.append([first, second])
      }
    }
    #expect(
      DoubledBoxes.pairs(boxes, leastIoU: threshold).map { [$0.first, $0.second] } == expected
    )
    #expect(seed % 4 == 3 || !expected.isEmpty)
  }

  private func exp2Random(_ random: inout SplitMix64) -> Float {
    var side: Float = 1
    for _ in 0..<Int.random(in: 0...8, using: &random) { side *= 2 }
    return side * .random(in: 1..<2, using: &random)
  }

  @Test func `a picture of equal boxes is told of in part`() {
    let boxes = [BoundingBox](
      repeating: BoundingBox(x1: 0, y1: 0, x2: 9, y2: 9),
      count: 3000
    )
    #expect(DoubledBoxes.pairs(boxes).count == DoubledBoxes.most)
  }

  @Test func `a heap of boxes of which none are alike is not compared to its end`() {
    // All of one octave and place, with widths and heights against each other: IoU below 0.8.
    let boxes = (0..<4000).map { number in
      let angle = Float(number) / 4000
      return BoundingBox(x1: 0, y1: 0, x2: 64 + 60 * angle, y2: 124 - 60 * angle)
    }
    let found = DoubledBoxes.search(boxes)
    #expect(found.isCut && found.pairs.count <= DoubledBoxes.most)
    #expect(!DoubledBoxes.search(Array(boxes.prefix(20))).isCut)
  }

  @Test func `of many pairs some are told, and all are counted`() {
    let box = LabeledBox(box: BoundingBox(x1: 0, y1: 0, x2: 9, y2: 9), label: 0)
    let sample = DatasetSample(
      imageID: 1,
      name: "a.jpg",
      source: .file(URL(fileURLWithPath: "/a.jpg")),
      width: 20,
      height: 20,
      boxes: [LabeledBox](repeating: box, count: 20)
    )
    let split = InspectedSplit(
      name: "a",
      dataset: DetectionDataset(
        format: .coco,
        location: "a.json",
        categories: [DatasetCategory(id: 1, name: "cell")],
        samples: [DatasetSample](repeating: sample, count: 20)
      )
    )
    let found = BoxedTwice.all(in: [split])
    #expect(found.count.pairs == 20 * 190 && found.count.pictures == 20)
    #expect(found.count.isComplete && found.count.disagreements == 0)
    #expect(found.told.count == BoxedTwice.mostTold)
  }
}
