import FocalLoss

/// The loss: one of the classification losses, a box loss, and the weight between them.
public struct DetectionLossConfiguration: Codable, Hashable, Sendable {
  /// Which classification loss.
  public var kind: Kind = .focal
  /// Weight of the positives, 0...1; below 0: both sides weigh 1.
  ///
  /// Paper, table 1b: 0.25.
  public var alpha: Double = 0.25
  /// Focusing parameter of the focal loss, >= 0.
  ///
  /// Paper, table 1b: 2.
  public var gamma: Double = 2
  /// Which box loss.
  ///
  /// Paper: smooth L1.
  public var boxKind: BoxKind = .smoothL1
  /// Transition point of the smooth L1 box loss, >= 0; 0 is plain L1.
  ///
  /// Detectron: 0.11.
  public var boxBeta: Double = 0.11
  /// The box loss counts this much beside the classification loss.
  ///
  /// Paper: 1.
  public var boxWeight: Double = 1
  /// What both losses are divided by.
  ///
  /// Paper, section 4.1: the anchors assigned to an object.
  public var normalizer: Normalizer = .batchForeground

  /// The paper's loss.
  public init() {}

  /// Reads a configuration; `boxKind` and `normalizer`, which older files lack, may be missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing or of the wrong type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(Kind.self, forKey: .kind)
    alpha = try container.decode(Double.self, forKey: .alpha)
    gamma = try container.decode(Double.self, forKey: .gamma)
    boxBeta = try container.decode(Double.self, forKey: .boxBeta)
    boxWeight = try container.decode(Double.self, forKey: .boxWeight)
    try container.update(&boxKind, forKey: .boxKind)
    try container.update(&normalizer, forKey: .normalizer)
  }

  /// The classification losses.
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Sigmoid focal loss.
    case focal
    /// Sigmoid cross entropy, balanced by `alpha` where it is not below 0.
    case crossEntropy = "cross-entropy"
  }

  /// The box losses.
  public enum BoxKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Smooth L1 of the four deltas, with the transition ``DetectionLossConfiguration/boxBeta``.
    case smoothL1 = "smooth-l1"
    /// The sum of the four distances, as detectron2, mmdetection and torchvision's first RetinaNet.
    case l1
    /// Of the box that the deltas lead to: 1 − IoU + the empty part of the enclosing box, as torchvision's second.
    case giou
    /// Of the same boxes: 1 − IoU + the squared distance of the centres over the enclosing box's squared diagonal.
    case diou
    /// That, and how the aspect ratios differ.
    case ciou
  }

  /// What the losses of a batch are divided by, at least 1.
  public enum Normalizer: String, Codable, Hashable, Sendable, CaseIterable {
    /// The foreground anchors of the batch.
    case batchForeground = "batch-foreground"
    /// These and the number of pictures, as Detectron, which adds 1 for each.
    case batchForegroundAndImages = "batch-foreground-and-images"
    /// Each picture's loss by its own foreground anchors; then the mean over the pictures, as torchvision.
    case perImage = "per-image"
    /// A moving average of the batch's foreground anchors, as detectron2: it begins at 100 and keeps 0.9 of itself.
    case movingAverage = "moving-average"
  }

  var fault: String? {
    if !(alpha <= 1) {
      return "loss.alpha: found \(alpha), expected 0...1, or below 0 for no balancing"
    }
    if !SigmoidFocalLoss.gammaRange.contains(gamma) {
      return "loss.gamma: found \(gamma), expected 0 to 10000"
    }
    if !(boxBeta >= 0 && boxBeta.isFinite) {
      return "loss.boxBeta: found \(boxBeta), expected a number >= 0"
    }
    if !(boxWeight >= 0 && boxWeight.isFinite) {
      return "loss.boxWeight: found \(boxWeight), expected a number >= 0"
    }
    return nil
  }
}
