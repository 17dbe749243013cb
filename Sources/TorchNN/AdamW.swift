public import Torch

/// Adam with decoupled weight decay; each group is one fused call.
///
/// As PyTorch's, so a rate means the same. The length of a step does not depend on the loss's scale.
/// - Note: Loshchilov and Hutter 2019, *Decoupled Weight Decay Regularization*, algorithm 2.
public final class AdamW: Optimizer {
  /// Decay of the running mean of gradients.
  public let beta1: Double
  /// Decay of the running mean of their squares.
  public let beta2: Double
  /// What is added to the root, so that the quotient is finite.
  public let epsilon: Double

  private let groups: [OptimizerGroup<(mean: Tensor, square: Tensor)>]
  /// Steps taken, in a tensor so that it is saved and restored with the rest.
  ///
  /// Shape [1], int64.
  private let steps: Tensor

  /// Makes an optimizer for the parameters that require a gradient now.
  /// - Parameters:
  ///   - groups: The parameters; none may be in two groups.
  ///   - beta1: Decay of the running mean of gradients, 0..<1. The paper's 0.9.
  ///   - beta2: Decay of the running mean of their squares, 0..<1. The paper's 0.999.
  ///   - epsilon: Added to the root, above 0. The paper's 1e-8.
  /// - Throws: `TorchError` if memory runs out.
  public init(
    _ groups: [ParameterGroup],
    beta1: Double = 0.9,
    beta2: Double = 0.999,
    epsilon: Double = 1e-8
  ) throws(TorchError) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2), "a beta is in 0..<1")
    precondition(epsilon > 0, "epsilon is above 0")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    steps = try Tensor.zeros(shape: [1], dtype: .int64)
    self.groups = try groups.map { group throws(TorchError) in
      try OptimizerGroup(group) { parameter throws(TorchError) in
        (mean: try zerosLaidOut(as: parameter), square: try zerosLaidOut(as: parameter))
      }
    }
  }

  /// The parameters that are trained.
  public var parameters: [NamedTensor] { groups.flatMap(\.parameters) }

  /// Moves every parameter that has a gradient by one step.
  /// - Parameter learningRate: The rate, before each group's scale.
  /// - Throws: `TorchError` if LibTorch refuses.
  public func step(learningRate: Double) throws(TorchError) {
    try steps.add_(1)
    let step = try steps.itemInt()
    for group in groups {
      let active = try group.active()
      try TensorList.stepAdamW(
        active.parameters,
        gradients: active.gradients,
        means: active.memories.map(\.mean),
        squares: active.memories.map(\.square),
        step: step,
        rate: learningRate * group.rateScale,
        betas: (beta1, beta2),
        weightDecay: group.weightDecay,
        epsilon: epsilon
      )
    }
  }

  /// The running means themselves, named `mean.` and `square.` and the parameter's name, and `steps`.
  public var state: [NamedTensor] {
    groups.flatMap(\.slots).flatMap { slot in
      [
        NamedTensor(name: "mean." + slot.parameter.name, tensor: slot.memory.mean),
        NamedTensor(name: "square." + slot.parameter.name, tensor: slot.memory.square),
      ]
    } + [NamedTensor(name: "steps", tensor: steps)]
  }
}
