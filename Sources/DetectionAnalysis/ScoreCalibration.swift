/// How far scores are probabilities of being right, and which score to cut at.
///
/// Right is a detection that found an object at the foreground threshold of the analysis; those that
/// do not count (in crowds, beyond the limit) are left out.
/// - Note: Küppers et al. 2020, *Multivariate Confidence Calibration for Object Detection*.
public struct ScoreCalibration: Hashable, Sendable {
  /// Detections of like scores.
  public struct Bin: Hashable, Sendable {
    /// The lowest score that belongs to the bin.
    public let lower: Double
    /// Where the next bin begins; the last bin holds its upper bound too.
    public let upper: Double
    /// Detections that found an object.
    public let found: Int
    /// Detections that are errors.
    public let falsePositives: Int
    /// The mean score; `nil` if the bin is empty.
    public let meanScore: Double?
    /// The share that found an object; `nil` if the bin is empty.
    public var precision: Double? {
      found + falsePositives == 0 ? nil : Double(found) / Double(found + falsePositives)
    }
  }

  /// What keeping the detections from one score on achieves.
  public struct OperatingPoint: Hashable, Sendable {
    /// Detections of this score and above are kept.
    public let score: Double
    /// The share of the kept detections that found an object.
    public let precision: Double
    /// The share of the objects that were found.
    public let recall: Double
    /// The harmonic mean of precision and recall.
    public let f1: Double
  }

  /// One category.
  public struct Category: Hashable, Sendable {
    /// The category's id.
    public let id: Int
    /// The category's name.
    public let name: String
    /// The score of the best F1, the highest of equal ones; `nil` if no object was found.
    public let best: OperatingPoint?
  }

  /// Bins of equal width from the lowest possible score to the highest.
  ///
  /// They span 0...1, or, where scores lie outside, from the lowest to the highest score. Counts make
  /// the histogram of scores; precision over mean score is the reliability diagram.
  public let bins: [Bin]
  /// Whether every score lies in 0...1, as a probability does.
  public let areScoresProbabilities: Bool
  /// Σ (share of the bin) · |precision − mean score|, 0...1; the detection ECE.
  ///
  /// `nil` if a score is outside 0...1, where no probability is meant, or if there are no detections.
  public let expectedError: Double?
  /// The score of the best F1, all classes cut at the same score; `nil` if no object was found.
  public let best: OperatingPoint?
  /// By category, ascending ids; empty if categories are forgotten.
  public let categories: [Category]

  /// Compares scores with what became of the detections.
  ///
  /// - Parameters:
  ///   - analysis: What became of every detection.
  ///   - binCount: How many bins; at least 1. Ours: 20, of 0.05 each; Guo et al. 2017 took 15.
  public init(_ analysis: DetectionErrorAnalysis, binCount: Int = 20) {
    precondition(binCount > 0, "at least one bin is needed")
    let lists = VerdictLists(analysis)
    var judged: [(score: Double, isFound: Bool)] = []
    judged.reserveCapacity(lists.codes.count)
    var best: [OperatingPoint?] = []
    for category in lists.objects.indices {
      let start = judged.count
      for entry in lists.entries(of: category) {
        let code = VerdictLists.Code(byte: lists.codes[entry])
        guard !code.isForeign else { continue }
        judged.append((lists.scores[entry], code.verdict == VerdictCode.found))
      }
      best.append(Self.bestPoint(judged[start...], objects: lists.objects[category]))
    }
    let (low, high) = ScoreRange.bounds(judged.lazy.map(\.score))
    areScoresProbabilities = (low, high) == (0, 1)
    bins = Self.bins(judged, count: binCount, low: low, high: high)
    expectedError = areScoresProbabilities ? Self.expectedError(bins) : nil
    categories =
      analysis.parameters.classAgnostic
      ? []
      : best.indices.map {
        Category(
          id: analysis.groups.categoryIDs[$0],
          name: analysis.groups.categoryNames[$0],
          best: best[$0]
        )
      }
    judged.sort { $0.score > $1.score }
    self.best = Self.bestPoint(judged[...], objects: lists.objects.reduce(0, +))
  }

  private static func bins(
    _ judged: [(score: Double, isFound: Bool)],
    count: Int,
    low: Double,
    high: Double
  ) -> [Bin] {
    var found = [Int](repeating: 0, count: count)
    var falsePositives = found
    var means = [Double](repeating: 0, count: count)
    for (score, isFound) in judged {
      let bin = ScoreRange.bin(score, of: count, low: low, high: high)
      if isFound { found[bin] += 1 } else { falsePositives[bin] += 1 }
      // A running mean: a sum of scores near the end of Double would be infinite.
      let number = Double(found[bin] + falsePositives[bin])
      means[bin] += score / number - means[bin] / number
    }
    return (0..<count).map { bin in
      Bin(
        lower: ScoreRange.edge(bin, of: count, low: low, high: high),
        upper: ScoreRange.edge(bin + 1, of: count, low: low, high: high),
        found: found[bin],
        falsePositives: falsePositives[bin],
        meanScore: found[bin] + falsePositives[bin] == 0 ? nil : means[bin]
      )
    }
  }

  private static func expectedError(_ bins: [Bin]) -> Double? {
    let total = bins.reduce(0) { $0 + $1.found + $1.falsePositives }
    guard total > 0 else { return nil }
    return bins.reduce(0) { sum, bin in
      guard let precision = bin.precision, let score = bin.meanScore else { return sum }
      return sum + abs(precision - score) * Double(bin.found + bin.falsePositives) / Double(total)
    }
  }

  /// The cut of the best F1 among detections by falling score; equal scores stay together.
  private static func bestPoint(
    _ judged: ArraySlice<(score: Double, isFound: Bool)>,
    objects: Int
  ) -> OperatingPoint? {
    guard objects > 0 else { return nil }
    var best: OperatingPoint?
    var found = 0
    for (kept, (place, entry)) in zip(judged.indices, judged).enumerated() {
      if entry.isFound { found += 1 }
      let isLastOfEqual = place + 1 == judged.endIndex || judged[place + 1].score != entry.score
      guard isLastOfEqual, found > 0 else { continue }
      let f1 = 2 * Double(found) / Double(kept + 1 + objects)
      guard f1 > best?.f1 ?? 0 else { continue }
      best = OperatingPoint(
        score: entry.score,
        precision: Double(found) / Double(kept + 1),
        recall: Double(found) / Double(objects),
        f1: f1
      )
    }
    return best
  }
}
