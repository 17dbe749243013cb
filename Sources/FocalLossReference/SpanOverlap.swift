/// The spans of two boxes on one axis: what they share, what sticks out, what they enclose.
///
/// Every length is a sum of differences of coordinates that cannot be negative, so that none is
/// lost where two boxes nearly agree.
struct SpanOverlap {
  /// Length of the prediction's span.
  let prediction: Double
  /// Length of the target's span.
  let target: Double
  /// Length that both cover; 0 where they only touch.
  let shared: Double
  /// Length between the two where they are apart, else 0.
  let gap: Double
  /// Length of the least span around both.
  let enclosing: Double
  /// By how much the prediction reaches beyond the target's ends: enclosing − target.
  let predictionOverhang: Double
  /// By how much the target reaches beyond the prediction's ends: enclosing − prediction.
  let targetOverhang: Double
  /// Centre of the prediction minus centre of the target.
  let offset: Double
  /// Whether the prediction's low end is inside the target's: 1, outside: 0, on it: ½.
  let lowInside: Double
  /// The same for its high end.
  let highInside: Double

  init(prediction: (low: Double, high: Double), target: (low: Double, high: Double)) {
    let low = prediction.low - target.low
    let high = prediction.high - target.high
    let overlap = min(prediction.high, target.high) - max(prediction.low, target.low)
    self.prediction = prediction.high - prediction.low
    self.target = target.high - target.low
    shared = max(overlap, 0)
    gap = max(-overlap, 0)
    enclosing = max(prediction.high, target.high) - min(prediction.low, target.low)
    predictionOverhang = max(-low, 0) + max(high, 0)
    targetOverhang = max(low, 0) + max(-high, 0)
    offset = 0.5 * (low + high)
    lowInside = low > 0 ? 1 : (low < 0 ? 0 : 0.5)
    highInside = high < 0 ? 1 : (high > 0 ? 0 : 0.5)
  }
}
