public import Torch

/// A rule that moves parameters against their gradients.
public protocol Optimizer: AnyObject {
  /// The parameters that are trained.
  var parameters: [NamedTensor] { get }
  /// The tensors that the next step depends on besides parameters and gradients, themselves.
  var state: [NamedTensor] { get }

  /// Moves every parameter that has a gradient by one step.
  /// - Parameter learningRate: The rate, before each group's scale.
  /// - Throws: `TorchError` if LibTorch refuses.
  func step(learningRate: Double) throws(TorchError)
}

extension Optimizer {
  /// Forgets the gradients of all parameters.
  /// - Throws: `TorchError` if LibTorch refuses.
  public func clearGradients() throws(TorchError) {
    for parameter in parameters { try parameter.tensor.clearGradient() }
  }

  /// Takes over what ``state`` gave, so that training goes on as if it had not stopped.
  /// - Parameter tensors: All of them, no others.
  /// - Throws: ``StateDifference`` if names or shapes differ; `TorchError` if memory runs out.
  public func restore(_ tensors: [NamedTensor]) throws {
    try StateList(state).load(tensors)
  }
}

/// Zeros in the shape and memory order of a tensor.
func zerosLaidOut(as tensor: Tensor) throws(TorchError) -> Tensor {
  let copy = try tensor.detach().clone()
  try copy.zero_()
  return copy
}

/// Named tensors that are loaded as a module is.
final class StateList: Module {
  let members: [ModuleMember]

  init(_ tensors: [NamedTensor]) { members = tensors.map { .buffer($0.name, $0.tensor) } }
}
