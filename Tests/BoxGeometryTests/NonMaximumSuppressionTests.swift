import BoxGeometry
import TestSupport
import Testing

@Suite struct NonMaximumSuppressionTests {
  private func detection(_ x1: Float, _ x2: Float, _ score: Float, label: Int = 0) -> ScoredBox {
    ScoredBox(box: BoundingBox(x1: x1, y1: 0, x2: x2, y2: 10), label: label, score: score)
  }

  @Test func `of overlapping boxes the best stays, others are untouched`() {
    // Second and first share 9 of 11; the third is apart; the fourth shares 8 of 12 with the first.
    let boxes = [
      detection(0, 10, 0.6), detection(1, 11, 0.9), detection(50, 60, 0.3), detection(2, 12, 0.5),
    ]
    #expect(
      NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 100) == [1, 2]
    )
  }

  @Test func `a suppressed box suppresses nobody`() {
    // A chain: the middle overlaps both ends by 0.6, the ends each other by 0.33.
    let boxes = [detection(0, 10, 0.9), detection(2.5, 12.5, 0.8), detection(5, 15, 0.7)]
    #expect(
      NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 100) == [0, 2]
    )
  }

  @Test func `an IoU equal to the threshold does not suppress`() {
    let boxes = [detection(0, 10, 0.9), detection(0, 5, 0.8)]
    #expect(NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 9) == [0, 1])
    #expect(
      NonMaximumSuppression.indices(of: boxes, iouThreshold: Float(0.5).nextDown, limit: 9) == [0]
    )
  }

  @Test func `equal scores keep the lower index, whatever the sign of zero`() {
    let same = [detection(0, 10, 0.5), detection(0, 10, 0.5), detection(50, 60, 0.5)]
    #expect(NonMaximumSuppression.indices(of: same, iouThreshold: 0.5, limit: 9) == [0, 2])
    let zeros = [detection(0, 10, -0.0), detection(0, 10, 0), detection(50, 60, -1)]
    #expect(NonMaximumSuppression.indices(of: zeros, iouThreshold: 0.5, limit: 9) == [0, 2])
  }

  @Test func `labels do not suppress each other unless asked to`() {
    let boxes = [detection(0, 10, 0.5, label: 1), detection(0, 10, 0.9, label: 2)]
    #expect(NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 9) == [1, 0])
    #expect(
      NonMaximumSuppression.indices(
        of: boxes,
        iouThreshold: 0.5,
        limit: 9,
        classAgnostic: true
      ) == [1]
    )
  }

  @Test func `the limit counts all labels together`() {
    let boxes = (0..<20).map {
      detection(Float($0) * 20, Float($0) * 20 + 10, Float($0), label: $0 % 3)
    }
    #expect(
      NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 4) == [19, 18, 17, 16]
    )
    #expect(NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 0).isEmpty)
    #expect(NonMaximumSuppression.indices(of: [], iouThreshold: 0.5, limit: 4).isEmpty)
  }

  @Test func `boxes and scores that are not numbers are never kept`() {
    let good = detection(0, 10, 0.1)
    var boxes = [detection(0, 10, .nan), good]
    boxes += BoundingBox.hostile.map { ScoredBox(box: $0, label: 0, score: 0.9) }
    let kept = NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 100)
    #expect(kept.contains(1))
    #expect(kept.allSatisfy { boxes[$0].box.isFinite && !boxes[$0].score.isNaN })
    let infinite = [detection(0, 10, -.infinity), detection(50, 60, .infinity), good]
    #expect(NonMaximumSuppression.indices(of: infinite, iouThreshold: 0.5, limit: 9) == [1, 2])
  }

  @Test(arguments: 0..<8 as Range<UInt64>, [0, 0.1, 0.3, 0.5, 0.7, 1] as [Float])
  func `what is kept is what every pair says`(seed: UInt64, threshold: Float) {
    var generator = SplitMix64(mixing: seed, UInt64(threshold.bitPattern))
    // From a few large boxes that crowd to many small ones that scatter, with repeated scores.
    let side = Float.random(in: 10...400, using: &generator)
    let boxes = [ScoredBox].random(
      count: 250,
      labels: 1 + generator.integer(below: 3),
      sides: 4...side,
      using: &generator
    ).map { ScoredBox(box: $0.box, label: $0.label, score: ($0.score * 50).rounded() / 50) }
    for classAgnostic in [false, true] {
      let kept = NonMaximumSuppression.indices(
        of: boxes,
        iouThreshold: threshold,
        limit: 200,
        classAgnostic: classAgnostic
      )
      #expect(kept == everyPair(boxes, threshold, 200, classAgnostic))
    }
  }

  /// Few whole coordinates and scores: boxes are equal, scores tie, and overlaps lie on the thresholds.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `a thousand small scenes full of ties, ten times`(seed: UInt64) {
    var generator = SplitMix64(mixing: 0x6e6d73, seed)
    var onThreshold = 0
    for _ in 0..<1000 {
      let boxes = [ScoredBox].tied(count: generator.integer(below: 24), using: &generator)
      let threshold = [0, 0.5, 1, 1.0 / 3, 0.25][generator.integer(below: 5)] as Float
      let limit = generator.integer(below: 4) == 0 ? 3 : 100
      let isAgnostic = generator.integer(below: 2) == 0
      let kept = NonMaximumSuppression.indices(
        of: boxes,
        iouThreshold: threshold,
        limit: limit,
        classAgnostic: isAgnostic
      )
      let usable = boxes.indices.filter { boxes[$0].box.isFinite && !boxes[$0].score.isNaN }
      let expected = everyPair(usable.map { boxes[$0] }, threshold, limit, isAgnostic)
        .map { usable[$0] }
      #expect(kept == expected)
      let isOnThreshold = kept.contains { first in
        kept.contains { $0 != first && boxes[$0].box.iou(with: boxes[first].box) == threshold }
      }
      onThreshold += isOnThreshold ? 1 : 0
    }
    // So many scenes have an overlap that is the threshold exactly.
    #expect(onThreshold > 200)
  }

  @Test(arguments: [false, true])
  func `thousands of boxes, crowded or scattered, are kept as every pair says`(isCrowded: Bool) {
    var generator = SplitMix64(state: 11)
    let boxes = [ScoredBox].random(
      count: 1500,
      labels: 2,
      sides: isCrowded ? 100...400 : 4...24,
      using: &generator
    )
    let kept = NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: .max)
    #expect(kept == everyPair(boxes, 0.5, .max, false))
    #expect(isCrowded ? kept.count < 700 : kept.count > 1300)
  }

  @Test func `labels may be any numbers, as far apart as can be`() {
    var generator = SplitMix64(state: 12)
    let labels = [Int.min, -1, 0, 7, 1 << 40, .max]
    let boxes = [ScoredBox].random(count: 200, labels: 6, using: &generator).map {
      ScoredBox(box: $0.box, label: labels[$0.label], score: $0.score)
    }
    #expect(
      NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.3, limit: 150)
        == everyPair(boxes, 0.3, 150, false)
    )
  }

  @Test func `boxes on one line, at one place or of labels of their own are all kept`() {
    let line = (0..<3000).map { index in
      ScoredBox(
        box: BoundingBox(x1: Float(index), y1: 5, x2: Float(index) + 3, y2: 5),
        label: index,
        score: 1
      )
    }
    #expect(NonMaximumSuppression.indices(of: line, iouThreshold: 0.5, limit: .max).count == 3000)
    let alike = (0..<3000).map { detection(0, 10, 0.5, label: $0) }
    #expect(NonMaximumSuppression.indices(of: alike, iouThreshold: 0.5, limit: .max).count == 3000)
    let point = (0..<3000).map { _ in detection(7, 7, 0.5) }
    #expect(NonMaximumSuppression.indices(of: point, iouThreshold: 0, limit: .max).count == 3000)
  }

  @Test func `coordinates far from the origin or far apart lose nothing`() {
    var generator = SplitMix64(state: 5)
    let near = [ScoredBox].random(count: 300, sides: 4...60, using: &generator)
    for offset in [1e6, -3e7] as [Float] {
      var boxes = near.map {
        ScoredBox(box: $0.box.translated(x: offset, y: offset), label: 0, score: $0.score)
      }
      boxes.append(detection(-1e38, 3e38, 0.99))
      #expect(
        NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 1000)
          == everyPair(boxes, 0.5, 1000, false)
      )
    }
  }

  @Test func `twenty thousand boxes at one place leave one`() {
    let boxes = (0..<20_000).map { detection(0, 10, Float($0 % 100)) }
    #expect(NonMaximumSuppression.indices(of: boxes, iouThreshold: 0.5, limit: 100) == [99])
  }
}

