#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lowers the scores of detections that overlap better ones, in place of dropping them.
///
/// Objects that stand close together keep a detection each. Bodla, Singh, Chellappa and Davis 2017, *Soft-NMS: Improving
/// Object Detection With One Line of Code*, https://arxiv.org/abs/1704.04503.
public enum SoftNonMaximumSuppression {
  /// What a score is multiplied by for a kept detection that its box has an IoU with.
  public enum Decay: Hashable, Sendable {
    /// 1 − IoU where the IoU is above the threshold, 0...1, else 1.
    ///
    /// An IoU equal to the threshold lowers nothing, as in the authors' code; their equation has it the other way.
    case linear(iouThreshold: Float)
    /// exp(−IoU² / σ), σ above 0.
    ///
    /// The authors take 0.5.
    case gaussian(sigma: Float)

    @inline(__always)
    fileprivate func factor(_ iou: Float) -> Float {
      switch self {
      case .linear(let threshold): iou > threshold ? 1 - iou : 1
      case .gaussian(let sigma): iou > 0 ? exp(-(iou * iou) / sigma) : 1
      }
    }
  }

  /// The detections that are left, with the scores that are left to them.
  ///
  /// The detection with the highest score is kept, the scores of all others are multiplied by the decay for it, and so on
  /// with those that are left.
  /// - Parameters:
  ///   - boxes: The detections, in any order. Those with a NaN for a score or a coordinate that is not finite are never
  ///     kept.
  ///   - decay: How scores fall.
  ///   - leastScore: A detection whose score is below it is dropped, 0 or more. The authors' code: 0.001.
  ///   - limit: Greatest number to keep, of all labels together, >= 0. COCO: 100 an image.
  ///   - classAgnostic: Whether detections of different labels lower each other's scores, too.
  /// - Returns: Kept detections by descending new score; of equal scores the one first that came first.
  /// - Complexity: O(n log n) for boxes scattered over a picture, O(n · kept) when they crowd. A score is lowered only when
  ///   it is the highest left: till then what it was bounds it from above.
  public static func detections(
    of boxes: [ScoredBox],
    decay: Decay,
    leastScore: Float,
    limit: Int,
    classAgnostic: Bool = false
  ) -> [ScoredBox] {
    switch decay {
    case .linear(let threshold):
      precondition((0...1).contains(threshold), "an IoU threshold in 0...1, found \(threshold)")
    case .gaussian(let sigma):
      precondition(sigma > 0 && sigma.isFinite, "expected a sigma above 0, found \(sigma)")
    }
    precondition(leastScore >= 0, "expected a least score of 0 or more, found \(leastScore)")
    precondition(limit >= 0, "expected a limit of 0 or more, found \(limit)")
    return boxes.withUnsafeBufferPointer { boxes in
      var candidates = SuppressionCandidates(boxes)
      let labels = classAgnostic ? LabelRanks.one : LabelRanks(boxes, candidates)
      DescendingOrder.sort(&candidates.keys)
      var queue = DecayQueue(boxes, candidates.keys, leastScore: leastScore)
      var keptBoxes = [[BoundingBox]](repeating: [], count: labels.count)
      var kept: [ScoredBox] = []
      while kept.count < limit, var best = queue.best {
        let detection = boxes[best.position]
        let label = labels[detection.label]
        if best.seen < keptBoxes[label].count {
          for other in keptBoxes[label][best.seen...] {
            best.score *= decay.factor(detection.box.iou(with: other))
            if !(best.score >= leastScore) { break }
          }
          best.seen = keptBoxes[label].count
          // Not a number either: an infinite score times 0.
          if best.score >= leastScore { queue.replaceBest(by: best) } else { queue.removeBest() }
        } else {
          queue.removeBest()
          keptBoxes[label].append(detection.box)
          kept.append(ScoredBox(box: detection.box, label: detection.label, score: best.score))
        }
      }
      return kept
    }
  }
}

/// Candidates by descending score, as far as it has been lowered: a binary heap.
private struct DecayQueue {
  struct Entry {
    let position: Int
    var score: Float
    /// How many of the kept ones of its label the score has been lowered for.
    var seen = 0

    /// Whether this is to be looked at before another: a higher score, of equal ones the first.
    @inline(__always)
    func precedes(_ other: Entry) -> Bool {
      score == other.score ? position < other.position : score > other.score
    }
  }

  private var entries: [Entry] = []

  /// - Parameters:
  ///   - boxes: The detections.
  ///   - keys: Where they are, best first: such a list is a heap.
  ///   - leastScore: What none may be below.
  init(_ boxes: UnsafeBufferPointer<ScoredBox>, _ keys: [UInt64], leastScore: Float) {
    entries.reserveCapacity(keys.count)
    for key in keys {
      let position = DescendingOrder.position(of: key)
      guard boxes[position].score >= leastScore else { break }
      entries.append(Entry(position: position, score: boxes[position].score))
    }
  }

  var best: Entry? { entries.first }

  mutating func removeBest() {
    let last = entries.removeLast()
    if !entries.isEmpty { replaceBest(by: last) }
  }

  mutating func replaceBest(by entry: Entry) {
    var place = 0
    while case let left = 2 * place + 1, left < entries.count {
      let right = left + 1
      let child = right < entries.count && entries[right].precedes(entries[left]) ? right : left
      guard entries[child].precedes(entry) else { break }
      entries[place] = entries[child]
      place = child
    }
    entries[place] = entry
  }
}
