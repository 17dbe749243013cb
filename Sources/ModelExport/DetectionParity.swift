package import BoxGeometry

/// How far the detections of an exported file are from the model's own, over a number of pictures.
package struct DetectionParity: Codable, Hashable, Sendable {
  /// The greatest difference of a corner that is no difference, in the picture's pixels.
  package static let boxLimit: Float = 0.5
  /// The greatest difference of a score that is none.
  package static let scoreLimit: Float = 1e-3

  /// Pictures compared.
  package private(set) var pictures = 0
  /// The model's own detections in them.
  package private(set) var detections = 0
  /// The largest difference of a corner's coordinate, in the picture's pixels.
  package private(set) var largestBoxDifference: Float = 0
  /// The largest difference of a score.
  package private(set) var largestScoreDifference: Float = 0
  /// Detections of one side that the other does not have.
  package private(set) var mismatched = 0
  /// Those of them that no rounding may decide about: their score is within ``scoreLimit`` of the threshold, or of the
  /// last place in a full list.
  package private(set) var atTheEdge = 0

  package init() {}

  /// Whether something was compared, and everything is within the limits.
  package var holds: Bool {
    detections > 0 && mismatched == 0 && largestBoxDifference <= Self.boxLimit
      && largestScoreDifference <= Self.scoreLimit
  }

  /// Adds a picture.
  ///
  /// A detection's partner is the one of its label that it overlaps most, by half at least.
  /// - Parameters:
  ///   - expected: The model's own detections, best first.
  ///   - found: The exported file's.
  ///   - scoreThreshold: What a detection scores at least.
  ///   - limit: How many detections a picture has at most.
  package mutating func add(
    expected: [ScoredBox],
    found: [ScoredBox],
    scoreThreshold: Float,
    limit: Int
  ) {
    pictures += 1
    detections += expected.count
    var rest = found
    var alone: [ScoredBox] = []
    for detection in expected {
      guard let index = partner(of: detection, in: rest) else {
        alone.append(detection)
        continue
      }
      let other = rest.remove(at: index)
      guard other.score.isFinite, other.box.isFinite else {
        mismatched += 1
        continue
      }
      let difference = detection.box.corners - other.box.corners
      for lane in 0..<4 {
        largestBoxDifference = max(largestBoxDifference, abs(difference[lane]))
      }
      largestScoreDifference = max(largestScoreDifference, abs(detection.score - other.score))
    }
    var floor = scoreThreshold
    for list in [expected, found] where list.count == limit {
      floor = max(floor, list.last?.score ?? floor)
    }
    for detection in alone + rest {
      if detection.score <= floor + Self.scoreLimit { atTheEdge += 1 } else { mismatched += 1 }
    }
  }

  private func partner(of detection: ScoredBox, in others: [ScoredBox]) -> Int? {
    let overlaps = others.indices.filter { others[$0].label == detection.label }
      .map { (index: $0, iou: detection.box.iou(with: others[$0].box)) }
    guard let best = overlaps.max(by: { $0.iou < $1.iou }), best.iou >= 0.5 else { return nil }
    return best.index
  }
}
