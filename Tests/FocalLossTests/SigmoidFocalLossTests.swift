import FocalLoss
import FocalLossReference
import Foundation
import Testing
import Torch
import TorchTestSupport

struct SigmoidFocalLossTests {
  /// One anchor of the background class at p = 0.01 costs 0.75 · 0.01² · −log(0.99) = 7.5377e-7,
  /// one positive 0.25 · 0.99² · −log(0.01) = 1.128382: the constants of a healthy first step.
  @Test(arguments: LossForm.allCases)
  func `the first step with the prior costs what the paper's constants say`(form: LossForm) throws {
    let logit = Float(-log(0.99 / 0.01))
    let targets = try AnchorClassTargets(classIndices: [-1, 0], categoryCount: 1)
    let logits = try Tensor([logit, logit], shape: [2, 1])
    let loss = try SigmoidFocalLoss(form: form).sum(logits: logits, targets: targets).item()
    let expected = 0.75 * 0.0001 * -log(0.99) + 0.25 * 0.9801 * -log(0.01)
    #expect(abs(loss - expected) < 1e-6)
    #expect(abs(expected - 1.128383) < 1e-6)
  }

  @Test(arguments: [nil, 0.25] as [Double?], LossVariant.all)
  func `gamma 0 is cross entropy to the last bit`(alpha: Double?, variant: LossVariant) throws {
    func results(_ loss: some SigmoidLoss) throws -> ([Double], [Double]) {
      let samples = try LossSamples(seed: 5, dtype: variant.dtype, device: variant.device)
      let losses = try loss.elements(logits: samples.tensor, targets: samples.targets)
      try losses.sum().backward()
      return (try losses.doubles(), try #require(try samples.tensor.gradient()).doubles())
    }
    let focal = try results(SigmoidFocalLoss(alpha: alpha, gamma: 0, form: variant.form))
    let entropy = try results(SigmoidCrossEntropyLoss(alpha: alpha, form: variant.form))
    #expect(focal == entropy)
  }

  @Test(arguments: LossVariant.all, [0, 1e-3, 0.5, 1, 2, 5])
  func `extreme logits give finite losses and gradients for every gamma`(
    variant: LossVariant,
    gamma: Double
  ) throws {
    // bfloat16 and float16 have no 1e4; what they have near it will do.
    let values: [Double] = [1e4, -1e4, 88, -88, 104, -104, 20, -20, 0, -0.0]
    let logits = try Tensor(values + values, shape: [20, 1]).to(variant.dtype).to(variant.device)
    try logits.setRequiresGradient(true)
    let targets = try AnchorClassTargets(
      classIndices: [Int32](repeating: 0, count: 10) + [Int32](repeating: -1, count: 10),
      categoryCount: 1,
      device: variant.device
    )
    let loss = try SigmoidFocalLoss(gamma: gamma, form: variant.form)
      .sum(logits: logits, targets: targets)
    try loss.backward()
    #expect(try loss.item().isFinite)
    #expect(try #require(try logits.gradient()).isFinite().all().bools() == [true])
  }

  /// At the end of the range nearly all weight goes to pₜ = 0.
  @Test(arguments: [7, 17.3, 100, 1e3, 1e4], [DType.float64, .float32])
  func `great gammas give no NaN`(gamma: Double, dtype: DType) throws {
    let reference = SigmoidFocalReference(alpha: nil, gamma: gamma)
    let values = [-1e4, -800, -400, -100, -50, -1, 0, 1, 50, 1e4, -.infinity, .infinity]
    let logits = try Tensor(values).to(dtype)
    try logits.setRequiresGradient(true)
    let truth = try Tensor([Bool](repeating: true, count: values.count))
    let losses = try SigmoidFocalLoss(alpha: nil, gamma: gamma)
      .loss(logits: logits, isObject: truth, reduction: .elementwise)
    try losses.sum().backward()
    let gradient = try #require(try logits.gradient())
    let tolerance = dtype == .float64 ? 1e-9 : 1e-5
    try expectElements(losses, values.map { reference.value(margin: $0) }, tolerance: tolerance)
    try expectElements(gradient, values.map { reference.slope(margin: $0) }, tolerance: tolerance)
  }

  /// 1.5 and −0.25 are exact in bfloat16, so nothing differs.
  @Test(arguments: [LossForm.composed, .fused])
  func `bfloat16 logits are computed in float32`(form: LossForm) throws {
    let logits = try Tensor([Float(1.5), -0.25], shape: [2, 1])
    let targets = try AnchorClassTargets(classIndices: [0, -1], categoryCount: 1)
    let loss = SigmoidFocalLoss(form: form)
    let full = try loss.sum(logits: logits, targets: targets)
    let half = try loss.sum(logits: logits.to(.bfloat16), targets: targets)
    #expect(half.dtype == .float32)
    #expect(try half.item() == full.item())
  }
}
