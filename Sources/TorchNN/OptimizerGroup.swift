import Torch

/// The trained parameters of one group, each with what the optimizer remembers of it.
struct OptimizerGroup<Memory> {
  struct Slot {
    let parameter: NamedTensor
    let memory: Memory
  }

  /// What a fused step takes: equally long lists, of the parameters that have a gradient.
  struct Active {
    var parameters: [Tensor] = []
    var gradients: [Tensor] = []
    var memories: [Memory] = []
  }

  let slots: [Slot]
  let weightDecay: Double
  let rateScale: Double

  /// - Parameters:
  ///   - group: The parameters; those that require no gradient now are left alone.
  ///   - remember: Makes what is remembered of a parameter.
  /// - Throws: What `remember` throws.
  init(
    _ group: ParameterGroup,
    remember: (Tensor) throws(TorchError) -> Memory
  ) throws(TorchError) {
    var slots: [Slot] = []
    for parameter in group.parameters where parameter.tensor.requiresGradient {
      slots.append(Slot(parameter: parameter, memory: try remember(parameter.tensor)))
    }
    self.slots = slots
    weightDecay = group.weightDecay
    rateScale = group.rateScale
  }

  var parameters: [NamedTensor] { slots.map(\.parameter) }

  func active() throws(TorchError) -> Active {
    var active = Active()
    for slot in slots {
      guard let gradient = try slot.parameter.tensor.gradient() else { continue }
      active.parameters.append(slot.parameter.tensor)
      active.gradients.append(gradient)
      active.memories.append(slot.memory)
    }
    return active
  }
}
