import BoxGeometry
import TestSupport
import Testing
import Torch
import TorchNN

@testable import DetectionModels

struct ResNetTests {
  /// A block whose kernels copy the first channel; batch norm of fresh statistics divides by √(1 + 1e-5).
  private func output(
    of value: Float,
    depth: ResNetDepth,
    stride: Int = 1,
    factor: Float
  ) throws -> Tensor {
    var generator = SplitMix64(state: 1)
    let block = try ResidualBlock(
      inputChannels: 8 * depth.expansion,
      width: 8,
      stride: stride,
      configuration: ResNetConfiguration(depth: depth, width: 8),
      using: &generator
    )
    try block.setKernels { _ in factor }
    return try block(constant(value, channels: 8 * depth.expansion, side: 4), mode: .inference)
  }

  @Test(arguments: [ResNetDepth.resnet18, .resnet50])
  func `a block adds its input, and its last rectifier comes after the sum`(
    depth: ResNetDepth
  ) throws {
    // Convolutions of 0: the input alone, rectified.
    #expect(Set(try output(of: 3, depth: depth, factor: 0).floats()) == [3])
    #expect(Set(try output(of: -3, depth: depth, factor: 0).floats()) == [0])
    // Copies: 3 + 3 above 0.
    for value in try output(of: 3, depth: depth, factor: 1).floats() {
      expectClose(value, 6, absolute: 1e-3)
    }
    #expect(Set(try output(of: -3, depth: depth, factor: 1).floats()) == [0])
    // Turned about: the rectifier after the first convolution leaves nothing to add.
    #expect(Set(try output(of: 3, depth: depth, factor: -1).floats()) == [3])
  }

  @Test func `a block that strides has a shortcut that strides`() throws {
    let output = try output(of: 3, depth: .resnet18, stride: 2, factor: 1)
    #expect(output.shape == [1, 8, 2, 2])
    for value in try output.floats() { expectClose(value, 6, absolute: 1e-3) }
  }

  @Test(arguments: ResNetDepth.allCases)
  func `the stages have strides 8, 16 and 32 and the channels the pyramid expects`(
    depth: ResNetDepth
  ) throws {
    var generator = SplitMix64(state: 1)
    let configuration = ResNetConfiguration(depth: depth, norm: .group, width: 16)
    let network = try ResNet(configuration: configuration, using: &generator)
    let stages = try withInferenceMode {
      try network(noise(width: 70, height: 33), mode: .inference)
    }
    #expect(stages.map { $0.shape[1] } == configuration.pyramidInputs)
    #expect(stages.map { $0.shape[2] } == [5, 3, 2])
    #expect(stages.map { $0.shape[3] } == [9, 5, 3])
  }

  /// torchvision's counts less those of the last layer, which a detector does not have: 513,000 or 2,049,000.
  @Test(
    .serialized,
    arguments: [
      (ResNetDepth.resnet18, 11_176_512), (.resnet34, 21_284_672), (.resnet50, 23_508_032),
      (.resnet101, 42_500_160), (.resnet152, 58_143_808), (.resnext101x32x8d, 86_742_336),
      (.resnext101x64x4d, 81_406_272),
    ]
  )
  func `each network has as many weights as torchvision's`(depth: ResNetDepth, count: Int) throws {
    var generator = SplitMix64(state: 1)
    let network = try ResNet(
      configuration: ResNetConfiguration(depth: depth),
      using: &generator
    )
    #expect(network.parameterCount == count)
  }

  @Test func `a network of groups is named and shaped as torchvision's`() throws {
    var generator = SplitMix64(state: 1)
    let network = try ResNet(
      configuration: ResNetConfiguration(depth: .resnext101x64x4d),
      using: &generator
    )
    let named = Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, $0.tensor.shape) })
    #expect(named["layer1.0.conv1.weight"] == [256, 64, 1, 1])
    #expect(named["layer1.0.conv2.weight"] == [256, 4, 3, 3])
    #expect(named["layer3.22.conv2.weight"] == [1024, 16, 3, 3])
    #expect(named["layer4.0.downsample.0.weight"] == [2048, 1024, 1, 1])
    #expect(named["layer4.2.bn2.running_var"] == [2048])
  }

  /// torchvision's `trainable_layers`: the stem's norm is trained with all five alone.
  @Test(arguments: 0...5)
  func `what is trained counts from the last stage down`(stages: Int) throws {
    var generator = SplitMix64(state: 1)
    var configuration = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.trainableStages = stages
    let network = try ResNet(configuration: configuration, using: &generator)
    let parts = Set(
      network.parameters.filter { $0.tensor.requiresGradient }
        .compactMap { $0.name.split(separator: ".").first.map(String.init) }
    )
    let order = ["layer4", "layer3", "layer2", "layer1", "conv1"]
    #expect(parts == Set(order.prefix(stages) + (stages == 5 ? ["bn1"] : [])))
  }

  @Test(arguments: [BackboneNorm.frozen, .batch])
  func `a step moves what is trained alone, and frozen norms not at all`(norm: BackboneNorm) throws
  {
    var generator = SplitMix64(state: 1)
    var configuration = ResNetConfiguration(depth: .resnet18, norm: norm, width: 8)
    configuration.trainableStages = 2
    let network = try ResNet(configuration: configuration, using: &generator)
    let before = try network.state.map { try $0.tensor.clone() }
    let optimizer = try SGD([ParameterGroup(network.parameters)])
    let outputs = try network(noise(images: 2, width: 64, height: 64), mode: .training)
    try outputs.map { try $0.square().mean() }.reduce(Tensor.zeros(shape: [])) { try $0 + $1 }
      .backward()
    try optimizer.step(learningRate: 0.1)
    for (entry, old) in zip(network.state, before) {
      let moved = try (entry.tensor.detach() - old.detach()).abs().max().item() > 0
      let isTrained = entry.name.hasPrefix("layer3") || entry.name.hasPrefix("layer4")
      let isStatistic = entry.name.contains("running")
      let isNorm = entry.name.contains("bn") || entry.name.contains("downsample.1")
      // Batch norm follows its batches wherever it is, as in torchvision.
      let expected = isNorm && norm == .frozen ? false : isStatistic || isTrained
      #expect(moved == expected, "\(entry.name)")
    }
  }

  @Test func `an epsilon of 0 is taken at its word`() throws {
    var generator = SplitMix64(state: 1)
    var configuration = ResNetConfiguration(depth: .resnet18, norm: .frozen, width: 8)
    configuration.normEpsilon = 0
    let block = try ResidualBlock(
      inputChannels: 8,
      width: 8,
      stride: 1,
      configuration: configuration,
      using: &generator
    )
    try block.setKernels { _ in 1 }
    let output = try block(constant(3, channels: 8, side: 2), mode: .inference)
    #expect(Set(try output.floats()) == [6])
  }
}
