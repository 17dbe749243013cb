import FocalLoss
import Testing
import Torch

@testable import FocalEngine

@Suite struct BenchLossInputsTests {
  private func inputs(_ gamma: Double, rows: Int, classes: Int) throws -> BenchLossInputs {
    try BenchLossInputs(
      .init(rows: rows, classes: classes, alpha: 0.25, gamma: gamma, seed: 0, repetitions: 1),
      dtype: .float32
    )
  }

  /// The gradient that the kernel writes.
  private func gradient(of inputs: BenchLossInputs) throws -> [Float] {
    let settings = inputs.settings
    try SigmoidFocalLoss(alpha: settings.alpha, gamma: settings.gamma, form: .fused)
      .sum(logits: inputs.logits, targets: inputs.targets).backward()
    return try #require(try inputs.logits.gradient()).floats()
  }

  @Test func `a gradient that is no number is an error that is none`() throws {
    let inputs = try inputs(2, rows: 640, classes: 5)
    let shape = inputs.logits.shape
    #expect(try inputs.gradientError(of: Tensor.full(shape: shape, .nan)).isNaN)
    // One alone, between numbers: the first entry of a row that is looked at.
    var values = try gradient(of: inputs)
    #expect(try inputs.gradientError(of: Tensor(values, shape: shape)) < 1e-5)
    values[64 * 5 + 1] = .nan
    #expect(try inputs.gradientError(of: Tensor(values, shape: shape)).isNaN)
    let infinite = try Tensor.full(shape: shape, .infinity)
    #expect(try inputs.gradientError(of: infinite) == .infinity)
    // Nothing at all is off by all there is.
    #expect(try inputs.gradientError(of: Tensor.zeros(shape: shape)) == 1)
  }

  @Test func `gradients too small for a float do not count as wrong`() throws {
    let inputs = try inputs(17.3, rows: 7_000, classes: 1)
    let values = try gradient(of: inputs)
    #expect(values.contains { $0 != 0 && abs($0) < 0x1p-126 })
    #expect(try inputs.gradientError(of: Tensor(values, shape: [7_000, 1])) < 1e-5)
  }
}
