import Torch
import TorchNN

/// The bottom-up network: a stem and four stages of residual blocks, of which the last three feed the pyramid.
///
/// Parameter names are torchvision's: `conv1`, `bn1`, `layer1.0.conv1`, `layer2.0.downsample.0`, …
final class ResNet: Module {
  let conv1: Conv2d
  let bn1: any Layer
  let layer1: [ResidualBlock]
  let layer2: [ResidualBlock]
  let layer3: [ResidualBlock]
  let layer4: [ResidualBlock]

  init(
    configuration: ResNetConfiguration,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let width = configuration.width
    conv1 = try Conv2d(
      inputChannels: 3,
      outputChannels: width,
      kernelSize: 7,
      stride: 2,
      padding: 3,
      bias: nil,
      using: &generator
    )
    bn1 = try configuration.norm.layer(channels: width)
    var inputChannels = width
    func stage(
      width: Int,
      blocks: Int,
      stride: Int,
      using generator: inout some RandomNumberGenerator
    ) throws -> [ResidualBlock] {
      var made: [ResidualBlock] = []
      for index in 0..<blocks {
        made.append(
          try ResidualBlock(
            inputChannels: inputChannels,
            width: width,
            stride: index == 0 ? stride : 1,
            configuration: configuration,
            using: &generator
          )
        )
        inputChannels = width * configuration.depth.expansion
      }
      return made
    }
    let blocks = configuration.depth.blocks
    layer1 = try stage(width: width, blocks: blocks[0], stride: 1, using: &generator)
    layer2 = try stage(width: 2 * width, blocks: blocks[1], stride: 2, using: &generator)
    layer3 = try stage(width: 4 * width, blocks: blocks[2], stride: 2, using: &generator)
    layer4 = try stage(width: 8 * width, blocks: blocks[3], stride: 2, using: &generator)
  }

  /// (N, 3, H, W) -> C3, C4, C5 of strides 8, 16, 32.
  func callAsFunction(_ images: Tensor, mode: ForwardMode) throws -> [Tensor] {
    var x = try bn1(conv1(images), mode: mode).relu()
    x = try x.maxPool2d(kernelSize: 3, stride: 2, padding: 1)
    var stages: [Tensor] = []
    for stage in [layer1, layer2, layer3, layer4] {
      for block in stage { x = try block(x, mode: mode) }
      stages.append(x)
    }
    return Array(stages.dropFirst())
  }
}

/// Two 3×3 convolutions, or 1×1, 3×3, 1×1, around a shortcut.
final class ResidualBlock: Module {
  private let convolutions: [Conv2d]
  private let norms: [any Layer]
  private let shortcut: (conv: Conv2d, norm: any Layer)?

  var members: [ModuleMember] {
    var members: [ModuleMember] = []
    for (index, (convolution, norm)) in zip(convolutions, norms).enumerated() {
      members.append(.module("conv\(index + 1)", convolution))
      members.append(.module("bn\(index + 1)", norm))
    }
    if let shortcut {
      members.append(.module("downsample.0", shortcut.conv))
      members.append(.module("downsample.1", shortcut.norm))
    }
    return members
  }

  init(
    inputChannels: Int,
    width: Int,
    stride: Int,
    configuration: ResNetConfiguration,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let outputChannels = width * configuration.depth.expansion
    // (kernel, output channels, stride); a bottleneck strides in its 3×3, as torchvision's does.
    let plan =
      configuration.depth.isBottleneck
      ? [(1, width, 1), (3, width, stride), (1, outputChannels, 1)]
      : [(3, width, stride), (3, width, 1)]
    var channels = inputChannels
    var convolutions: [Conv2d] = []
    var norms: [any Layer] = []
    for (kernel, output, stride) in plan {
      convolutions.append(
        try Conv2d(
          inputChannels: channels,
          outputChannels: output,
          kernelSize: kernel,
          stride: stride,
          padding: kernel / 2,
          bias: nil,
          using: &generator
        )
      )
      norms.append(try configuration.norm.layer(channels: output))
      channels = output
    }
    self.convolutions = convolutions
    self.norms = norms
    guard stride != 1 || inputChannels != outputChannels else {
      shortcut = nil
      return
    }
    shortcut = (
      try Conv2d(
        inputChannels: inputChannels,
        outputChannels: outputChannels,
        kernelSize: 1,
        stride: stride,
        padding: 0,
        bias: nil,
        using: &generator
      ),
      try configuration.norm.layer(channels: outputChannels)
    )
  }

  func callAsFunction(_ input: Tensor, mode: ForwardMode) throws -> Tensor {
    var x = input
    for (index, (convolution, norm)) in zip(convolutions, norms).enumerated() {
      x = try norm(convolution(x), mode: mode)
      if index < convolutions.count - 1 { x = try x.relu() }
    }
    let identity = try shortcut.map { try $0.norm($0.conv(input), mode: mode) } ?? input
    return try (x + identity).relu()
  }
}
