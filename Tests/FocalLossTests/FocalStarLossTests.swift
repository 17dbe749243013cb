import FocalLoss
import FocalLossReference
import Foundation
import Testing
import Torch
import TorchTestSupport

struct FocalStarLossTests {
  /// At x = 0 with γ 2, β 1: −log σ(1) / 2 = 0.31326 / 2; at x = −0.5 the bend, log(2) / 2.
  @Test func `hand-worked values of the paper's setting`() throws {
    let margins = try Tensor([0, -0.5])
    try expectElements(
      FocalStarLoss(alpha: nil).value(margin: margins),
      [log1p(exp(-1)) / 2, log(2) / 2]
    )
  }

  @Test func `gamma 1 and beta 0 are cross entropy to the last bit`() throws {
    let margins = try Tensor((-40...40).map { Double($0) / 3 })
    #expect(
      try FocalStarLoss(gamma: 1, beta: 0).value(margin: margins).doubles()
        == SigmoidCrossEntropyLoss().value(margin: margins).doubles()
    )
  }

  /// log(1 + e^−γx) / γ is at most log(2) / γ above max(0, −x).
  @Test(arguments: [1, 10, 1e3, 1e6]) func `a great gamma is a hinge`(gamma: Double) throws {
    let values = (-40...40).map { Double($0) / 8 }
    let found = try FocalStarLoss(gamma: gamma, beta: 0).value(margin: Tensor(values)).doubles()
    for (value, loss) in zip(values, found) {
      #expect(loss >= max(0, -value) && loss <= max(0, -value) + log(2) / gamma * (1 + 1e-12))
    }
  }

  @Test(arguments: [1e-9, 1e-3, 3.7, 1e6, 1e9], [-1e9, -7, 0, 1e9])
  func `loss and gradient are finite in float32 wherever they are defined`(
    gamma: Double,
    beta: Double
  ) throws {
    let values = [-1e29, -1e4, -50, -1, -1e-30, 0, 1e-30, 1, 50, 1e4, 1e29]
    let margins = try Tensor(values).to(.float32)
    try margins.setRequiresGradient(true)
    let losses = try FocalStarLoss(alpha: nil, gamma: gamma, beta: beta).value(margin: margins)
    try losses.sum().backward()
    let reference = FocalStarReference(alpha: nil, gamma: gamma, beta: beta)
    let gradient = try #require(try margins.gradient()).doubles()
    for (place, margin) in try margins.doubles().enumerated() {
      // The rounding of γx and β: 4 ulp of the loss, and of what it changes by with them.
      let argument = abs(margin) + abs(beta / gamma)
      let unit = 4 * 0x1p-23
      let (value, slope) = (reference.value(margin: margin), reference.slope(margin: margin))
      let found = try losses.doubles()[place]
      #expect(abs(found - value) <= unit * (value + argument * abs(slope)) + 0x1p-126, "\(margin)")
      let bend = argument * reference.curvature(margin: margin)
      #expect(abs(gradient[place] - slope) <= unit * (abs(slope) + bend) + 0x1p-126, "\(margin)")
    }
  }

  @Test func `where γx and β nearly cancel, it is off by their rounding and no more`() throws {
    let (gamma, beta) = (3.7, -1e6)
    let reference = FocalStarReference(alpha: nil, gamma: gamma, beta: beta)
    let margins = (-50...50).map { 270_270.27 + Double($0) / 3 }
    let found = try FocalStarLoss(alpha: nil, gamma: gamma, beta: beta)
      .value(margin: Tensor(margins)).doubles()
    for (margin, loss) in zip(margins, found) {
      let exact = reference.value(margin: margin)
      // Two units of the last place of |γx| + |β|.
      let rounding = 0x1p-51 * (gamma * margin - beta) / gamma * -reference.slope(margin: margin)
      #expect(abs(loss - exact) <= 1e-12 * exact + rounding, "\(margin)")
    }
  }
}
