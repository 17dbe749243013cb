import COCOEvaluation

/// The JSON of a comparison; −1 where the protocol defines no figure, null where there is no difference.
struct ComparisonFigures: Encodable {
  /// A figure of both files.
  private struct Figure: Encodable {
    let id: Int?
    let figure: COCODifference
    let name: String

    private enum Key: CodingKey {
      case id, name, first, second, difference, lower, upper, shareBetter, resamples
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encodeIfPresent(id, forKey: .id)
      try container.encode(name, forKey: .name)
      try container.encode(figure.first, forKey: .first)
      try container.encode(figure.second, forKey: .second)
      try container.encode(figure.difference, forKey: .difference)
      try container.encode(figure.lower, forKey: .lower)
      try container.encode(figure.upper, forKey: .upper)
      try container.encode(figure.shareBetter, forKey: .shareBetter)
      try container.encode(figure.resamples, forKey: .resamples)
    }
  }

  private let first: String
  private let second: String
  private let images: Int
  private let resamples: Int
  private let confidence: Double
  private let seed: UInt64
  private let seconds: Double
  private let figures: [Figure]
  private let classes: [Figure]?

  init(
    _ result: COCOComparisonResult,
    first: String,
    second: String,
    seconds: Double,
    perClass: Bool
  ) {
    (self.first, self.second, self.seconds) = (first, second, seconds)
    (images, resamples) = (result.images, result.resamples)
    (confidence, seed) = (result.confidence, result.seed)
    figures = result.figures.map { Figure(id: nil, figure: $0, name: $0.name) }
    classes =
      perClass
      ? result.classes.map { Figure(id: $0.id, figure: $0.averagePrecision, name: $0.name) } : nil
  }
}
