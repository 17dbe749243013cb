import FocalLoss
import Testing
import Torch
import TorchTestSupport

struct HingeLossTests {
  @Test func `hand-worked: below, in and beyond the corner`() throws {
    let margins = try Tensor([-2, 0, 1, 3])
    try margins.setRequiresGradient(true)
    let loss = try HingeLoss().value(margin: margins)
    try expectElements(loss, [3, 1, 0, 0])
    try loss.sum().backward()
    try expectElements(#require(try margins.gradient()), [-1, -1, 0, 0])
    // σ(log 3) = 3/4, σ(−log 3) = 1/4.
    let odds = try Tensor([-1.0986122886681098, 1.0986122886681098])
    try expectElements(HingeLoss(score: .probability).value(margin: odds), [0.25, 0])
    try expectElements(HingeLoss(margin: 1, score: .probability).value(margin: odds), [0.75, 0.25])
  }

  @Test func `the margin's default depends on the score`() {
    #expect(HingeLoss().margin == 1)
    #expect(HingeLoss(score: .probability).margin == 0.5)
    #expect(HingeLoss(margin: 2, score: .probability).margin == 2)
  }
}
