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

  /// The paper's inference.
  public init() {}

  /// Reads a configuration; `scoreComparison`, which older files lack, may be missing.
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
  }

  /// On which side of the threshold a score is a candidate.
  public enum ScoreComparison: String, Codable, Hashable, Sendable, CaseIterable {
    /// Above it.
    case above
    /// Above it or equal to it.
    case atLeast = "at-least"
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
    return nil
  }
}
