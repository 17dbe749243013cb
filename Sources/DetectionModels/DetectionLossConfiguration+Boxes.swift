import BoxGeometry
import FocalLoss
import Torch

extension DetectionLossConfiguration {
  /// The box loss of foreground anchors, summed over them.
  ///
  /// - Parameters:
  ///   - deltas: What the network says. Shape [F, 4].
  ///   - targets: What it should say. Shape [F, 4].
  ///   - aspects: Width over height of each anchor. Shape [F, 1].
  ///   - coder: How deltas are written.
  /// - Returns: A scalar, not divided by anything.
  /// - Throws: `TorchError` if memory runs out.
  func boxSum(
    deltas: Tensor,
    targets: Tensor,
    aspects: Tensor,
    coder: BoxCoder
  ) throws -> Tensor {
    func iouSum(_ kind: BoxIoULoss.Kind) throws -> Tensor {
      var predictions = try unitBoxes(deltas, coder, bounded: true)
      var objects = try unitBoxes(targets, coder, bounded: false)
      if kind != .giou {
        // Sides √a and 1 / √a: the anchor's shape, the unit square's area.
        let width = try aspects.sqrt()
        let sides = try Tensor.cat([width, width.pow(-1), width, width.pow(-1)], dim: 1)
        predictions = try predictions * sides
        objects = try objects * sides
      }
      return try BoxIoULoss(kind: kind).sum(predictions: predictions, targets: objects)
    }
    switch boxKind {
    case .smoothL1: return try SmoothL1Loss(beta: boxBeta).sum(deltas: deltas, targets: targets)
    case .l1: return try SmoothL1Loss(beta: 0).sum(deltas: deltas, targets: targets)
    case .giou: return try iouSum(.giou)
    case .diou: return try iouSum(.diou)
    case .ciou: return try iouSum(.ciou)
    }
  }

  /// The boxes that deltas lead to from an anchor of width and height 1 about the origin: (F, 4) -> (F, 4).
  ///
  /// GIoU is made of ratios of areas, which do not change when an axis is shifted or stretched, so it needs no anchors.
  /// DIoU and CIoU compare lengths of both axes, which keep their ratios only where both are stretched alike.
  private func unitBoxes(_ deltas: Tensor, _ coder: BoxCoder, bounded: Bool) throws -> Tensor {
    let weights = try Tensor((0..<4).map { coder.weights[$0] }, shape: [4]).to(deltas.device)
    let unweighted = try deltas.to(.float32) / weights
    let center = try unweighted.narrow(dim: 1, start: 0, length: 2)
    var logSize = try unweighted.narrow(dim: 1, start: 2, length: 2)
    if bounded { logSize = try logSize.clamp(max: Double(coder.maximumLogScale)) }
    let half = try logSize.exp() * 0.5
    return try Tensor.cat([center - half, center + half], dim: 1)
  }
}
