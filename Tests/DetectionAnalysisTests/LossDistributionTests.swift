import BoxGeometry
import DetectionAnalysis
import FocalLossReference
import Testing

@Suite struct LossDistributionTests {
  /// A seeded crowd of easy negatives with a few objects, K categories.
  private static func crowd(
    seed: UInt64,
    anchors: Int = 2000,
    categories: Int = 3
  ) -> (logits: [Float], indices: [Int32]) {
    var generator = SplitMix64(state: seed)
    let logits = (0..<(anchors * categories)).map { _ in Float(generator.gaussian() * 1.5 - 3) }
    let indices = (0..<anchors).map { _ in
      generator.integer(below: 40) == 0
        ? Int32(generator.integer(below: categories))
        : (generator.integer(below: 20) == 0 ? -2 : Int32(-1))
    }
    return (logits, indices)
  }

  @Test func `one hard negative and one easy share the loss as their losses stand`() {
    var margins = MarginHistogram()
    // Background with logits 0 and -4: margins 0 (p_t = 0.5, hard) and 4 (easy).
    margins.insert([0, -4], [-1, -1], 1)
    let loss = CrossEntropyReference()
    let distribution = LossDistribution(of: loss, over: margins)
    #expect(distribution.hardNegatives.count == 1)
    #expect(distribution.easyNegatives.count == 1)
    // -log(0.5) and log(1 + e^-4), by hand.
    // A margin is rounded to 2^-20.
    #expect(abs(distribution.hardNegatives.loss - 0.6931471805599453) < 0x1p-20)
    #expect(abs(distribution.easyNegatives.loss - 0.01814992791780978) < 0x1p-20)
    #expect(abs(distribution.hardNegatives.gradient - 0.5) < 0x1p-20)
    #expect(abs(distribution.hardNegatives.squaredGradient - 0.25) < 0x1p-20)
    let share = 0.01814992791780978 / (0.6931471805599453 + 0.01814992791780978)
    #expect(distribution.background.map(\.examples) == [0, 0.5, 1])
    #expect(abs(distribution.background[1].loss - share) < 0x1p-20)
    #expect(abs(distribution.hardestBackgroundShare(0.5) - (1 - share)) < 0x1p-20)
    // Half of the hardest example carries half of its loss.
    #expect(abs(distribution.hardestBackgroundShare(0.25) - (1 - share) / 2) < 0x1p-20)
    // The hardest carries 97.4 % of the loss, so half of the loss is in this part of half the examples.
    #expect(abs(distribution.backgroundShare(carrying: 0.5) - 0.25 / (1 - share)) < 0x1p-20)
    #expect(distribution.foreground.isEmpty)
    #expect(distribution.positives.count == 0)
  }

  @Test(arguments: 0..<10 as Range<UInt64>, [0, 0.5, 1, 2, 5])
  func `sums agree with the losses added one by one`(seed: UInt64, gamma: Double) {
    let (logits, indices) = Self.crowd(seed: seed)
    var margins = MarginHistogram()
    margins.insert(logits, indices, 3)
    let loss = SigmoidFocalReference(alpha: 0.25, gamma: gamma)
    let distribution = LossDistribution(of: loss, over: margins)
    var (positive, negative, slope) = (0.0, 0.0, 0.0)
    for (place, logit) in logits.enumerated() where indices[place / 3] != -2 {
      let isObject = place % 3 == Int(indices[place / 3])
      let value = loss.value(logit: Double(logit), isObject: isObject)
      if isObject { positive += value } else { negative += value }
      slope += abs(loss.gradient(logit: Double(logit), isObject: isObject))
    }
    // The bound of MarginHistogram's bins, (γ + 1)² / (8 · 256²), and of the rounding of their margins.
    let bound = (gamma + 1) * (gamma + 1) / (8 * 256 * 256) + (gamma + 1) * 0x1p-20
    #expect(abs(distribution.positives.loss / positive - 1) <= bound)
    let background = distribution.easyNegatives.loss + distribution.hardNegatives.loss
    #expect(abs(background / negative - 1) <= bound)
    #expect(abs(distribution.totalGradient / slope - 1) <= 2 * bound)
  }

  @Test func `gamma moves the loss from easy negatives to hard ones and to objects`() {
    let (logits, indices) = Self.crowd(seed: 1)
    var margins = MarginHistogram()
    margins.insert(logits, indices, 3)
    let shares = [0, 0.5, 1, 2, 5].map { gamma in
      let distribution = LossDistribution(
        of: SigmoidFocalReference(alpha: nil, gamma: gamma),
        over: margins
      )
      return distribution.easyNegatives.loss / distribution.totalLoss
    }
    #expect(shares == shares.sorted(by: >))
    #expect(shares[0] > 0.3)
    #expect(shares[4] < 0.01)
  }

  @Test func `a cumulative curve rises from 0 to 1 and lies below the diagonal`() {
    let (logits, indices) = Self.crowd(seed: 2)
    var margins = MarginHistogram()
    margins.insert(logits, indices, 3)
    let distribution = LossDistribution(of: SigmoidFocalReference(), over: margins)
    for curve in [distribution.foreground, distribution.background] {
      #expect(curve.first?.examples == 0)
      #expect(curve.first?.loss == 0)
      #expect(curve.last?.examples == 1)
      #expect(abs((curve.last?.loss ?? 0) - 1) < 1e-9)
      for (left, right) in zip(curve, curve.dropFirst()) {
        #expect(left.examples < right.examples)
        #expect(left.loss <= right.loss)
      }
      // Easiest first: no part of the examples carries more than its share.
      #expect(curve.allSatisfy { $0.loss <= $0.examples + 1e-9 })
    }
  }

  @Test func `without logits there is nothing to share`() {
    let distribution = LossDistribution(of: SigmoidFocalReference(), over: MarginHistogram())
    #expect(distribution.totalLoss == 0)
    #expect(distribution.background.isEmpty)
    #expect(distribution.hardestBackgroundShare(0.01) == 0)
    #expect(distribution.hardestForegroundShare(0.01) == 0)
    #expect(distribution.backgroundShare(carrying: 0.5) == 0)
  }
}