/// The definition, written out, over the usable boxes.
private func everyPair(
  _ boxes: [ScoredBox],
  _ threshold: Float,
  _ limit: Int,
  _ classAgnostic: Bool
) -> [Int] {
  var kept: [Int] = []
  let order = boxes.indices.sorted { (-boxes[$0].score, $0) < (-boxes[$1].score, $1) }
  for index in order where kept.count < limit {
    let isFree = kept.allSatisfy {
      (!classAgnostic && boxes[$0].label != boxes[index].label)
        || boxes[$0].box.iou(with: boxes[index].box) <= threshold
    }
    if isFree { kept.append(index) }
  }
  return kept
}

extension Array where Element == ScoredBox {
  /// Boxes with whole corners in a small square, some of them empty, out of order or not numbers.
  fileprivate static func tied(
    count: Int,
    using generator: inout SplitMix64
  ) -> [ScoredBox] {
    (0..<count).map { _ in
      let x1 = Float(generator.integer(below: 4))
      let y1 = Float(generator.integer(below: 2))
      let width = Float(generator.integer(below: 4))
      let height = Float(1 + generator.integer(below: 2))
      var box = BoundingBox(x1: x1, y1: y1, x2: x1 + width, y2: y1 + height)
      var score = Float(generator.integer(below: 5)) / 4
      switch generator.integer(below: 30) {
      case 0: box = BoundingBox.hostile[generator.integer(below: BoundingBox.hostile.count)]
      case 1: score = .nan
      case 2: score = [-0.0, -.infinity, .infinity][generator.integer(below: 3)]
      default: break
      }
      return ScoredBox(box: box, label: generator.integer(below: 2), score: score)
    }
  }
}
