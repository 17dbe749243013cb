import DetectionModels
import TorchNN

extension TrainingRecipe.OptimizerSection {
  /// The optimizer of a model's weights; biases and norms do not decay.
  func optimizer(of model: RetinaNet) throws -> any Optimizer {
    let groups = ParameterGroup.withoutDecayOfVectors(model.parameters, weightDecay: weightDecay)
    switch kind {
    case .sgd: return try SGD(groups, momentum: momentum, nesterov: nesterov)
    case .adamw: return try AdamW(groups, beta1: momentum)
    }
  }

  /// The moving average of a model's state; `nil` where the recipe keeps none.
  func average(of model: RetinaNet) throws -> ExponentialMovingAverage? {
    // The running statistics are averaged with the weights that they belong to.
    try ema > 0 ? ExponentialMovingAverage(of: model.state, decay: ema) : nil
  }
}
