package import DetectionModels
package import TorchNN
import Torch

extension TrainingRecipe.OptimizerSection {
  /// The optimizer of what a model trains.
  package func optimizer(of model: RetinaNet) throws -> any Optimizer {
    let groups = groups(of: model.parameters)
    switch kind {
    case .sgd: return try SGD(groups, momentum: momentum, nesterov: nesterov)
    case .adamw: return try AdamW(groups, beta1: momentum, beta2: beta2)
    }
  }

  /// The moving average of a model's state; `nil` where the recipe keeps none.
  package func average(of model: RetinaNet) throws -> ExponentialMovingAverage? {
    // The running statistics are averaged with the weights that they belong to.
    try ema > 0 ? ExponentialMovingAverage(of: model.state, decay: ema) : nil
  }

  /// Parameters by how they decay, and by how fast they move where the backbone has a rate of its own.
  func groups(of parameters: [NamedTensor]) -> [ParameterGroup] {
    let matrices = Set(parameters.filter { $0.tensor.rank > 1 }.map { Self.layer(of: $0.name) })
    func decays(_ parameter: NamedTensor) -> Bool {
      if parameter.tensor.rank > 1 { return true }
      // A vector beside a kernel is its bias; every other belongs to a norm.
      return matrices.contains(Self.layer(of: parameter.name)) ? decayBiases : decayNorms
    }
    func group(isBackbone: Bool?, decays isDecaying: Bool) -> ParameterGroup {
      ParameterGroup(
        parameters.filter { parameter in
          let isIn = isBackbone.map { parameter.name.hasPrefix(Self.backbone) == $0 } ?? true
          return isIn && decays(parameter) == isDecaying
        },
        weightDecay: isDecaying ? weightDecay : 0,
        rateScale: isBackbone == true ? backboneRateScale : 1
      )
    }
    let parts: [Bool?] = backboneRateScale == 1 ? [nil] : [true, false]
    return parts.flatMap { part in
      [true, false].map { group(isBackbone: part, decays: $0) }
    }
    .filter { group in group.parameters.contains { $0.tensor.requiresGradient } }
  }

  private static let backbone = "backbone.body."

  /// `head.conv.0` of `head.conv.0.bias`.
  private static func layer(of name: String) -> Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }
}
