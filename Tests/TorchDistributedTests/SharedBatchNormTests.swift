import Testing
import Torch
import TorchDistributed
import TorchTestSupport

/// Against LibTorch's own batch norm of all pictures in one process.
@Suite struct SharedBatchNormTests {
  private static let shape = [5, 3, 4, 6]

  /// What a batch norm gives: output, gradients of input, weight and bias, mean and variance.
  private struct Pass {
    var output: [Double]
    var slopes: [[Double]]
  }

  private static func pictures() throws -> (x: Tensor, slope: Tensor) {
    // Means far from 0 against the deviations: sums of squares would lose them.
    var generator = SeededGenerator(seed: 3)
    func drawn(_ mean: Double, _ deviation: Double) throws -> Tensor {
      try Tensor.normal(
        shape: shape,
        mean: mean,
        standardDeviation: deviation,
        using: &generator
      ).channelsLast()
    }
    return (try drawn(300, 0.5), try drawn(0.2, 1))
  }

  private static func affine() throws -> (weight: Tensor, bias: Tensor) {
    let weight = try Tensor([Float(0.5), -1, 2])
    let bias = try Tensor([Float(1), 0, -1])
    for tensor in [weight, bias] { try tensor.setRequiresGradient(true) }
    return (weight, bias)
  }

  private static func alone() throws -> Pass {
    let (pictures, slope) = try pictures()
    let x = try pictures.clone()
    try x.setRequiresGradient(true)
    let (weight, bias) = try affine()
    let y = try x.batchNorm(
      weight: weight,
      bias: bias,
      runningMean: Tensor.zeros(shape: [3]),
      runningVariance: Tensor.ones(shape: [3]),
      training: true,
      momentum: 0.1,
      epsilon: 1e-5
    )
    try y.backward(from: slope)
    return Pass(
      output: try y.doubles(),
      slopes: try [x, weight, bias].map { try $0.gradient()?.doubles() ?? [] }
    )
  }

  private static func shared(_ group: ProcessGroup, shares: [Range<Int>]) throws -> Pass {
    let (pictures, slope) = try pictures()
    let share = shares[group.rank]
    let x = try pictures.narrow(dim: 0, start: share.lowerBound, length: share.count).clone()
    try x.setRequiresGradient(true)
    let (weight, bias) = try affine()
    let found = try group.batchNorm(x, weight: weight, bias: bias, epsilon: 1e-5)
    try found.output.backward(
      from: slope.narrow(dim: 0, start: share.lowerBound, length: share.count)
    )
    return Pass(
      output: try found.output.doubles(),
      slopes: try [x, weight, bias].map { try $0.gradient()?.doubles() ?? [] }
    )
  }

  private static func agree(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }
  }

  @Test(arguments: [[0..<2, 2..<5], [0..<5, 5..<5], [0..<1, 1..<1, 1..<5]])
  func `shares of any size give what all pictures in one process do`(shares: [Range<Int>]) throws {
    let whole = try Self.alone()
    let parts = try Processes.run(shares.count) { group in
      let pass = try Self.shared(group, shares: shares)
      return [pass.output] + pass.slopes
    }
    #expect(Self.agree(parts.flatMap { $0[0] }, whole.output))
    #expect(Self.agree(parts.flatMap { $0[1] }, whole.slopes[0]))
    for slope in [1, 2] {
      let sum = parts.map { $0[slope + 1] }.reduce([0, 0, 0]) { zip($0, $1).map(+) }
      #expect(Self.agree(sum, whole.slopes[slope]))
    }
  }

  @Test func `statistics are those worked by hand, with the same bits everywhere`() throws {
    // Worker 0 has 1 and 3, worker 1 has 5: mean 3, variance 8/3.
    let found = try Processes.run(2) { group in
      let own: [Float] = group.rank == 0 ? [1, 3] : [5]
      let result = try group.batchNorm(
        Tensor(own, shape: [own.count, 1, 1, 1]),
        weight: Tensor([Float(1)]),
        bias: Tensor([Float(0)]),
        epsilon: 0
      )
      return try result.mean.floats() + result.variance.floats() + [Float(result.elements)]
    }
    #expect(found[0] == [3, Float(8.0 / 3), 3])
    #expect(found[1] == found[0])
  }

  @Test func `bfloat16 pictures have float statistics and a bfloat16 output`() throws {
    let found = try Processes.run(2) { group in
      let own = try Tensor([Float(group.rank), 4], shape: [2, 1, 1, 1]).to(.bfloat16)
      let (weight, bias) = (try Tensor([Float(1)]), try Tensor([Float(0)]))
      let result = try group.batchNorm(own, weight: weight, bias: bias, epsilon: 1e-5)
      return (result.output.dtype, result.mean.dtype, try result.mean.item())
    }
    for each in found {
      #expect(each.0 == .bfloat16)
      #expect(each.1 == .float32)
      #expect(each.2 == 2.25)
    }
  }

  @Test func `a step in which nobody has a picture is refused, and nobody waits`() throws {
    let found = try Processes.run(2) { group -> String? in
      let (weight, bias) = try Self.affine()
      do throws(TorchError) {
        _ = try group.batchNorm(
          Tensor.zeros(shape: [0, 3, 4, 6]),
          weight: weight,
          bias: bias,
          epsilon: 1e-5
        )
        return nil
      } catch { return error.message }
    }
    for each in found { #expect(each?.contains("found none") == true) }
  }
}
