import BoxGeometry
import Foundation
import Torch
import TorchNN

/// One subnet: convolutions with ReLU, then one convolution to the outputs of each anchor; the same weights on every level.
///
/// Parameter names are torchvision's: `conv.0.0`, `conv.0.1` (norm), and the last one's given name.
final class Subnet: Module {
  private let tower: [(conv: Conv2d, norm: GroupNorm?)]
  private let last: Conv2d
  private let lastName: String
  /// Values of each anchor: K categories, or 4 deltas.
  private let valuesPerAnchor: Int

  var members: [ModuleMember] {
    var members: [ModuleMember] = []
    for (index, layer) in tower.enumerated() {
      members.append(.module("conv.\(index).0", layer.conv))
      if let norm = layer.norm { members.append(.module("conv.\(index).1", norm)) }
    }
    return members + [.module(lastName, last)]
  }

  // `lastBias` is what the last bias starts at: the paper's prior for the classification subnet, else 0.
  init(
    configuration: RetinaNetConfiguration,
    valuesPerAnchor: Int,
    lastName: String,
    lastBias: Double,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let channels = configuration.pyramidChannels
    var tower: [(conv: Conv2d, norm: GroupNorm?)] = []
    for _ in 0..<configuration.head.depth {
      let norm =
        configuration.head.norm == .group
        ? try GroupNorm(channels: channels, groups: GroupCount.of(channels: channels)) : nil
      // A norm brings a bias of its own.
      let convolution = try Conv2d(
        inputChannels: channels,
        outputChannels: channels,
        kernelSize: 3,
        weight: .normal(standardDeviation: 0.01),
        bias: norm == nil ? .constant(0) : nil,
        using: &generator
      )
      tower.append((convolution, norm))
    }
    self.tower = tower
    self.lastName = lastName
    self.valuesPerAnchor = valuesPerAnchor
    last = try Conv2d(
      inputChannels: channels,
      outputChannels: valuesPerAnchor * configuration.anchors.anchorsPerCell,
      kernelSize: 3,
      weight: .normal(standardDeviation: 0.01),
      bias: .constant(lastBias),
      using: &generator
    )
  }

  /// P3 … P7 -> (N, R, values) with R anchors in the order level, row, column, anchor of the cell.
  func callAsFunction(_ levels: [Tensor]) throws -> Tensor {
    var levels = levels
    for layer in tower {
      levels = try layer.conv(each: levels, rectified: layer.norm == nil)
      guard let norm = layer.norm else { continue }
      levels = try levels.map { try norm($0, mode: .training).relu() }
    }
    let outputs = try last(each: levels, rectified: false).map { level in
      // (N, A·V, H, W) -> (N, H·W·A, V); channels-last memory makes this a view.
      let y = try level.permute([0, 2, 3, 1])
      return try y.reshape([
        y.shape[0], y.shape[1] * y.shape[2] * y.shape[3] / valuesPerAnchor, valuesPerAnchor,
      ])
    }
    return try Tensor.cat(outputs, dim: 1)
  }
}

extension HeadConfiguration {
  /// The bias at which every anchor is an object of a category with the prior probability: −log((1 − π) / π).
  ///
  /// - Note: Lin et al. 2017, section 4.1, *Initialization*; −4.595 at π = 0.01.
  public var classBias: Double { -log((1 - priorProbability) / priorProbability) }
}
