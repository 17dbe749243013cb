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

  @Test(arguments: [ResNetDepth.resnet18, .resnet34, .resnet50, .resnet101])
  func `the stages have strides 8, 16 and 32 and the channels the pyramid expects`(
    depth: ResNetDepth
  ) throws {
    var generator = SplitMix64(state: 1)
    let configuration = ResNetConfiguration(depth: depth, norm: .group, width: 8)
    let network = try ResNet(configuration: configuration, using: &generator)
    let stages = try withInferenceMode {
      try network(noise(width: 70, height: 33), mode: .inference)
    }
    #expect(stages.map { $0.shape[1] } == configuration.pyramidInputs)
    #expect(stages.map { $0.shape[2] } == [5, 3, 2])
    #expect(stages.map { $0.shape[3] } == [9, 5, 3])
  }
}
