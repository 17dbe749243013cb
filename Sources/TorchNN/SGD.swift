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

  private struct Slot {
    let parameter: NamedTensor
    let momentum: Tensor?
  }
  private struct Group {
    let slots: [Slot]
    let weightDecay: Double
    let rateScale: Double
  }
  private let groups: [Group]

  /// Makes an optimizer for the parameters that require a gradient now.
  /// - Parameters:
  ///   - groups: The parameters; none may be in two groups.
  ///   - momentum: The momentum, 0..<1. Paper, section 4.1: 0.9.
  ///   - nesterov: Whether to look ahead; it needs momentum.
  /// - Throws: ``TorchError`` if memory runs out.
  public init(
    _ groups: [ParameterGroup],
    momentum: Double = 0.9,
    nesterov: Bool = false
  ) throws(TorchError) {
    precondition((0..<1).contains(momentum), "momentum is in 0..<1")
    precondition(!nesterov || momentum > 0, "Nesterov's method needs momentum")
    self.momentum = momentum
    self.nesterov = nesterov
    var made: [Group] = []
    for group in groups {
      var slots: [Slot] = []
      for parameter in group.parameters where parameter.tensor.requiresGradient {
        let buffer = momentum > 0 ? try zerosLaidOut(as: parameter.tensor) : nil
        slots.append(Slot(parameter: parameter, momentum: buffer))
      }
      made.append(
        Group(slots: slots, weightDecay: group.weightDecay, rateScale: group.rateScale)
      )
    }
    self.groups = made
  }

  /// The parameters that are trained.
  public var parameters: [NamedTensor] { groups.flatMap { $0.slots.map(\.parameter) } }

  /// Moves every parameter that has a gradient by one step.
  /// - Parameter learningRate: The rate, before each group's scale.
  /// - Throws: ``TorchError`` if LibTorch refuses.
  public func step(learningRate: Double) throws(TorchError) {
    for group in groups {
      var active: [Slot] = []
      var gradients: [Tensor] = []
      for slot in group.slots {
        guard let gradient = try slot.parameter.tensor.gradient() else { continue }
        active.append(slot)
        gradients.append(gradient)
      }
      try TensorList.stepSGD(
        active.map(\.parameter.tensor),
        gradients: gradients,
        momenta: active.compactMap(\.momentum),
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
      slot.momentum.map { NamedTensor(name: "momentum." + slot.parameter.name, tensor: $0) }
    }
  }

  /// Takes over buffers that ``state`` gave, so that training goes on as if it had not stopped.
  /// - Parameter tensors: The buffers: all of them, no others.
  /// - Throws: ``StateDifference`` if names or shapes differ; ``TorchError`` if memory runs out.
  public func restore(_ tensors: [NamedTensor]) throws {
    try StateList(state).load(tensors)
  }
}
