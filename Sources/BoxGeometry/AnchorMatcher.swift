/// Assigns to every anchor an object, the background, or nothing.
///
/// An anchor is foreground when its greatest IoU with any box is at least ``foregroundThreshold``, which
/// belongs to the foreground; background when it is strictly below ``backgroundThreshold``; and
/// ignored between them, ``backgroundThreshold`` itself included. So at 0.5 and 0.4: IoU 0.5 is
/// foreground, 0.4 is ignored. Of two boxes with equal IoU the one with the lower index wins.
public struct AnchorMatcher: Codable, Hashable, Sendable {
  /// Whether the best anchor of each box is foreground even below the threshold.
  ///
  /// Best anchors are all those that attain the greatest IoU of a box, provided it is above 0. Each
  /// is assigned to the box that it overlaps most itself, which may be another one, as in Detectron,
  /// detectron2 and torchvision.
  public enum LowQualityMatches: String, Codable, Hashable, Sendable, CaseIterable {
    /// No, as the paper and keras-retinanet.
    case never
    /// Yes, as detectron2, torchvision and mmdetection.
    case always
    /// Only if its IoU is between the thresholds, so that it would be ignored; as Detectron.
    case betweenThresholds
  }

  /// Least IoU of a foreground anchor, 0..<=1.
  public var foregroundThreshold: Float
  /// Least IoU of an ignored anchor, 0...``foregroundThreshold``; below it is background.
  public var backgroundThreshold: Float
  /// Whether the best anchor of each box is foreground even below the threshold.
  public var lowQualityMatches: LowQualityMatches

  /// Makes a matcher; without arguments, the paper's.
  ///
  /// - Parameters:
  ///   - foregroundThreshold: Least IoU of a foreground anchor. Paper, section 4: 0.5.
  ///   - backgroundThreshold: Least IoU of an ignored anchor. Paper, section 4: 0.4.
  ///   - lowQualityMatches: Whether each box keeps its best anchor. Paper, section 4: no.
  public init(
    foregroundThreshold: Float = 0.5,
    backgroundThreshold: Float = 0.4,
    lowQualityMatches: LowQualityMatches = .never
  ) {
    self.foregroundThreshold = foregroundThreshold
    self.backgroundThreshold = backgroundThreshold
    self.lowQualityMatches = lowQualityMatches
  }

  /// Reads a matcher; a missing key takes its default.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value has the wrong type or cannot be used.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.update(&foregroundThreshold, forKey: .foregroundThreshold)
    try container.update(&backgroundThreshold, forKey: .backgroundThreshold)
    try container.update(&lowQualityMatches, forKey: .lowQualityMatches)
    try container.refuse(fault)
  }

  /// Matches every anchor with the boxes of one picture.
  ///
  /// - Parameters:
  ///   - anchors: The anchors, in any order; neighbours in the array that are neighbours in the
  ///     picture make it fast.
  ///   - boxes: The boxes. An empty or infinite box, or one with a NaN, matches nothing.
  /// - Returns: One match for each anchor; without boxes, every one is background.
  public func matches(anchors: [BoundingBox], boxes: [BoundingBox]) -> [AnchorMatch] {
    assignments(of: anchors, in: AnchorBlocks(anchors), to: boxes).map { assigned in
      switch assigned {
      case AnchorTargets.background: .background
      case AnchorTargets.ignored: .ignored
      default: .object(index: Int(assigned))
      }
    }
  }

  /// What makes the matcher unusable, or nil.
  var fault: (key: CodingKeys, message: String)? {
    guard foregroundThreshold > 0 && foregroundThreshold <= 1 else {
      return (.foregroundThreshold, "expected an IoU in 0<...1, found \(foregroundThreshold)")
    }
    guard backgroundThreshold >= 0 && backgroundThreshold <= foregroundThreshold else {
      return (
        .backgroundThreshold,
        "expected an IoU in 0...\(foregroundThreshold), found \(backgroundThreshold)"
      )
    }
    return nil
  }

  enum CodingKeys: String, CodingKey {
    case foregroundThreshold, backgroundThreshold, lowQualityMatches
  }
}
