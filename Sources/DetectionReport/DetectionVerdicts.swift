package import BoxGeometry

/// Which objects of a picture a detector found, and what else it reported.
package struct DetectionVerdicts: Hashable, Sendable {
  /// What became of one detection.
  package enum Verdict: Hashable, Sendable {
    /// It found this object.
    case found(object: Int)
    /// There is no such object, or it was found already by a surer detection.
    case falseAlarm
    /// It lies in a region that is not judged.
    case ignored
  }

  /// The detections that reach the score, the surest first.
  package let detections: [ScoredBox]
  /// One verdict for each of ``detections``.
  package let verdicts: [Verdict]
  /// Indices of the objects that nothing found, ascending.
  package let missed: [Int]

  /// Matches as detection benchmarks do: by falling score, each takes the free object of its category
  /// that it overlaps most.
  ///
  /// - Parameters:
  ///   - detections: What the detector reported.
  ///   - truth: The annotated objects.
  ///   - ignoredRegions: Where unmatched detections are not judged: those with at least half of their
  ///     area inside.
  ///   - scoreThreshold: Detections below it do not count.
  ///   - iouThreshold: An overlap of at least so much finds an object.
  package init(
    _ detections: [ScoredBox],
    truth: [LabeledBox],
    ignoredRegions: [BoundingBox] = [],
    scoreThreshold: Float,
    iouThreshold: Float
  ) {
    let counted = detections.enumerated().filter { $0.element.score >= scoreThreshold }
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
    var isFound = [Bool](repeating: false, count: truth.count)
    verdicts = counted.map { detection in
      var best: (object: Int, iou: Float)?
      for (index, object) in truth.enumerated()
      where !isFound[index] && object.label == detection.label {
        let iou = detection.box.iou(with: object.box)
        if iou >= iouThreshold, iou > best?.iou ?? 0 { best = (index, iou) }
      }
      if let best {
        isFound[best.object] = true
        return .found(object: best.object)
      }
      let isIgnored = ignoredRegions.contains {
        $0.intersectionArea(with: detection.box) >= 0.5
          * max(detection.box.area, .leastNormalMagnitude)
      }
      return isIgnored ? .ignored : .falseAlarm
    }
    self.detections = counted
    missed = truth.indices.filter { !isFound[$0] }
  }

  /// Detections that found an object.
  package var foundCount: Int {
    verdicts.count { if case .found = $0 { true } else { false } }
  }

  /// Detections of nothing.
  package var falseAlarmCount: Int { verdicts.count { $0 == .falseAlarm } }
}
