package import Torch

/// A network as a list of operations in the order of computation: what every exported format is written from, and
/// what the compiled form runs.
///
/// Values and tensors are known by name; a step's inputs are the images or outputs of steps before it.
package struct NetworkGraph {
  /// One operation and what it reads and makes.
  package struct Step {
    package let output: String
    package let operation: Operation
    package let inputs: [String]
  }

  /// What a step computes.
  package enum Operation: Hashable {
    /// A convolution of the first input; `weight` and `bias` name tensors.
    case convolution(weight: String, bias: String?, ConvolutionWindow)
    /// max(x, 0).
    case rectifier
    /// The greatest element of each window.
    case maxPool(side: Int, stride: Int, padding: Int)
    /// The sum of two inputs.
    case sum
    /// The first input, its pixels repeated up to the second one's size.
    case upsampling
    /// Group normalisation; `scale` and `shift` name tensors.
    case groupNorm(scale: String, shift: String, groups: Int, epsilon: Double)
  }

  /// How a convolution's kernel moves.
  package struct ConvolutionWindow: Hashable {
    package let side: Int
    package let stride: Int
    package let padding: Int
    package let dilation: Int
    package let groups: Int
  }

  /// The name of the network's input.
  package static let images = "images"

  /// The operations.
  package var steps: [Step] = []
  /// The weights that steps name, each once, in the order of their first use.
  package var tensors: [GraphTensor] = []
  /// The class subnet's output of each level, P3 first; shape [N, A · L, H, W].
  package var logits: [String] = []
  /// The box subnet's output of each level; shape [N, A · 4, H, W].
  package var deltas: [String] = []
}

/// A weight of the exported graph: float32, made when it is written, so that a model is not held twice.
package struct GraphTensor {
  package let name: String
  package let shape: [Int]
  private let make: () throws -> Tensor

  init(name: String, shape: [Int], _ make: @escaping () throws -> Tensor) {
    (self.name, self.shape, self.make) = (name, shape, make)
  }

  /// The elements, on the processor, of whatever memory order.
  ///
  /// - Returns: A tensor of its own shape.
  /// - Throws: `TorchError` if memory runs out.
  package func value() throws -> Tensor {
    try withoutGradient { try make().detach().to(.cpu).to(.float32) }
  }
}
