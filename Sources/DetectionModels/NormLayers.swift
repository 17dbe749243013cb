import Torch
import TorchNN

extension ResNetConfiguration {
  /// A new norm for the output of a convolution.
  func normLayer(channels: Int) throws -> any Layer {
    switch norm {
    case .batch: try BatchNorm2d(channels: channels, epsilon: normEpsilon)
    case .frozen: try FrozenBatchNorm2d(channels: channels, epsilon: normEpsilon)
    case .group:
      try GroupNorm(
        channels: channels,
        groups: GroupCount.of(channels: channels),
        epsilon: normEpsilon
      )
    }
  }
}

/// Into how many groups group norm divides the channels.
enum GroupCount {
  /// As many as keep at least four channels each, 32 at most, dividing the channels evenly.
  ///
  /// - Note: Wu and He 2018, *Group Normalization*: 32 groups for the widths of a ResNet.
  static func of(channels: Int) -> Int {
    (1...32).last { channels % $0 == 0 && channels / $0 >= 4 } ?? 1
  }
}
