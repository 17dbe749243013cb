import BoxGeometry
import FocalLoss
import TestSupport
import Testing

struct OnlineHardExampleMiningTests {
  /// Unit squares at these abscissas, far enough apart not to meet, or 0.1 apart: IoU 0.9 / 1.1.
  private func squares(_ places: [Float]) -> [BoundingBox] {
    places.map { BoundingBox(x1: $0, y1: 0, x2: $0 + 1, y2: 1) }
  }

  /// Rows 0 and 1 overlap: of the two the harder, row 1, is left.
  ///
  /// Row 4 is ignored, though it is the hardest and overlaps row 3. By loss: 1 (0.9), 3 (0.7), 2
  /// (0.5), 5 (0.1); the first three are taken.
  @Test func `hand-worked: suppression, then the hardest B`() {
    let boxes = squares([0, 0.1, 10, 20, 20.1, 30])
    let losses: [Float] = [0.8, 0.9, 0.5, 0.7, 5, 0.1]
    let classes: [Int32] = [-1, -1, 3, -1, -2, -1]
    func rows(_ count: Int, _ threshold: Float = 0.5) -> [Int] {
      OnlineHardExampleMining(batchSize: count, nmsThreshold: threshold)
        .rows(losses: losses, boxes: boxes, classIndices: classes)
    }
    #expect(rows(3) == [1, 3, 2])
    // Fewer examples than B: all that are left.
    #expect(rows(100) == [1, 3, 2, 5])
    // Above 9/11 the two may both stay.
    #expect(rows(2, 0.9) == [1, 0])
  }

  /// B = 4, 1:3: one object and three of background.
  ///
  /// Row 2 is the harder object; the hardest of the background are 0, 4 and 3.
  @Test func `hand-worked: a ratio of one to three`() {
    let boxes = squares([0, 10, 20, 30, 40, 50, 60])
    let losses: [Float] = [9, 0.2, 0.3, 0.6, 0.8, 0.5, 0.05]
    let classes: [Int32] = [-1, 0, 7, -1, -1, -1, -1]
    func rows(_ count: Int, _ classes: [Int32]) -> [Int] {
      OnlineHardExampleMining(batchSize: count, negativesPerPositive: 3)
        .rows(losses: losses, boxes: boxes, classIndices: classes)
    }
    #expect(rows(4, classes) == [0, 4, 3, 2])
    // 8: two objects, up to six of background, of which there are five.
    #expect(rows(8, classes) == [0, 4, 3, 5, 2, 1, 6])
    // One object is worth three of background, however many a batch could hold.
    #expect(rows(100, [-1, 0, -1, -1, -1, -1, -1]) == [0, 4, 3, 1])
    // No positives: nothing.
    #expect(rows(100, [Int32](repeating: -1, count: 7)) == [])
    // All positives: a quarter of the batch, the hardest.
    #expect(rows(8, [Int32](repeating: 1, count: 7)) == [0, 4])
    // A batch of one is one object; of two, one of each.
    #expect(rows(1, classes) == [2])
    #expect(rows(2, classes) == [0, 2])
  }

  /// An object that a harder background example covers is suppressed like any other.
  @Test func `labels do not protect from suppression`() {
    let rows = OnlineHardExampleMining(batchSize: 4).rows(
      losses: [1, 2],
      boxes: squares([0, 0.1]),
      classIndices: [5, -1]
    )
    #expect(rows == [1])
  }

  @Test func `of equal losses the lower row is first`() {
    let mining = OnlineHardExampleMining(batchSize: 2)
    #expect(
      mining.rows(
        losses: [1, 1, 1, 1],
        boxes: squares([0, 0.1, 10, 20]),
        classIndices: [-1, -1, -1, -1]
      ) == [0, 2]
    )
  }

  /// B = 8, 1:3: the second object is the last of ten equals, and still one of the two wanted.
  @Test func `of equal losses the last may be the object that is wanted`() {
    let rows = OnlineHardExampleMining(batchSize: 8, negativesPerPositive: 3).rows(
      losses: [Float](repeating: 1, count: 10),
      boxes: squares((0..<10).map { Float($0) * 10 }),
      classIndices: [0] + [Int32](repeating: -1, count: 8) + [0]
    )
    #expect(rows == [0, 1, 2, 3, 4, 5, 6, 9])
  }

  @Test func `a NaN is the hardest, an infinite box is never chosen`() {
    let boxes = squares([0, 10, 20]) + [BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 1)]
    let rows = OnlineHardExampleMining(batchSize: 2).rows(
      losses: [1, .nan, 2, 9],
      boxes: boxes,
      classIndices: [-1, -1, 0, -1]
    )
    #expect(rows == [1, 2])
  }

  @Test func `no anchors, and none that count, give no rows`() {
    for ratio in [nil, 3] {
      let mining = OnlineHardExampleMining(negativesPerPositive: ratio)
      #expect(mining.rows(losses: [], boxes: [], classIndices: []) == [])
      #expect(mining.rows(losses: [1], boxes: squares([0]), classIndices: [-2]) == [])
    }
  }

  @Test func `the default is the paper's best`() {
    let best = OnlineHardExampleMining()
    #expect(best.batchSize == 128 && best.nmsThreshold == 0.5 && best.negativesPerPositive == nil)
  }

  /// The definition, word for word: take the hardest, strike out what overlaps it, go on.
  private func plainly(
    _ losses: [Float],
    _ boxes: [BoundingBox],
    _ classes: [Int32],
    threshold: Float
  ) -> [Int] {
    var left = losses.indices.filter { classes[$0] != -2 }
    var taken: [Int] = []
    while let best = left.max(by: { (losses[$0], $1) < (losses[$1], $0) }) {
      taken.append(best)
      left.removeAll { $0 == best || boxes[$0].iou(with: boxes[best]) > threshold }
    }
    return taken
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `crowds of random examples are chosen as the definition says`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let count = 60
    let boxes = (0..<count).map { _ in
      BoundingBox.random(imageWidth: 200, imageHeight: 200, using: &generator)
    }
    // Few values, so that there are ties.
    let losses = (0..<count).map { _ in Float(generator.integer(below: 12)) / 4 }
    let classes = (0..<count).map { _ in Int32(generator.integer(below: 5)) - 3 }.map {
      max($0, -2)
    }
    let threshold: Float = seed % 2 == 0 ? 0.5 : 0.1
    let survivors = plainly(losses, boxes, classes, threshold: threshold)
    let batch = 1 + generator.integer(below: 30)
    let plain = OnlineHardExampleMining(batchSize: batch, nmsThreshold: threshold)
      .rows(losses: losses, boxes: boxes, classIndices: classes)
    #expect(plain == Array(survivors.prefix(batch)))

    let balanced = OnlineHardExampleMining(
      batchSize: batch,
      nmsThreshold: threshold,
      negativesPerPositive: 3
    ).rows(losses: losses, boxes: boxes, classIndices: classes)
    let objects = survivors.filter { classes[$0] >= 0 }
    let background = survivors.filter { classes[$0] == -1 }
    let positives = objects.prefix(max(1, batch / 4))
    let negatives = background.prefix(min(3 * positives.count, batch - positives.count))
    #expect(Set(balanced) == Set(positives + negatives))
    #expect(balanced.count <= batch)
    #expect(balanced == survivors.filter(Set(balanced).contains))
  }
}
