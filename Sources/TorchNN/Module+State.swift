public import Torch

// All tensors of a module and its parts.
extension Module {
  /// The tensors to train, by name; one that several parts share comes once.
  public var parameters: [NamedTensor] {
    distinctTensors {
      if case .parameter(let name, let tensor) = $0 { (name, tensor) } else { nil }
    }
  }

  /// The tensors of the state that are not trained, by name.
  public var buffers: [NamedTensor] {
    distinctTensors { if case .buffer(let name, let tensor) = $0 { (name, tensor) } else { nil } }
  }

  /// Parameters and buffers in the order of declaration: what a model file holds.
  public var state: [NamedTensor] {
    distinctTensors {
      switch $0 {
      case .parameter(let name, let tensor), .buffer(let name, let tensor): (name, tensor)
      case .module: nil
      }
    }
  }

  /// The number of elements in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  /// Stops training this module: its parameters require no gradient any more.
  /// - Throws: `TorchError` if a parameter is the result of a recorded operation.
  public func freeze() throws(TorchError) {
    for parameter in parameters { try parameter.tensor.setRequiresGradient(false) }
  }

  /// Moves all tensors; whoever holds one of them, as an optimizer, sees the move.
  /// - Parameter device: Where to.
  /// - Throws: `TorchError` if the device does not exist, or memory runs out.
  public func move(to device: Device) throws(TorchError) {
    for entry in state {
      try entry.tensor.setStorage(of: entry.tensor.detach().to(device))
      try entry.tensor.clearGradient()
    }
  }

  /// The parts that have tensors of their own, by name, each as often as it is named.
  package var leaves: [(name: String, module: any Module)] {
    var leaves: [(name: String, module: any Module)] = []
    visit(prefix: "") { member, prefix in
      guard case .module(let name, let module) = member else { return }
      let hasTensors = module.members.contains {
        if case .module = $0 { false } else { true }
      }
      if hasTensors { leaves.append((prefix + name, module)) }
    }
    return leaves
  }

  private func distinctTensors(
    _ choose: (ModuleMember) -> (name: String, tensor: Tensor)?
  ) -> [NamedTensor] {
    var seen: Set<ObjectIdentifier> = []
    var result: [NamedTensor] = []
    visit(prefix: "") { member, prefix in
      guard let (name, tensor) = choose(member) else { return }
      guard seen.insert(ObjectIdentifier(tensor)).inserted else { return }
      result.append(NamedTensor(name: prefix + name, tensor: tensor))
    }
    return result
  }

  private func visit(prefix: String, _ body: (ModuleMember, String) -> Void) {
    for member in members {
      body(member, prefix)
      guard case .module(let name, let module) = member else { continue }
      module.visit(prefix: prefix + name + ".", body)
    }
  }
}
