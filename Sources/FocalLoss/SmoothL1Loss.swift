public import Torch

/// The smooth L1 (Huber) loss of box regression.
///
/// With d = |prediction − target|: d² / (2β) below β, d − β/2 from there on; β = 0 is plain L1.
///
/// - Note: Girshick 2015 (Fast R-CNN), equation 3, has β = 1; Detectron's RetinaNet uses 0.11.
public struct SmoothL1Loss: Hashable, Sendable {
  /// The difference at which the square becomes a line, >= 0.
  public let beta: Double

  /// - Parameter beta: The transition point, >= 0. Detectron's RetinaNet configuration: 0.11.
  public init(beta: Double = 0.11) {
    precondition(beta >= 0 && beta.isFinite, "beta is a finite number >= 0")
    self.beta = beta
  }

  /// The loss summed over all foreground anchors and their four coordinates.
  ///
  /// - Parameters:
  ///   - deltas: Predicted deltas. Shape [F, 4], floating point; computed in float32 (float64 stays).
  ///   - targets: Target deltas. Shape [F, 4].
  /// - Returns: A scalar, not yet divided by the number of foreground anchors; 0 where F is 0.
  /// - Throws: ``TorchError`` if the shapes differ or memory runs out.
  public func sum(deltas: Tensor, targets: Tensor) throws -> Tensor {
    let difference = try (deltas.dtype == .float64 ? deltas : deltas.to(.float32)) - targets
    guard beta > 0 else { return try difference.abs().sum() }
    let distance = try difference.abs()
    let square = try difference * difference * (0.5 / beta)
    return try Tensor.where(distance.less(beta), square, distance - 0.5 * beta).sum()
  }
}
