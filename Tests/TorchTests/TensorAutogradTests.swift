import Testing
import Torch
import TorchTestSupport

@Suite struct TensorAutogradTests {
  @Test func `the gradient of a square`() throws {
    let x = try Tensor([1, -2, 3])
    #expect(!x.requiresGradient && x.isLeaf)
    try x.setRequiresGradient(true)
    #expect(x.requiresGradient)
    #expect(try x.gradient() == nil)
    let y = try x.square().sum()
    #expect(!y.isLeaf && y.requiresGradient)
    try y.backward(keepingGraph: true)
    try expectElements(#require(try x.gradient()), [2, -4, 6])
    try y.backward()
    try expectElements(#require(try x.gradient()), [4, -8, 12])
    try x.clearGradient()
    #expect(try x.gradient() == nil)
    #expect(throws: TorchError.self) { try y.backward() }
  }

  @Test func `a Jacobian product`() throws {
    let x = try Tensor([1, 2])
    try x.setRequiresGradient(true)
    try (x * 3).backward(from: Tensor([1, 10]))
    try expectElements(#require(try x.gradient()), [3, 30])
    try x.setGradient(Tensor([7, 7]))
    try expectElements(#require(try x.gradient()), [7, 7])
  }

  @Test func `what cannot be differentiated is refused`() throws {
    #expect(throws: TorchError.self) { try Tensor([1]).backward() }
    #expect(throws: TorchError.self) { try Tensor([Int64(1)]).setRequiresGradient(true) }
    let x = try Tensor([1, 2])
    try x.setRequiresGradient(true)
    #expect(throws: TorchError.self) { try (x * 2).backward() }
    #expect(throws: TorchError.self) { try x.setGradient(Tensor([1, 2, 3])) }
  }

  @Test func `gradients meet finite differences`() throws {
    var generator = SeededGenerator(seed: 5)
    let point = try Tensor.normal(shape: [16], using: &generator).doubles()
    let kernel = try Tensor.normal(shape: [2, 1, 3, 3], using: &generator).to(.float64)
    try expectGradient(at: point, shape: [1, 1, 4, 4]) {
      try $0.conv2d(weight: kernel, padding: 1).square().sum()
    }
    try expectGradient(at: point, shape: [4, 4]) {
      try ($0.sigmoid() * $0.softplus() + $0.exp() / (1 + $0.square())).logSigmoid().sum()
    }
    try expectGradient(at: point, shape: [2, 2, 2, 2]) {
      try $0.batchNorm(
        weight: nil,
        bias: nil,
        runningMean: nil,
        runningVariance: nil,
        training: true
      ).pow(3).sum()
    }
    try expectGradient(at: point, shape: [16]) {
      try $0.smoothL1Loss(.zeros(shape: [16], dtype: .float64), beta: 0.4, reduction: .mean)
    }
  }
}
