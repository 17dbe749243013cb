import BoxGeometry
import FocalLossReference
import Foundation
import TestSupport
import Testing

@Suite struct SoftmaxFocalReferenceTests {
  @Test func `a probability of one half among ¼, ½, ¼ at gamma 2`() {
    let loss = SoftmaxFocalReference()
    #expect(loss.gamma == 2)
    let logits = [0, log(2.0), 0]
    expectClose(loss.value(logits: logits, target: 1), 0.25 * log(2.0), absolute: 1e-16)
    // f′ = −q^γ (γ p L + q), shared by the two others alike.
    let pull = 0.25 * log(2.0) + 0.125
    expectClose(
      loss.gradient(logits: logits, target: 1),
      [pull / 2, -pull, pull / 2],
      absolute: 1e-16
    )
    // f″ = q^γ (p q (1 + 2γ) + γ p L (γ p − q)).
    let bend = 0.3125 + 0.125 * log(2.0)
    let side = (bend - pull) / 4
    expectClose(
      loss.hessian(logits: logits, target: 1).flatMap { $0 },
      [
        side + pull / 2, -bend / 2, side,
        -bend / 2, bend, -bend / 2,
        side, -bend / 2, side + pull / 2,
      ],
      absolute: 1e-16
    )
  }

  @Test func `gamma 0 is the cross entropy of a softmax: p − t, and diag(p) − p pᵀ`() {
    let loss = SoftmaxFocalReference(gamma: 0)
    let logits = [0.3, -1.2, 2.0, 0]
    let powers = logits.map { exp($0) }
    let probabilities = powers.map { $0 / powers.reduce(0, +) }
    for target in 0..<4 {
      expectClose(
        loss.value(logits: logits, target: target),
        -log(probabilities[target]),
        absolute: 0,
        relative: 1e-14
      )
      expectClose(
        loss.gradient(logits: logits, target: target),
        probabilities.enumerated().map { $1 - ($0 == target ? 1 : 0) },
        absolute: 1e-15
      )
      let hessian = loss.hessian(logits: logits, target: target)
      for (row, p) in probabilities.enumerated() {
        expectClose(
          hessian[row],
          probabilities.enumerated().map { ($0 == row ? p : 0) - p * $1 },
          absolute: 1e-15
        )
      }
    }
  }

  @Test(arguments: MarginLossReferenceTests.gammas)
  func `of two classes it is the sigmoid focal loss of their difference`(gamma: Double) {
    let loss = SoftmaxFocalReference(gamma: gamma)
    let sigmoid = SigmoidFocalReference(alpha: nil, gamma: gamma)
    for logit in [-1e4, -30, -1.5, 0, 0.25, 8, 1e4] as [Double] {
      for (target, margin) in [(0, logit), (1, -logit)] {
        let logits = [logit, 0]
        #expect(loss.value(logits: logits, target: target) == sigmoid.value(margin: margin))
        let slope = sigmoid.slope(margin: margin)
        #expect(loss.gradient(logits: logits, target: target)[target] == slope)
        #expect(loss.gradient(logits: logits, target: target)[1 - target] == -slope)
        let curvature = sigmoid.curvature(margin: margin)
        #expect(
          loss.hessian(logits: logits, target: target)
            == [[curvature, -curvature], [-curvature, curvature]]
        )
      }
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `gradient and Hessian are the slopes of value and gradient, and add up to 0`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let count = 2 + random.integer(below: 5)
    let gamma = MarginLossReferenceTests.gammas[Int(seed) % 6]
    let weights = (0..<count).map { _ in random.uniform(in: 0...3) }
    let loss = SoftmaxFocalReference(gamma: gamma, classWeights: seed % 2 == 0 ? weights : nil)
    let logits = (0..<count).map { _ in 4 * random.gaussian() }
    let target = random.integer(below: count)
    func moved(_ index: Int, to value: Double) -> [Double] {
      var moved = logits
      moved[index] = value
      return moved
    }
    let gradient = loss.gradient(logits: logits, target: target)
    let hessian = loss.hessian(logits: logits, target: target)
    expectClose(gradient.reduce(0, +), 0, absolute: 1e-14)
    for row in 0..<count {
      expectClose(
        gradient[row],
        slope(at: logits[row]) { loss.value(logits: moved(row, to: $0), target: target) },
        absolute: 1e-10
      )
      expectClose(hessian[row].reduce(0, +), 0, absolute: 1e-14)
      for column in 0..<count {
        #expect(hessian[row][column] == hessian[column][row])
        expectClose(
          hessian[row][column],
          slope(at: logits[column]) {
            loss.gradient(logits: moved(column, to: $0), target: target)[row]
          },
          absolute: 1e-10
        )
      }
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `only differences of logits and the order of classes count, however far out`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let loss = SoftmaxFocalReference(gamma: 2)
    // Sixteenths, which a shift by 10,000 leaves exact.
    let logits = (0..<5).map { _ in Double(random.integer(below: 400) - 200) / 16 }
    let gradient = loss.gradient(logits: logits, target: 3)
    for shift in [-1e4, 1e4] as [Double] {
      let shifted = logits.map { $0 + shift }
      #expect(loss.value(logits: shifted, target: 3) == loss.value(logits: logits, target: 3))
      #expect(loss.gradient(logits: shifted, target: 3) == gradient)
    }
    expectClose(
      loss.gradient(logits: logits.reversed(), target: 1).reversed(),
      gradient,
      absolute: 0,
      relative: 1e-14
    )
  }

  @Test func `class weights scale the rows of their class`() {
    let plain = SoftmaxFocalReference(gamma: 1)
    let loss = SoftmaxFocalReference(gamma: 1, classWeights: [0.5, 0, 2])
    let logits = [0.1, 0.2, -0.4]
    for (target, weight) in [0.5, 0, 2].enumerated() {
      #expect(
        loss.value(logits: logits, target: target)
          == weight * plain.value(logits: logits, target: target)
      )
      expectClose(
        loss.gradient(logits: logits, target: target),
        plain.gradient(logits: logits, target: target).map { weight * $0 },
        absolute: 0,
        relative: 1e-15
      )
    }
    #expect(loss.value(logits: [0, -.infinity, 0], target: 1) == 0)
  }

