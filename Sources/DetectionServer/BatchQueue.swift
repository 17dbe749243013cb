/// Decides which of the pictures that wait go through the network next, and when.
///
/// The one that has waited longest always decides: its batch is filled up with others of its kind, wherever these stand,
/// so that a rare kind is never passed over for a frequent one. A value without threads or clocks.
struct BatchQueue<Kind: Hashable, Element> {
  /// Most pictures in a batch.
  let limit: Int
  /// How long the oldest picture waits for others.
  let wait: Duration
  private var waiting: [Entry] = []

  private struct Entry {
    let kind: Kind
    let arrival: Duration
    let element: Element
  }

  /// What to do now.
  enum Action {
    /// Nothing waits.
    case idle
    /// The batch is not full and may still fill up until then.
    case wait(until: Duration)
    /// These go through the network together.
    case run([Element])
  }

  /// An empty queue.
  ///
  /// - Parameters:
  ///   - limit: Most pictures in a batch, >= 1.
  ///   - wait: How long the oldest picture waits for others, >= 0.
  init(limit: Int, wait: Duration) {
    precondition(limit >= 1 && wait >= .zero, "a batch holds a picture")
    (self.limit, self.wait) = (limit, wait)
  }

  /// Pictures that wait.
  var count: Int { waiting.count }

  /// Takes a picture in.
  ///
  /// - Parameters:
  ///   - element: The picture.
  ///   - kind: Only pictures of one kind go together.
  ///   - now: The time, from any start.
  mutating func append(_ element: Element, kind: Kind, at now: Duration) {
    waiting.append(Entry(kind: kind, arrival: now, element: element))
  }

  /// Decides, and gives a batch away where it is time for one.
  ///
  /// - Parameters:
  ///   - now: The time.
  ///   - isLast: Whether no more pictures will come, so that waiting is in vain.
  /// - Returns: What to do.
  mutating func next(at now: Duration, isLast: Bool = false) -> Action {
    guard let first = waiting.first else { return .idle }
    var chosen: [Int] = []
    for (index, entry) in waiting.enumerated() where entry.kind == first.kind {
      chosen.append(index)
      if chosen.count == limit { break }
    }
    let deadline = first.arrival + wait
    if chosen.count < limit, !isLast, now < deadline { return .wait(until: deadline) }
    let batch = chosen.map { waiting[$0].element }
    for index in chosen.reversed() { waiting.remove(at: index) }
    return .run(batch)
  }

  /// Takes out what nobody waits for any more.
  ///
  /// - Parameter isGone: Whether a picture is to be dropped.
  mutating func removeAll(where isGone: (Element) -> Bool) {
    waiting.removeAll { isGone($0.element) }
  }
}
