import FocalLoss
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
}
