/// The span that scores are seen in: 0...1 where they all lie there, else from the lowest to the
/// highest.
enum ScoreRange {
  /// The span of some scores; 0...1 for none.
  static func bounds(_ scores: some Sequence<Double>) -> (low: Double, high: Double) {
    var (low, high) = (0.0, 1.0)
    var isFirst = true
    for score in scores {
      if isFirst { (low, high) = (score, score) }
      isFirst = false
      (low, high) = (min(low, score), max(high, score))
    }
    return isFirst || low >= 0 && high <= 1 ? (0, 1) : (low, high)
  }

  /// Where a score lies in the span, 0...1; 1 if the span is a single score.
  static func place(_ score: Double, low: Double, high: Double) -> Double {
    guard high > low else { return 1 }
    // Halves, so that not even the width of the widest span is infinite.
    return min(max((score / 2 - low / 2) / (high / 2 - low / 2), 0), 1)
  }

  /// The bin that a score belongs to.
  static func bin(_ score: Double, of count: Int, low: Double, high: Double) -> Int {
    min(Int(place(score, low: low, high: high) * Double(count)), count - 1)
  }

  /// The lower edge of a bin; of bin `count` the upper end of the span.
  static func edge(_ bin: Int, of count: Int, low: Double, high: Double) -> Double {
    let share = Double(bin) / Double(count)
    return low * (1 - share) + high * share
  }
}