  @Test func `without a target all is 0, whatever the logits`() {
    let loss = SoftmaxFocalReference()
    #expect(loss.value(logits: [.nan, 1], target: nil) == 0)
    #expect(loss.gradient(logits: [.nan, .infinity], target: nil) == [0, 0])
    #expect(loss.hessian(logits: [.nan, .infinity], target: nil) == [[0, 0], [0, 0]])
    #expect(loss.value(logits: [], target: nil) == 0)
    #expect(loss.gradient(logits: [], target: nil).isEmpty)
    #expect(loss.hessian(logits: [], target: nil).isEmpty)
  }

  @Test(arguments: MarginLossReferenceTests.gammas)
  func `one class, ±10,000 and infinities give the limits`(gamma: Double) {
    let loss = SoftmaxFocalReference(gamma: gamma)
    #expect(loss.value(logits: [3], target: 0) == 0)
    #expect(loss.gradient(logits: [3], target: 0) == [0])
    #expect(loss.hessian(logits: [3], target: 0) == [[0]])
    for far in [1e4, .infinity] as [Double] {
      #expect(loss.value(logits: [far, 0, 1], target: 0) == 0)
      #expect(loss.gradient(logits: [far, 0, 1], target: 0) == [0, 0, 0])
      let zeros = [[0, 0, 0], [0, 0, 0], [0, 0, 0]] as [[Double]]
      #expect(loss.hessian(logits: [far, 0, 1], target: 0) == zeros)
      #expect(loss.gradient(logits: [far, 0, 1], target: 1) == [1, -1, 0])
      #expect(loss.hessian(logits: [far, 0, 1], target: 1) == zeros)
      #expect(loss.value(logits: [-far, 0], target: 0) == far)
      #expect(loss.gradient(logits: [-far, 0], target: 0) == [-1, 1])
    }
    #expect(loss.value(logits: [1e4, 0, 1], target: 1) == 1e4)
    #expect(
      loss.value(logits: [0, 1, -.infinity], target: 0) == loss.value(logits: [0, 1], target: 0)
    )
    #expect(loss.value(logits: [.infinity, .infinity, 0], target: 0).isNaN)
    #expect(loss.gradient(logits: [.infinity, .infinity, 0], target: 2)[0].isNaN)
  }

  @Test func `a NaN makes all of its row NaN`() {
    let loss = SoftmaxFocalReference()
    for logits in [[.nan, 0, 1], [0, .nan, 1], [.nan, .nan, .nan]] as [[Double]] {
      #expect(loss.value(logits: logits, target: 0).isNaN)
      #expect(loss.gradient(logits: logits, target: 0).allSatisfy { $0.isNaN })
      #expect(loss.hessian(logits: logits, target: 0).flatMap { $0 }.allSatisfy { $0.isNaN })
    }
    #expect(loss.value(logits: [.nan], target: 0).isNaN)
  }
}
