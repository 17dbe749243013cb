public import Torch

/// What a forward pass is for; it is an argument, never a state of a layer.
public enum ForwardMode: Hashable, Sendable {
  /// Statistics come from this batch and update the running ones.
  case training
  /// Running statistics are used, and nothing changes.
  case inference
}

/// A module that makes one tensor from one tensor.
public protocol Layer: Module {
  /// Applies the layer.
  /// - Parameters:
  ///   - input: The input.
  ///   - mode: What the pass is for; layers without statistics do the same in both.
  /// - Returns: The output.
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor
}

/// Layers one after the other, named by their positions from 0.
public final class Sequential: Layer {
  /// The layers in the order of application.
  public let layers: [any Layer]

  /// Joins layers.
  /// - Parameter layers: The layers in the order of application.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// The layers by position.
  public var members: [ModuleMember] {
    layers.enumerated().map { .module("\($0.offset)", $0.element) }
  }

  /// Applies each layer to the output of the one before.
  /// - Parameters:
  ///   - input: The input of the first layer.
  ///   - mode: What the pass is for.
  /// - Returns: The output of the last layer; the input when there is none.
  /// - Throws: `TorchError` if shapes or dtypes do not fit, or memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    var output = input
    for layer in layers { output = try layer(output, mode: mode) }
    return output
  }
}

/// The rectifier as a layer, for ``Sequential``: max(x, 0).
public final class ReLU: Layer {
  /// Makes the layer; it has no parameters.
  public init() {}

  /// Nothing: a rectifier has no state.
  public var members: [ModuleMember] { [] }

  /// Applies the rectifier.
  /// - Parameters:
  ///   - input: Any shape.
  ///   - mode: Has no influence.
  /// - Returns: The shape of `input`.
  /// - Throws: `TorchError` if memory runs out.
  public func callAsFunction(_ input: Tensor, mode: ForwardMode) throws(TorchError) -> Tensor {
    try input.relu()
  }
}
