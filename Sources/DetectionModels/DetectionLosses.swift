public import BoxGeometry
import FocalLoss
public import Torch

/// The losses of one batch.
public struct DetectionLosses {
  /// The classification loss over the normaliser, which is the number of foreground anchors in the paper.
  ///
  /// A scalar.
  public let classification: Tensor
  /// The box loss over the same, before its weight.
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

extension RetinaNetConfiguration {
  /// Both losses of a batch, divided as ``DetectionLossConfiguration/normalizer`` says.
  ///
  /// - Parameters:
  ///   - outputs: Logits [N, R, L] and deltas [N, R, 4].
  ///   - targets: What each anchor of each of the N pictures is to find.
  ///   - average: What the batches before this one left behind; this one is taken in.
  /// - Returns: The two losses and their sum.
  /// - Throws: What ``losses(of:targets:normalizer:)`` throws.
  public func losses(
    of outputs: HeadOutputs,
    targets: [AnchorTargets],
    average: inout ForegroundAverage
  ) throws -> DetectionLosses {
    let normalizer = LossNormalizer(
      loss.normalizer,
      foregroundCount: targets.reduce(0) { $0 + $1.foregroundAnchors.count },
      imageCount: targets.count,
      average: &average
    )
    return try losses(of: outputs, targets: targets, normalizer: normalizer)
  }

  /// Both losses of a batch, or of a part of a step's pictures.
  ///
  /// Computed in float32 whatever the heads computed in.
  ///
  /// - Parameters:
  ///   - outputs: Logits [N, R, L] and deltas [N, R, 4].
  ///   - targets: What each anchor of each of the N pictures is to find.
  ///   - normalizer: What the sums are divided by: that of the whole step.
  /// - Returns: The two losses and their sum; those of a step's parts add up to those of the step.
  /// - Throws: ``ModelError`` if pictures or anchors are not as many; `TargetError` for a class index that is none;
  ///   `TorchError` if memory runs out.
  public func losses(
    of outputs: HeadOutputs,
    targets: [AnchorTargets],
    normalizer: LossNormalizer
  ) throws -> DetectionLosses {
    let (images, anchors) = (outputs.logits.shape[0], outputs.logits.shape[1])
    guard targets.count == images, targets.allSatisfy({ $0.classIndices.count == anchors }) else {
      throw ModelError(
        place: "targets",
        message:
          "found \(targets.count) pictures with \(targets.map(\.classIndices.count)) anchors, "
          + "expected \(images) with \(anchors) each"
      )
    }
    if images == 0 {
      // A worker without a share: nothing to lose, and every parameter leads to it all the same.
      let (classification, box) = (try outputs.logits.sum(), try outputs.deltas.sum())
      return DetectionLosses(
        classification: classification,
        box: box,
        total: try classification + box,
        foregroundCount: 0
      )
    }
    let classes = try classTargets(of: targets, device: outputs.logits.device)
    let classification = try classLoss(outputs.logits, targets, classes, normalizer)
    let box = try boxLoss(outputs.deltas, targets, classes, normalizer)
    return DetectionLosses(
      classification: classification,
      box: box,
      total: try classification + box * loss.boxWeight,
      foregroundCount: classes.foregroundCount
    )
  }

  /// The class indices of all anchors of all pictures, as indices of logits.
  private func classTargets(
    of targets: [AnchorTargets],
    device: Device
  ) throws -> AnchorClassTargets {
    var indices: [Int32] = []
    indices.reserveCapacity(targets.reduce(0) { $0 + $1.classIndices.count })
    for target in targets { indices += target.classIndices }
    let shift = Int32(classLayout.backgroundLogits)
    if shift > 0 {
      for row in indices.indices where indices[row] >= 0 { indices[row] += shift }
    }
    return try AnchorClassTargets(
      classIndices: indices,
      categoryCount: logitsPerAnchor,
      device: device
    )
  }

  private func classLoss(
    _ logits: Tensor,
    _ targets: [AnchorTargets],
    _ classes: AnchorClassTargets,
    _ normalizer: LossNormalizer
  ) throws -> Tensor {
    // (N, R, L) -> (N·R, L)
    let table = try logits.reshape([logits.shape[0] * logits.shape[1], logits.shape[2]])
    switch normalizer.divisor {
    case .whole(let count):
      return try loss.classificationLoss.sum(
        logits: table,
        targets: classes,
        normalizer: count
      )
    case .perImage:
      // (N·R, L) -> the R rows of each picture.
      let tables = try table.split(targets.map(\.classIndices.count))
      let sums = try zip(tables, targets).map { table, picture in
        let classes = try classTargets(of: [picture], device: table.device)
        return try loss.classificationLoss.sum(
          logits: table,
          targets: classes,
          normalizer: normalizer.divisor(ofPictureWith: classes.foregroundCount)
        )
      }
      return try Tensor.stack(sums).sum()
    }
  }

  private func boxLoss(
    _ deltas: Tensor,
    _ targets: [AnchorTargets],
    _ classes: AnchorClassTargets,
    _ normalizer: LossNormalizer
  ) throws -> Tensor {
    // (N, R, 4) -> (F, 4)
    let predicted = try deltas.reshape([deltas.shape[0] * deltas.shape[1], 4])
      .indexSelect(dim: 0, classes.foregroundRows)
    var values: [Float] = []
    values.reserveCapacity(classes.foregroundCount * 4)
    for target in targets {
      for delta in target.foregroundDeltas { values += [delta.x, delta.y, delta.z, delta.w] }
    }
    let wanted = try Tensor(values, shape: [classes.foregroundCount, 4]).to(deltas.device)
    let aspects = try Tensor(targets.flatMap(\.foregroundAspects), shape: [wanted.shape[0], 1])
      .to(deltas.device)
    switch normalizer.divisor {
    case .whole(let count):
      return try loss.boxSum(deltas: predicted, targets: wanted, aspects: aspects, coder: boxCoder)
        / count
    case .perImage:
      // (F, 4) -> the rows of each picture.
      let lengths = targets.map(\.foregroundAnchors.count)
      let pairs = zip(try predicted.split(lengths), try wanted.split(lengths))
      let sums = try zip(zip(pairs, try aspects.split(lengths)), lengths).map { picture, count in
        let ((predicted, wanted), aspects) = picture
        return try loss.boxSum(
          deltas: predicted,
          targets: wanted,
          aspects: aspects,
          coder: boxCoder
        ) / normalizer.divisor(ofPictureWith: count)
      }
      return try Tensor.stack(sums).sum()
    }
  }
}

extension DetectionLossConfiguration {
  fileprivate var classificationLoss: SigmoidFocalLoss {
    SigmoidFocalLoss(alpha: alpha < 0 ? nil : alpha, gamma: kind == .focal ? gamma : 0)
  }
}
