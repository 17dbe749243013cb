import Torch
import TorchNN

/// How large the weights of a layer are, and their gradient: where a training went wrong shows there first.
package struct LayerNorm: Hashable, Sendable {
  /// The parameter, as `backbone.body.conv1.weight`.
  package let parameter: String
  /// Euclidean norms; the gradient's is `nil` where there is none.
  package let weight: Double
  package let gradient: Double?

  /// The parameters whose gradient is not finite, in the order of the network, then the largest gradients.
  ///
  /// - Parameters:
  ///   - parameters: All parameters with their gradients.
  ///   - count: How many to name.
  /// - Returns: Norms of so many parameters at most.
  /// - Throws: `TorchError` if LibTorch refuses.
  static func striking(_ parameters: [NamedTensor], count: Int = 5) throws -> [LayerNorm] {
    let norms = try parameters.map { entry in
      LayerNorm(
        parameter: entry.name,
        weight: try TensorList.norm([entry.tensor.detach()]),
        gradient: try entry.tensor.gradient().map { try TensorList.norm([$0]) }
      )
    }
    let broken = norms.filter { $0.gradient?.isFinite == false }
    let whole = norms.filter { $0.gradient?.isFinite == true }
      .sorted { ($0.gradient ?? 0) > ($1.gradient ?? 0) }
    return Array((broken + whole).prefix(count))
  }
}

extension LayerNorm: CustomStringConvertible {
  package var description: String {
    let gradient = gradient.map { $0.isNaN ? "nan" : "\(Float($0))" } ?? "none"
    return "\(parameter) \(gradient) (weights \(weight.isNaN ? "nan" : "\(Float(weight))"))"
  }
}
