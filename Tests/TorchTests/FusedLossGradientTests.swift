import Testing
import Torch
import TorchTestSupport

@Suite struct FusedLossGradientTests {
  private func loss(
    _ problem: FusedLossProblem,
    scale: Double = 1,
    _ form: FusedLossForm = .sum
  ) throws -> Tensor {
    try problem.logits.fusedFocalLoss(
      classes: problem.classes,
      alpha: 0.25,
      gamma: 2,
      scale: scale,
      form: form
    )
  }

  // A bfloat16 gradient is rounded again when it is multiplied.
  @Test(arguments: [(DType.float32, 24, 13.0), (.bfloat16, 8, 2.6)])
  func `a factor, a scale and a weight of each row or element multiply the gradient`(
    dtype: DType,
    digits: Int,
    bound: Double
  ) throws {
    let problem = try FusedLossProblem(seed: 4, shape: [50, 90], dtype: dtype, objects: 0.5)
    let (rows, elements) = (problem.shape[0], problem.gradients.count)
    let thirds = problem.gradients.map { $0 / 3 }
    func expectGradient(_ loss: Tensor, _ expected: [Double], _ what: String) throws {
      let gradient = try problem.gradient(of: loss)
      try expectUlps(gradient, expected, within: bound, digits: digits, what)
    }
    try expectGradient(loss(problem) / 3, thirds, "factor")
    try expectGradient(loss(problem, scale: 1 / 3.0), thirds, "scale")
    try expectElements(loss(problem, scale: 2), [2 * problem.losses(.sum)[0]], tolerance: 1e-6)
    try expectGradient((loss(problem, .rows) / 3).sum(), thirds, "rows alike")
    try expectGradient((loss(problem, .elements) / 3).sum(), thirds, "elements alike")

    let rowWeights = (0..<rows).map { Float($0 % 5) }
    let byRow = problem.gradients.enumerated().map { $1 * Double(rowWeights[$0 / 90]) }
    try expectGradient((loss(problem, .rows) * Tensor(rowWeights)).sum(), byRow, "rows")
    let weights = (0..<elements).map { Float($0 % 7) / 4 }
    let byElement = zip(problem.gradients, weights).map { $0 * Double($1) }
    let weightTensor = try Tensor(weights, shape: problem.shape)
    try expectGradient((loss(problem, .elements) * weightTensor).sum(), byElement, "elements")
  }

  @Test(arguments: [DType.float32, .bfloat16])
  func `a kept graph gives the same gradient again`(dtype: DType) throws {
    let problem = try FusedLossProblem(seed: 5, shape: [300, 40], dtype: dtype)
    for form in FusedLossForm.allCases {
      let sum = try loss(problem, scale: 0.7, form).sum()
      let first = try problem.gradient(of: sum, keepingGraph: true)
      let second = try problem.gradient(of: sum, keepingGraph: true)
      #expect(try first == second && second == problem.gradient(of: sum))
      #expect(throws: TorchError.self) { try sum.backward() }
    }
  }

  @Test func `gradients add up in a leaf, and pass on to what the logits were made of`() throws {
    let problem = try FusedLossProblem(seed: 6, shape: [10, 20])
    try loss(problem).backward()
    try (problem.logits * 2 / 2).fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
      .backward()
    let gradient = try #require(try problem.logits.gradient()).doubles()
    try expectUlps(gradient, problem.gradients.map { 2 * $0 }, within: 13)
  }

  @Test func `logits changed before the backward pass are refused`() throws {
    let problem = try FusedLossProblem(seed: 7, shape: [4, 4])
    let shifted = try problem.logits + 1
    let loss = try shifted.fusedFocalLoss(classes: problem.classes, alpha: nil, gamma: 2)
    try withoutGradient { try shifted.add_(1) }
    #expect(throws: TorchError.self) { try loss.backward() }
  }

  @Test func `logits that do not lie row by row are read as they are`() throws {
    let problem = try FusedLossProblem(seed: 8, shape: [20, 6])
    let turned = try problem.logits.transposed(0, 1).contiguous().transposed(0, 1)
    #expect(!turned.isContiguous)
    let loss = try turned.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
    try expectUlps(loss.doubles(), problem.losses(.sum), within: 16)
    try expectUlps(problem.gradient(of: loss), problem.gradients, within: 12)
    let every = try Tensor.zeros(shape: [40], dtype: .int64)
    let second = try every.reshape([20, 2]).select(dim: 1, index: 1)
    #expect(!second.isContiguous)
    let objects = try problem.logits.fusedFocalLoss(classes: second, alpha: 0.25, gamma: 2)
    try objects.backward()
  }

  @Test func `where no gradient is wanted, none is recorded`() throws {
    let problem = try FusedLossProblem(seed: 9, shape: [12, 5])
    let silent = try withoutGradient { try loss(problem) }
    #expect(!silent.requiresGradient)
    try expectUlps(silent.doubles(), problem.losses(.sum), within: 16)
    let plain = try problem.logits.detach()
    let unrecorded = try plain.fusedFocalLoss(classes: problem.classes, alpha: 0.25, gamma: 2)
    #expect(!unrecorded.requiresGradient)
    let inference = try withInferenceMode { try loss(problem) }
    try expectUlps(inference.doubles(), problem.losses(.sum), within: 16)
  }

  @Test(arguments: [DType.float32, .bfloat16])
  func `beside its gradient, the loss occupies next to nothing`(dtype: DType) throws {
    let problem = try FusedLossProblem(seed: 10, shape: [4_000, 91], dtype: dtype)
    let gradientBytes = problem.gradients.count * dtype.byteCount
    let little = 128 << 10
    // Forward, backward, and the gradient is where it was written, not a copy of it.
    let peak = try TorchRuntime.peakAllocation { try loss(problem).backward() }
    #expect(peak >= gradientBytes && peak < gradientBytes + little)
    try problem.logits.clearGradient()
    for factor in [1, 2.0] {
      let weights = try Tensor.full(shape: [4_000], factor)
      let rows = try TorchRuntime.peakAllocation {
        try (loss(problem, .rows) * weights).sum().backward()
      }
      #expect(rows < gradientBytes + little)
      try problem.logits.clearGradient()
    }
    let forward = try TorchRuntime.peakAllocation { _ = try withoutGradient { try loss(problem) } }
    #expect(forward < little)
  }
}
