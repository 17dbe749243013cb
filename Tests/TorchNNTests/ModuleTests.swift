import Testing
import Torch
import TorchNN
import TorchTestSupport

/// A little network whose names are those of torchvision's.
private final class Block: Layer {
  let conv1: Conv2d
  let bn1: BatchNorm2d
  let downsample: Sequential?

  init(downsampled: Bool, using generator: inout SeededGenerator) throws(TorchError) {
    conv1 = try Conv2d(
      inputChannels: 2,
      outputChannels: 2,
      kernelSize: 3,
      bias: nil,
      using: &generator
    )
    bn1 = try BatchNorm2d(channels: 2)
    downsample =
      downsampled
      ? Sequential([
        try Conv2d(inputChannels: 2, outputChannels: 2, kernelSize: 1, using: &generator), ReLU(),
      ]) : nil
  }

  func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    let shortcut = try downsample?(input, mode: mode) ?? input
    return try (bn1(conv1(input), mode: mode) + shortcut).relu()
  }
}

private final class Network: Module {
  let layer1: [Block]
  let innerBlocks: Sequential
  let clsLogits: Conv2d
  let shared: Conv2d

  init(seed: UInt64 = 1) throws(TorchError) {
    var generator = SeededGenerator(seed: seed)
    layer1 = [
      try Block(downsampled: true, using: &generator),
      try Block(downsampled: false, using: &generator),
    ]
    clsLogits = try Conv2d(
      inputChannels: 2,
      outputChannels: 4,
      kernelSize: 1,
      weight: .normal(standardDeviation: 0.01),
      bias: .constant(-4.6),
      using: &generator
    )
    innerBlocks = Sequential([clsLogits])
    shared = clsLogits
  }
}

@Suite struct ModuleTests {
  @Test func `names follow the declaration as torchvision's do`() throws {
    let network = try Network()
    #expect(
      network.state.map(\.name) == [
        "layer1.0.conv1.weight", "layer1.0.bn1.weight", "layer1.0.bn1.bias",
        "layer1.0.bn1.running_mean", "layer1.0.bn1.running_var", "layer1.0.downsample.0.weight",
        "layer1.0.downsample.0.bias", "layer1.1.conv1.weight", "layer1.1.bn1.weight",
        "layer1.1.bn1.bias", "layer1.1.bn1.running_mean", "layer1.1.bn1.running_var",
        "inner_blocks.0.weight", "inner_blocks.0.bias",
      ]
    )
    #expect(network.buffers.map(\.name.isEmpty) == [false, false, false, false])
    // Convolutions 36 + 6 + 36 + 12, normalisations 4 + 4.
    #expect(network.parameterCount == 98)
    #expect(network.parameters.allSatisfy { $0.tensor.requiresGradient })
    try network.freeze()
    #expect(!network.parameters.contains { $0.tensor.requiresGradient })
  }

  @Test func `the state of one network makes another the same`() throws {
    let (one, other) = (try Network(seed: 1), try Network(seed: 2))
    let kernel = other.layer1[0].conv1.weight
    try other.load(one.state)
    for (a, b) in zip(one.state, other.state) { try expectElements(b.tensor, a.tensor.doubles()) }
    #expect(other.layer1[0].conv1.weight === kernel && kernel.isChannelsLast)
    #expect(kernel.requiresGradient)
  }

  @Test func `what does not fit is named and nothing is loaded`() throws {
    let network = try Network()
    var state = network.state.map { NamedTensor(name: $0.name, tensor: $0.tensor) }
    state[0] = NamedTensor(name: "extra", tensor: try Tensor([1]))
    state.append(NamedTensor(name: "layer1.0.bn1.num_batches_tracked", tensor: try Tensor([1])))
    let difference = #expect(throws: StateDifference.self) { try network.load(state) }
    #expect(difference?.missing == ["layer1.0.conv1.weight"])
    #expect(difference?.unexpected == ["extra"])
    #expect(try network.load(state, allowingPartial: true) == difference)
    state[1] = NamedTensor(name: state[1].name, tensor: try Tensor([1]))
    let mismatch = #expect(throws: StateDifference.self) {
      try network.load(state, allowingPartial: true)
    }
    #expect(
      mismatch?.description
        == "other shapes: layer1.0.bn1.weight is [1], expected [2]; "
        + "missing: layer1.0.conv1.weight; unexpected: extra"
    )
  }

  @Test func `a network moves and stays itself`() throws {
    let network = try Network()
    let before = try network.clsLogits.weight.doubles()
    try network.move(to: .cpu)
    try expectElements(network.clsLogits.weight, before)
    #expect(network.clsLogits.weight.requiresGradient)
  }

  @Test func `a block runs in both modes and trains`() throws {
    let network = try Network()
    let input = try Tensor.ones(shape: [2, 2, 4, 4]).channelsLast()
    let block = network.layer1[0]
    let output = try block(input, mode: .inference)
    #expect(output.shape == [2, 2, 4, 4] && output.isChannelsLast)
    try expectElements(block.bn1.runningMean, [0, 0])
    try block(input, mode: .training).sum().backward()
    #expect(try block.conv1.weight.gradient() != nil)
    #expect(try block.bn1.runningMean.doubles() != [0, 0])
  }
}
