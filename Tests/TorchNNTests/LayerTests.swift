import Testing
import Torch
import TorchNN
import TorchTestSupport

@Suite struct LayerTests {
  var generator = SeededGenerator(seed: 4)

  @Test mutating func `initializers have the variance they promise`() throws {
    let shape = [64, 32, 3, 3]
    func deviation(_ tensor: Tensor) throws -> Double {
      try tensor.square().mean().item().squareRoot()
    }
    // 18,432 samples: the deviation is known to 0.5 %; four standard errors are 2 %.
    let fanIn = try Initializer.kaimingNormal(.input).parameter(shape: shape, using: &generator)
    #expect(abs(try deviation(fanIn) / (2.0 / 288).squareRoot() - 1) < 0.02)
    let fanOut = try Initializer.kaimingNormal(.output).parameter(shape: shape, using: &generator)
    #expect(abs(try deviation(fanOut) / (2.0 / 576).squareRoot() - 1) < 0.02)
    let even = try Initializer.kaimingUniform.parameter(shape: shape, using: &generator)
    #expect(abs(try deviation(even) / (1.0 / 864).squareRoot() - 1) < 0.02)
    #expect(try even.abs().max().item() <= (1.0 / 288).squareRoot())
    let xavier = try Initializer.xavierUniform.parameter(shape: shape, using: &generator)
    #expect(abs(try deviation(xavier) / (1.0 / 288).squareRoot() - 1) < 0.02)
    #expect(try xavier.abs().max().item() <= (3.0 / 288).squareRoot())
    let normal = try Initializer.normal(standardDeviation: 0.01).parameter(
      shape: shape,
      using: &generator
    )
    #expect(abs(try deviation(normal) / 0.01 - 1) < 0.02)
    #expect(normal.isChannelsLast && normal.requiresGradient && normal.isLeaf)
  }

  @Test mutating func `equal seeds give equal layers`() throws {
    var other = generator
    let a = try Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 3, using: &generator)
    let b = try Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 3, using: &other)
    try expectElements(a.weight, b.weight.doubles(), shape: [2, 3, 3, 3], tolerance: 0)
    #expect(a.padding == 1)
    try expectElements(#require(a.bias), [0, 0])
  }

  @Test mutating func `a convolution applies its settings`() throws {
    let layer = try Conv2d(
      inputChannels: 2,
      outputChannels: 4,
      kernelSize: 3,
      stride: 2,
      padding: 0,
      dilation: 2,
      groups: 2,
      weight: .constant(1),
      bias: .constant(5),
      using: &generator
    )
    let input = try Tensor.ones(shape: [1, 2, 7, 7])
    try expectElements(layer(input), Array(repeating: 14, count: 16), shape: [1, 4, 2, 2])
    try expectElements(layer(input, mode: .training), Array(repeating: 14, count: 16))
  }

  @Test func `batch normalisation keeps its statistics when told`() throws {
    let layer = try BatchNorm2d(channels: 1, scale: 2, momentum: 1, epsilon: 0)
    let input = try Tensor([1, 3], shape: [2, 1, 1, 1])
    layer.usesFixedStatistics = true
    try expectElements(layer(input, mode: .training), [2, 6])
    try expectElements(layer.runningMean, [0])
    layer.usesFixedStatistics = false
    try expectElements(layer(input, mode: .inference), [2, 6])
    try expectElements(layer(input, mode: .training), [-2, 2])
    try expectElements(layer.runningMean, [2])
    try expectElements(layer.runningVariance, [2])
  }

  @Test func `frozen batch normalisation is an affine map without parameters`() throws {
    let layer = try FrozenBatchNorm2d(channels: 1, epsilon: 0)
    let names = ["weight", "bias", "running_mean", "running_var"]
    let values: [Float] = [3, 1, 2, 4]
    try layer.load(
      zip(names, values).map { NamedTensor(name: $0, tensor: try Tensor([$1])) }
    )
    // (x − 2) / 2 · 3 + 1
    try expectElements(layer(Tensor([4, 2], shape: [2, 1, 1, 1]), mode: .training), [4, 1])
    #expect(layer.parameters.isEmpty && layer.state.count == 4)
  }

  @Test func `group normalisation starts as the plain one`() throws {
    let layer = try GroupNorm(channels: 2, groups: 1, epsilon: 0)
    try expectElements(layer(Tensor([1, 3], shape: [1, 2, 1, 1]), mode: .inference), [-1, 1])
    #expect(layer.state.map(\.name) == ["weight", "bias"])
  }

  @Test func `an empty sequence is the identity`() throws {
    let input = try Tensor([-1, 1])
    try expectElements(Sequential([])(input, mode: .inference), [-1, 1])
    try expectElements(Sequential([ReLU()])(input, mode: .inference), [0, 1])
  }
}
