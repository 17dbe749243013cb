public import Torch

/// Stochastic gradient descent with momentum; each group is one fused call.
///
/// g ← gradient + decay · p; m ← momentum · m + g; p ← p − rate · m, or with Nesterov's method
/// p ← p − rate · (g + momentum · m). As PyTorch, so a rate means the same.
public final class SGD: Optimizer {
  /// The momentum; 0 needs no buffers.
  public let momentum: Double
  /// Whether to look ahead by Nesterov's method.
  public let nesterov: Bool

  /// With the momentum buffers, where there is momentum.
  private let groups: [OptimizerGroup<Tensor?>]

  /// Makes an optimizer for the parameters that require a gradient now.
  /// - Parameters:
  ///   - groups: The parameters; none may be in two groups.
  ///   - momentum: The momentum, 0..<1. Paper, section 4.1: 0.9.
  ///   - nesterov: Whether to look ahead; it needs momentum.
  /// - Throws: `TorchError` if memory runs out.
  public init(
    _ groups: [ParameterGroup],
    momentum: Double = 0.9,
    nesterov: Bool = false
  ) throws(TorchError) {
    precondition((0..<1).contains(momentum), "momentum is in 0..<1")
    precondition(!nesterov || momentum > 0, "Nesterov's method needs momentum")
    self.momentum = momentum
    self.nesterov = nesterov
    self.groups = try groups.map { group throws(TorchError) in
      try OptimizerGroup(group) { parameter throws(TorchError) in
        momentum > 0 ? try zerosLaidOut(as: parameter) : nil
      }
    }
  }

  /// The parameters that are trained.
  public var parameters: [NamedTensor] { groups.flatMap(\.parameters) }

  /// Moves every parameter that has a gradient by one step.
  /// - Parameter learningRate: The rate, before each group's scale.
  /// - Throws: `TorchError` if LibTorch refuses.
  public func step(learningRate: Double) throws(TorchError) {
    for group in groups {
      let active = try group.active()
      try TensorList.stepSGD(
        active.parameters,
        gradients: active.gradients,
        momenta: active.memories.compactMap(\.self),
        weightDecay: group.weightDecay,
        momentum: momentum,
        rate: learningRate * group.rateScale,
        nesterov: nesterov
      )
    }
  }

  /// The momentum buffers themselves, named `momentum.` and the parameter's name.
  public var state: [NamedTensor] {
    groups.flatMap(\.slots).compactMap { slot in
      slot.memory.map { NamedTensor(name: "momentum." + slot.parameter.name, tensor: $0) }
    }
  }
}
