import Torch
import TorchNN

/// The bottom-up network: a stem and four stages of residual blocks, of which the last three feed the pyramid.
///
/// Parameter names are torchvision's: `conv1`, `bn1`, `layer1.0.conv1`, `layer2.0.downsample.0`, …
final class ResNet: Module {
  private let stem: NormalizedConvolution
  private let stages: [[ResidualBlock]]

  var members: [ModuleMember] {
    [.module("conv1", stem.convolution), .module("bn1", stem.norm)]
      + stages.enumerated().flatMap { stage, blocks in
        blocks.enumerated().map { .module("layer\(stage + 1).\($0)", $1) }
      }
  }

  init(
    configuration: ResNetConfiguration,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let width = configuration.width
    stem = NormalizedConvolution(
      try Conv2d(
        inputChannels: 3,
        outputChannels: width,
        kernelSize: 7,
        stride: 2,
        padding: 3,
        bias: nil,
        using: &generator
      ),
      try configuration.normLayer(channels: width)
    )
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
    var stages: [[ResidualBlock]] = []
    for (index, blocks) in configuration.depth.blocks.enumerated() {
      stages.append(
        try stage(
          width: width << index,
          blocks: blocks,
          stride: index == 0 ? 1 : 2,
          using: &generator
        )
      )
    }
    self.stages = stages
    try freeze(allBut: configuration.trainableStages)
  }

  /// As torchvision's `trainable_layers`: the last stages, then the stem's convolution; its norm with all of it only.
  private func freeze(allBut trainable: Int) throws {
    for blocks in stages.dropLast(trainable) {
      for block in blocks { try block.freeze() }
    }
    if trainable < 5 {
      try stem.convolution.freeze()
      try stem.norm.freeze()
    }
  }

  /// (N, 3, H, W) -> C3, C4, C5 of strides 8, 16, 32.
  func callAsFunction(_ images: Tensor, mode: ForwardMode) throws -> [Tensor] {
    var x = try stem(images, mode: mode).relu()
    x = try x.maxPool2d(kernelSize: 3, stride: 2, padding: 1)
    var outputs: [Tensor] = []
    for blocks in stages {
      for block in blocks { x = try block(x, mode: mode) }
      outputs.append(x)
    }
    return Array(outputs.dropFirst())
  }
}

/// Two 3×3 convolutions, or 1×1, 3×3, 1×1, around a shortcut.
final class ResidualBlock: Module {
  private let layers: [NormalizedConvolution]
  private let shortcut: NormalizedConvolution?

  var members: [ModuleMember] {
    var members: [ModuleMember] = []
    for (index, layer) in layers.enumerated() {
      members.append(.module("conv\(index + 1)", layer.convolution))
      members.append(.module("bn\(index + 1)", layer.norm))
    }
    if let shortcut {
      members.append(.module("downsample.0", shortcut.convolution))
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
    let depth = configuration.depth
    let outputChannels = width * depth.expansion
    let inner = configuration.innerChannels(width: width)
    // (kernel, output channels, stride, groups); a bottleneck strides in its 3×3, as torchvision's does.
    let plan =
      depth.isBottleneck
      ? [(1, inner, 1, 1), (3, inner, stride, depth.groups), (1, outputChannels, 1, 1)]
      : [(3, width, stride, 1), (3, width, 1, 1)]
    func layer(
      _ input: Int,
      _ plan: (kernel: Int, output: Int, stride: Int, groups: Int),
      using generator: inout some RandomNumberGenerator
    ) throws -> NormalizedConvolution {
      NormalizedConvolution(
        try Conv2d(
          inputChannels: input,
          outputChannels: plan.output,
          kernelSize: plan.kernel,
          stride: plan.stride,
          padding: plan.kernel / 2,
          groups: plan.groups,
          bias: nil,
          using: &generator
        ),
        try configuration.normLayer(channels: plan.output)
      )
    }
    var channels = inputChannels
    var layers: [NormalizedConvolution] = []
    for step in plan {
      layers.append(try layer(channels, step, using: &generator))
      channels = step.1
    }
    self.layers = layers
    shortcut =
      stride == 1 && inputChannels == outputChannels
      ? nil : try layer(inputChannels, (1, outputChannels, stride, 1), using: &generator)
  }

  func callAsFunction(_ input: Tensor, mode: ForwardMode) throws -> Tensor {
    var x = input
    for (index, layer) in layers.enumerated() {
      x = try layer(x, mode: mode)
      if index < layers.count - 1 { x = try x.relu() }
    }
    let identity = try shortcut.map { try $0(input, mode: mode) } ?? input
    return try (x + identity).relu()
  }
}
