package import BoxGeometry

/// Which candidates become detections.
public struct DetectionConfiguration: Codable, Hashable, Sendable {
  /// A candidate scores above this, or at least this: see ``scoreComparison``.
  ///
  /// Paper, section 4.1: 0.05.
  public var scoreThreshold: Float = 0.05
  /// Whether a score equal to the threshold is a candidate.
  ///
  /// Every implementation: no.
  public var scoreComparison: ScoreComparison = .above
  /// At most this many candidates a level.
  ///
  /// Paper: 1000.
  public var candidatesPerLevel: Int = 1000
  /// A candidate that overlaps a better one of its category by more than this is dropped.
  ///
  /// Paper: 0.5.
  public var iouThreshold: Float = 0.5
  /// At most this many detections an image.
  ///
  /// COCO protocol: 100.
  public var detectionsPerImage: Int = 100
  /// Whether a better candidate of any category suppresses.
  public var classAgnostic: Bool = false
  /// What becomes of a candidate that overlaps a better one.
  ///
  /// Paper: it is dropped.
  public var suppression: Suppression = .hard
  /// For soft Gaussian suppression: σ in exp(−IoU² / σ), above 0.
  ///
  /// Bodla et al. 2017: 0.5.
  public var sigma: Float = 0.5
  /// For soft suppression: a candidate whose score falls below this is dropped, 0...1.
  ///
  /// The code of Bodla et al.: 0.001. Where scores begin at a ``scoreThreshold``, which is looked at before, a lower value
  /// than that lets lowered ones stay.
  public var leastScore: Float = 0.001

  /// The paper's inference.
  public init() {}

  /// Reads a configuration; `scoreComparison`, `suppression`, `sigma` and `leastScore`, which older files lack, may be
  /// missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing or of the wrong type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    scoreThreshold = try container.decode(Float.self, forKey: .scoreThreshold)
    candidatesPerLevel = try container.decode(Int.self, forKey: .candidatesPerLevel)
    iouThreshold = try container.decode(Float.self, forKey: .iouThreshold)
    detectionsPerImage = try container.decode(Int.self, forKey: .detectionsPerImage)
    classAgnostic = try container.decode(Bool.self, forKey: .classAgnostic)
    try container.update(&scoreComparison, forKey: .scoreComparison)
    try container.update(&suppression, forKey: .suppression)
    try container.update(&sigma, forKey: .sigma)
    try container.update(&leastScore, forKey: .leastScore)
  }

  /// On which side of the threshold a score is a candidate.
  public enum ScoreComparison: String, Codable, Hashable, Sendable, CaseIterable {
    /// Above it.
    case above
    /// Above it or equal to it.
    case atLeast = "at-least"
  }

  /// What becomes of a candidate that overlaps a better one of its category.
  public enum Suppression: String, Codable, Hashable, Sendable, CaseIterable {
    /// It is dropped if their IoU is above ``DetectionConfiguration/iouThreshold``.
    case hard
    /// Its score is multiplied by 1 − IoU if that is above ``DetectionConfiguration/iouThreshold``.
    case softLinear = "soft-linear"
    /// Its score is multiplied by exp(−IoU² / ``DetectionConfiguration/sigma``).
    case softGaussian = "soft-gaussian"
  }

  /// What suppression leaves of candidates, best first.
  ///
  /// - Parameter boxes: Candidates in any order; of equal scores the first goes before.
  /// - Returns: At most ``detectionsPerImage``, softly suppressed ones with the scores left to them.
  package func suppressed(_ boxes: [ScoredBox]) -> [ScoredBox] {
    let decay: SoftNonMaximumSuppression.Decay
    switch suppression {
    case .hard:
      let kept = NonMaximumSuppression.indices(
        of: boxes,
        iouThreshold: iouThreshold,
        limit: detectionsPerImage,
        classAgnostic: classAgnostic
      )
      return kept.map { boxes[$0] }
    case .softLinear: decay = .linear(iouThreshold: iouThreshold)
    case .softGaussian: decay = .gaussian(sigma: sigma)
    }
    return SoftNonMaximumSuppression.detections(
      of: boxes,
      decay: decay,
      leastScore: leastScore,
      limit: detectionsPerImage,
      classAgnostic: classAgnostic
    )
  }

  var fault: String? {
    if scoreThreshold.isNaN {
      return "detection.scoreThreshold: found \(scoreThreshold), expected a number"
    }
    if candidatesPerLevel < 0 {
      return "detection.candidatesPerLevel: found \(candidatesPerLevel), expected 0 or more"
    }
    if !(0...1).contains(iouThreshold) {
      return "detection.iouThreshold: found \(iouThreshold), expected 0...1"
    }
    if detectionsPerImage < 0 {
      return "detection.detectionsPerImage: found \(detectionsPerImage), expected 0 or more"
    }
    if !(sigma > 0 && sigma.isFinite) {
      return "detection.sigma: found \(sigma), expected a number above 0"
    }
    if !(0...1).contains(leastScore) {
      return "detection.leastScore: found \(leastScore), expected 0...1"
    }
    return nil
  }
}
