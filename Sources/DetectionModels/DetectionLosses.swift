public import BoxGeometry
import FocalLoss
public import Torch

/// The losses of one batch.
public struct DetectionLosses {
  /// The classification loss over the foreground anchors.
  ///
  /// A scalar.
  public let classification: Tensor
  /// The box loss over the foreground anchors, before its weight.
  ///
  /// A scalar.
  public let box: Tensor
  /// What the optimizer descends: classification + weight · box.
  ///
  /// A scalar.
  public let total: Tensor
  /// Anchors assigned to an object, over the whole batch.
  public let foregroundCount: Int
}

extension DetectionLossConfiguration {
  /// Both losses of a batch, divided by its foreground anchors, at least 1.
  ///
  /// Computed in float32 whatever the heads computed in.
  ///
  /// - Parameters:
  ///   - outputs: Logits [N, R, K] and deltas [N, R, 4].
  ///   - targets: What each anchor of each of the N pictures is to find.
  /// - Returns: The two losses and their sum.
  /// - Throws: ``ModelError`` if pictures or anchors are not as many; `TargetError` for a class index that is none;
  ///   `TorchError` if memory runs out.
  public func losses(of outputs: HeadOutputs, targets: [AnchorTargets]) throws -> DetectionLosses {
    let (images, anchors, categories) = (
      outputs.logits.shape[0], outputs.logits.shape[1], outputs.logits.shape[2]
    )
    guard targets.count == images, targets.allSatisfy({ $0.classIndices.count == anchors }) else {
      throw ModelError(
        place: "targets",
        message:
          "found \(targets.count) pictures with \(targets.map(\.classIndices.count)) anchors, "
          + "expected \(images) with \(anchors) each"
      )
    }
    var classIndices: [Int32] = []
    classIndices.reserveCapacity(images * anchors)
    var deltas: [Float] = []
    for target in targets {
      classIndices += target.classIndices
      for delta in target.foregroundDeltas { deltas += [delta.x, delta.y, delta.z, delta.w] }
    }
    let classes = try AnchorClassTargets(
      classIndices: classIndices,
      categoryCount: categories,
      device: outputs.logits.device
    )
    let normalizer = Double(max(1, classes.foregroundCount))

    // (N, R, K) -> (N·R, K)
    let logits = try outputs.logits.reshape([images * anchors, categories])
    let classification = try classificationLoss.sum(logits: logits, targets: classes) / normalizer

    // (N, R, 4) -> (F, 4)
    let predicted = try outputs.deltas.reshape([images * anchors, 4])
      .indexSelect(dim: 0, classes.foregroundRows)
    let wanted = try Tensor(deltas, shape: [classes.foregroundCount, 4]).to(outputs.deltas.device)
    let box = try SmoothL1Loss(beta: boxBeta).sum(deltas: predicted, targets: wanted) / normalizer
    return DetectionLosses(
      classification: classification,
      box: box,
      total: try classification + box * boxWeight,
      foregroundCount: classes.foregroundCount
    )
  }

  private var classificationLoss: SigmoidFocalLoss {
    SigmoidFocalLoss(alpha: alpha < 0 ? nil : alpha, gamma: kind == .focal ? gamma : 0)
  }
}
