import BoxGeometry
import DetectionInference

/// Pictures whose looks wait for others of the same input size, and those that wait behind them.
struct BatchWindow<Looking: LookDetecting> {
  typealias Prepared = Looking.Preparer.Prepared

  /// A picture with what was found so far.
  private struct Waiting {
    let picture: ReadyPicture<Prepared>
    var found: [[ScoredBox]?]

    var isComplete: Bool { !found.contains { $0 == nil } }
  }

  /// A look that nobody has looked at.
  private struct Entry {
    let picture: Int
    let look: Int
    let prepared: Prepared
  }

  private let looking: Looking
  private let rules: PredictionRules
  private let batch: Int
  // Pictures are numbered as they come; the first of those waiting has this number.
  private var first = 0
  private var waiting: [Waiting] = []
  private var queues: [PictureSize: [Entry]] = [:]

  init(looking: Looking, rules: PredictionRules, batch: Int) {
    (self.looking, self.rules, self.batch) = (looking, rules, batch)
  }

  /// Takes a picture in, looks where a batch is full, delivers what is complete.
  mutating func add(
    _ picture: ReadyPicture<Prepared>,
    _ deliver: (PicturePrediction) throws -> Void
  ) throws {
    waiting.append(
      Waiting(
        picture: picture,
        found: [[ScoredBox]?](repeating: nil, count: picture.prepared.count)
      )
    )
    for (look, prepared) in picture.prepared.enumerated() {
      let size = looking.preparer.inputSize(of: prepared)
      queues[size, default: []].append(
        Entry(picture: first + waiting.count - 1, look: look, prepared: prepared)
      )
      if let count = queues[size]?.count, count >= batch { try lookAt(size) }
    }
    // Pictures of rare sizes must not keep the others waiting for ever.
    if waiting.count >= 4 * batch { try lookAtFirst() }
    try deliverComplete(deliver)
  }

  /// Looks at all that is left, and delivers it.
  mutating func flush(
    isStopped: () -> Bool,
    _ deliver: (PicturePrediction) throws -> Void
  ) throws {
    while !waiting.isEmpty {
      if isStopped() { return }
      try lookAtFirst()
      try deliverComplete(deliver)
    }
  }

  /// Looks until the first picture is complete.
  private mutating func lookAtFirst() throws {
    while let incomplete = waiting.first, !incomplete.isComplete {
      guard let size = queues.first(where: { $0.value.first?.picture == first })?.key else {
        return
      }
      try lookAt(size)
    }
  }

  private mutating func lookAt(_ size: PictureSize) throws {
    guard var queue = queues.removeValue(forKey: size) else { return }
    let entries = queue.prefix(batch)
    queue.removeFirst(entries.count)
    if !queue.isEmpty { queues[size] = queue }
    let found = try looking.detections(in: entries.map(\.prepared))
    for (entry, boxes) in zip(entries, found) {
      waiting[entry.picture - first].found[entry.look] = boxes
    }
  }

  private mutating func deliverComplete(
    _ deliver: (PicturePrediction) throws -> Void
  ) throws {
    while let next = waiting.first, next.isComplete {
      let boxes = next.picture.looks.map {
        $0.detections(next.found.compactMap(\.self), rules: rules)
      }
      waiting.removeFirst()
      first += 1
      try deliver(next.picture.prediction(boxes: boxes ?? []))
    }
  }
}
