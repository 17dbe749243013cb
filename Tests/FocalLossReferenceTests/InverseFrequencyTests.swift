import BoxGeometry
import FocalLossReference
import TestSupport
import Testing

@Suite struct InverseFrequencyTests {
  @Test func `one object among four examples weighs three times a background`() {
    #expect(InverseFrequency.alpha(positives: 1, negatives: 3) == 0.75)
    #expect(InverseFrequency.alpha(positives: 5, negatives: 5) == 0.5)
    // An image of the paper: some 10 anchors of 100,000.
    #expect(InverseFrequency.alpha(positives: 10, negatives: 99_990) == 0.9999)
  }

  @Test func `a side that does not occur leaves nothing to the other`() {
    #expect(InverseFrequency.alpha(positives: 0, negatives: 7) == 1)
    #expect(InverseFrequency.alpha(positives: 7, negatives: 0) == 0)
    #expect(InverseFrequency.alpha(positives: 0, negatives: 0) == 0.5)
    #expect(InverseFrequency.alpha(positives: .max, negatives: .max) == 0.5)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `both sides weigh alike in total`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let positives = 1 + random.integer(below: 1000)
    let negatives = 1 + random.integer(below: 1_000_000)
    let alpha = InverseFrequency.alpha(positives: positives, negatives: negatives)
    expectClose(
      alpha * Double(positives),
      (1 - alpha) * Double(negatives),
      absolute: 0,
      // 1 − alpha is as good as alpha is near 1.
      relative: 1e-9
    )
  }

  @Test func `counts of 1, 2 and 4 weigh as 4 to 2 to 1, with mean 1`() {
    let weights = InverseFrequency.classWeights(counts: [1, 2, 4])
    expectClose(weights, [12.0 / 7, 6.0 / 7, 3.0 / 7], absolute: 1e-15)
  }

  @Test func `a class that does not occur weighs as the rarest that does`() {
    let weights = InverseFrequency.classWeights(counts: [0, 1, 3, 0])
    // The mean of those that occur stays 1.
    #expect(weights == [1.5, 1.5, 0.5, 1.5])
    #expect(InverseFrequency.classWeights(counts: [0, 0]) == [1, 1])
    #expect(InverseFrequency.classWeights(counts: []).isEmpty)
    #expect(InverseFrequency.classWeights(counts: [9]) == [1])
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `every class weighs alike in total, and the mean is 1`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let counts = (0...random.integer(below: 20)).map { _ in 1 + random.integer(below: 100_000) }
    let weights = InverseFrequency.classWeights(counts: counts)
    expectClose(weights.reduce(0, +) / Double(weights.count), 1, absolute: 1e-14)
    let totals = zip(weights, counts).map { $0 * Double($1) }
    expectClose(totals, totals.map { _ in totals[0] }, absolute: 0, relative: 1e-14)
  }
}
