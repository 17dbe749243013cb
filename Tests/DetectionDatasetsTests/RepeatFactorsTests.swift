import BoxGeometry
import Testing

@testable import DetectionDatasets

@Suite struct RepeatFactorsTests {
  /// Pictures that hold these classes.
  private func samples(_ classes: [[Int]]) -> [DatasetSample] {
    classes.enumerated().map { index, labels in
      DatasetSample(
        imageID: index + 1,
        name: "\(index + 1).png",
        source: .synthetic(SyntheticScene(configuration: .tiny, seed: 1), index: index),
        width: 64,
        height: 48,
        boxes: labels.map {
          LabeledBox(box: BoundingBox(x1: 1, y1: 1, x2: 20, y2: 20), label: $0)
        }
      )
    }
  }

  @Test func `worked by hand`() {
    // Class 0 is in 4 of 5 pictures (twice in the first), class 1 in one.
    let factors = RepeatFactors(samples([[0, 0], [0], [0, 1], [0], []]), threshold: 0.8)
    // √(0.8 / 0.8) = 1, √(0.8 / 0.2) = 2; a picture has its rarest class's.
    #expect(factors.factors == [1, 1, 2, 1, 1])
    #expect(factors.placesPerEpoch == 6)
    #expect(factors.places(seed: 3, epoch: 9) == [0, 1, 2, 2, 3, 4])
  }

  @Test func `without a threshold every picture is seen once`() {
    let factors = RepeatFactors(samples([[0], [0], [1], []]), threshold: 0)
    #expect(factors.factors == [1, 1, 1, 1])
    #expect(factors.places(seed: 1, epoch: 0) == [0, 1, 2, 3])
    #expect(RepeatFactors([], threshold: 0.5).places(seed: 1, epoch: 0).isEmpty)
  }

  /// 100 pictures: a class in all of them, one in 30, one in 7, one in 1.
  private func longTail() -> RepeatFactors {
    RepeatFactors(
      samples(
        (0..<100).map {
          [0] + ($0 < 30 ? [1] : []) + ($0 % 14 == 3 ? [2] : []) + ($0 == 50 ? [3] : [])
        }
      ),
      threshold: 0.5
    )
  }

  @Test(arguments: 0..<30)
  func `every epoch is as long, and rounds each factor to one of its neighbours`(epoch: Int) {
    let factors = longTail()
    let places = factors.places(seed: 11, epoch: epoch)
    #expect(places.count == factors.placesPerEpoch)
    #expect(places == places.sorted())
    for (index, factor) in factors.factors.enumerated() {
      let count = places.count { $0 == index }
      #expect(Double(count) == factor.rounded(.down) || Double(count) == factor.rounded(.up))
    }
  }

  @Test func `in the mean of many epochs a picture is seen as often as its factor says`() {
    let factors = longTail()
    // √(0.5 / 0.01) = 7.07, √(0.5 / 0.07) = 2.67, √(0.5 / 0.3) = 1.29.
    #expect(factors.factors[50] > 7.07 && factors.factors[50] < 7.08)
    var counts = Array(repeating: 0, count: 100)
    let epochs = 1000
    for epoch in 0..<epochs {
      for index in factors.places(seed: 5, epoch: epoch) { counts[index] += 1 }
    }
    // Fewer than one place an epoch is rounded away, from each in proportion to its fraction.
    let fractions = factors.factors.map { $0 - $0.rounded(.down) }
    let sum = fractions.reduce(0, +)
    let scale = sum.rounded(.down) / sum
    for (index, count) in counts.enumerated() {
      let expected = factors.factors[index].rounded(.down) + fractions[index] * scale
      // Four and a half standard deviations of a coin.
      let slack = 4.5 * 0.5 / Double(epochs).squareRoot()
      #expect(abs(Double(count) / Double(epochs) - expected) < slack, "\(index)")
      #expect(factors.factors[index] - expected <= fractions[index] / sum)
    }
  }

  @Test func `epochs and seeds round differently, the same ones alike`() {
    let factors = longTail()
    #expect(factors.places(seed: 1, epoch: 0) == factors.places(seed: 1, epoch: 0))
    #expect(factors.places(seed: 1, epoch: 0) != factors.places(seed: 1, epoch: 1))
    #expect(factors.places(seed: 1, epoch: 0) != factors.places(seed: 2, epoch: 0))
  }

  @Test func `a plan holds every place once, and its steps are those that were announced`() throws {
    let painted = try PaintedDataset([
      .init(boxes: [(label: 0, x: 4, y: 4, width: 9, height: 9)]),
      .init(boxes: [(label: 0, x: 4, y: 4, width: 9, height: 9)]),
      .init(boxes: [(label: 1, x: 4, y: 4, width: 9, height: 9)]),
    ])
    var configuration = PaintedDataset.plain(batchSize: 2)
    configuration.repeatThreshold = 1
    // √(1 / (2/3)) = 1.22 twice and √3 = 1.73: 3 and a fraction of 2.18.
    #expect(painted.dataset.placesPerEpoch(repeatThreshold: 1) == 4)
    #expect(painted.dataset.placesPerEpoch(repeatThreshold: 0) == 3)
    for epoch in 0..<6 {
      let loader = BatchLoader(
        dataset: painted.dataset,
        configuration: configuration,
        epoch: epoch
      )
      #expect(loader.plan.order.count == 4)
      #expect(loader.batchCount == 2)
      var seen: [Int] = []
      while let batch = try loader.next() { seen += batch.imageIDs }
      #expect(Set(seen) == [1, 2, 3])
    }
  }
}
