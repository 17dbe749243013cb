import Torch
import TorchNN

/// The top-down pathway: P3 to P5 from C3 to C5, then P6 and P7 by strided convolutions.
///
/// Parameter names are torchvision's: `inner_blocks.0.0`, `layer_blocks.0.0`, `extra_blocks.p6`.
/// - Note: Lin et al. 2017, *Feature Pyramid Networks*; the focal loss paper, section 4, footnote 2, for P6 and P7.
final class FeaturePyramid: Module {
  private let lateral: [Conv2d]
  private let output: [Conv2d]
  private let p6: Conv2d
  private let p7: Conv2d
  private let extraLevelInput: RetinaNetConfiguration.ExtraLevelInput

  var members: [ModuleMember] {
    lateral.enumerated().map { .module("inner_blocks.\($0).0", $1) }
      + output.enumerated().map { .module("layer_blocks.\($0).0", $1) }
      + [.module("extra_blocks.p6", p6), .module("extra_blocks.p7", p7)]
  }

  init(
    configuration: RetinaNetConfiguration,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let channels = configuration.pyramidChannels
    var lateral: [Conv2d] = []
    var output: [Conv2d] = []
    for input in configuration.backbone.pyramidInputs {
      lateral.append(
        try Conv2d(
          inputChannels: input,
          outputChannels: channels,
          kernelSize: 1,
          weight: .xavierUniform,
          using: &generator
        )
      )
      output.append(
        try Conv2d(
          inputChannels: channels,
          outputChannels: channels,
          kernelSize: 3,
          weight: .xavierUniform,
          using: &generator
        )
      )
    }
    self.lateral = lateral
    self.output = output
    extraLevelInput = configuration.extraLevelInput
    let extraInput =
      extraLevelInput == .c5 ? configuration.backbone.pyramidInputs[2] : channels
    p6 = try Conv2d(
      inputChannels: extraInput,
      outputChannels: channels,
      kernelSize: 3,
      stride: 2,
      weight: .xavierUniform,
      using: &generator
    )
    p7 = try Conv2d(
      inputChannels: channels,
      outputChannels: channels,
      kernelSize: 3,
      stride: 2,
      weight: .xavierUniform,
      using: &generator
    )
  }

  /// C3, C4, C5 -> P3, P4, P5, P6, P7, all of the same channels.
  func callAsFunction(_ stages: [Tensor]) throws -> [Tensor] {
    var levels: [Tensor] = []
    var top: Tensor?
    for index in stages.indices.reversed() {
      var inner = try lateral[index](stages[index])
      if let above = top {
        inner = try inner + above.upsampleNearest(height: inner.shape[2], width: inner.shape[3])
      }
      top = inner
      levels.insert(try output[index](inner), at: 0)
    }
    let sixth = try p6(extraLevelInput == .c5 ? stages[stages.count - 1] : levels[levels.count - 1])
    levels.append(sixth)
    levels.append(try p7(sixth.relu()))
    return levels
  }
}
