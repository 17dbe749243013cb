package import BoxGeometry
package import DetectionModels

/// What becomes a detection, of whatever was found in one look or in several.
package struct PredictionRules: Hashable, Sendable {
  /// Threshold, suppression and limit of each region that is looked at.
  package var detection: DetectionConfiguration
  /// The labels that are wanted; `nil`: all.
  package var labels: Set<Int>?
  /// Detections of a picture at most, however many tiles it has; `nil`: what its regions give.
  package var limit: Int?

  /// - Parameters:
  ///   - detection: Threshold, suppression and limit of each region.
  ///   - labels: The labels that are wanted; `nil`: all.
  ///   - limit: Detections of a picture at most; `nil`: what its regions give.
  package init(detection: DetectionConfiguration, labels: Set<Int>? = nil, limit: Int? = nil) {
    (self.detection, self.labels, self.limit) = (detection, labels, limit)
  }

  /// What the network is asked for.
  ///
  /// Where only some labels are wanted, the others must neither suppress them nor use up the limit, so that suppression
  /// waits until they are left out.
  package var perLook: DetectionConfiguration {
    guard labels != nil else { return detection }
    var all = detection
    // An overlap of more than 1 there is not: nothing is suppressed.
    all.iouThreshold = 1
    all.suppression = .hard
    all.detectionsPerImage = Self.mostCandidates
    return all
  }

  // More than all levels have by any configuration in use, and few enough to sort.
  private static let mostCandidates = 1 << 16

  /// What several looks at one region found, as one list.
  ///
  /// - Parameter looks: What each look found by ``perLook``, in the picture's pixels.
  /// - Returns: Best first; the list itself where one look was asked for all labels.
  package func settled(_ looks: [[ScoredBox]]) -> [ScoredBox] {
    if looks.count == 1, labels == nil { return looks[0] }
    let wanted = looks.flatMap(\.self).filter { labels?.contains($0.label) ?? true }
    return detection.suppressed(wanted)
  }

  /// The best, as many as a picture may have.
  ///
  /// - Parameter boxes: Best first.
  /// - Returns: The first of them.
  package func limited(_ boxes: [ScoredBox]) -> [ScoredBox] {
    limit.map { Array(boxes.prefix($0)) } ?? boxes
  }
}
