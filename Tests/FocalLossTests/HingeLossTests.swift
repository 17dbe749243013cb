import FocalLoss
import FocalLossReference
import Foundation
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

  @Test(arguments: [DType.float64, .float32], [0.1, 0.3, 0.5, 0.7, 0.9])
  func `near the corner it is the loss of a margin within half an ulp`(dtype: DType, margin: Double)
    throws
  {
    let loss = HingeLoss(margin: margin, score: .probability)
    let reference = HingeReference(margin: margin, score: .probability)
    let corner = log(margin / (1 - margin))
    let steps = (-40...40).map { corner + Double($0) * abs(Double($0)) * 1e-9 - 1e-30 }
    let margins = try Tensor(steps).to(dtype)
    let found = try loss.value(margin: margins).doubles()
    let half = dtype == .float64 ? 0x1p-53 : 0x1p-24
    for (logit, value) in try zip(margins.doubles(), found) {
      let exact = reference.value(margin: logit)
      let rounding = margin == 0.5 ? 0 : 0.25 * half + 0x1p-53
      #expect(abs(value - exact) <= 8 * half * exact + rounding, "\(logit)")
    }
    guard margin == 0.5 else { return }
    // The corner is at 0: nothing is lost.
    let near = try loss.value(margin: Tensor([-1e-30]).to(dtype)).item()
    #expect(abs(near / 2.5e-31 - 1) < 1e-6)
  }
}
