/// The detections that suppression looks at: those whose score and coordinates are numbers.
struct SuppressionCandidates {
  /// Scores with positions, as ``DescendingOrder`` has them; positions ascend.
  var keys: [UInt64]
  let extent: SuppressionExtent

  init(_ boxes: UnsafeBufferPointer<ScoredBox>) {
    precondition(boxes.count < UInt32.max, "\(boxes.count) detections are more than supported")
    var extent = SuppressionExtent()
    keys = [UInt64](unsafeUninitializedCapacity: boxes.count) { keys, count in
      for index in boxes.indices {
        let detection = boxes[index]
        let difference = detection.box.corners - detection.box.corners
        // An infinity less itself is not a number, and nothing that is none equals 0.
        guard difference == .zero, !detection.score.isNaN else { continue }
        keys[count] = DescendingOrder.key(detection.score, at: index)
        count += 1
        extent.insert(detection.box)
      }
    }
    self.extent = extent
  }
}

/// Labels as small whole numbers, equal where they are equal.
enum LabelRanks {
  /// All labels are one.
  case one
  /// Labels lie close together: each counts from the first.
  case distances(from: Int, count: Int)
  case listed([Int: Int])

  init(_ boxes: UnsafeBufferPointer<ScoredBox>, _ candidates: borrowing SuppressionCandidates) {
    var (least, greatest) = (Int.max, Int.min)
    for key in candidates.keys {
      let label = boxes[DescendingOrder.position(of: key)].label
      least = min(least, label)
      greatest = max(greatest, label)
    }
    let (distance, isBeyond) = greatest.subtractingReportingOverflow(least)
    if candidates.keys.isEmpty || distance == 0 {
      self = .one
    } else if !isBeyond && distance < 1024 + candidates.keys.count {
      self = .distances(from: least, count: distance + 1)
    } else {
      var ranks: [Int: Int] = [:]
      for key in candidates.keys {
        let label = boxes[DescendingOrder.position(of: key)].label
        if ranks[label] == nil { ranks[label] = ranks.count }
      }
      self = .listed(ranks)
    }
  }

  /// One more than the greatest rank.
  var count: Int {
    switch self {
    case .one: 1
    case .distances(_, let count): count
    case .listed(let ranks): ranks.count
    }
  }

  @inline(__always)
  subscript(label: Int) -> Int {
    switch self {
    case .one: 0
    case .distances(let first, _): label - first
    case .listed(let ranks): ranks[label] ?? 0
    }
  }
}
