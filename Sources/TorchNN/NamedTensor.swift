public import Torch

/// A tensor and its name in a model's file: `layer1.0.conv1.weight`.
public struct NamedTensor {
  /// Names of enclosing modules and of the tensor, joined by dots.
  public let name: String
  /// The tensor itself, not a copy.
  public let tensor: Tensor

  /// Names a tensor.
  /// - Parameters:
  ///   - name: The name.
  ///   - tensor: The tensor.
  public init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
