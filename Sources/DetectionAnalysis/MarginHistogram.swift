/// How often each margin occurs among the logits of a model, for objects and for background apart.
///
/// The margin xₜ is the logit seen from the side of the truth: x where the anchor is to find an object of
/// that category, −x elsewhere. Every loss of the paper is a falling function of it, so one count
/// of margins answers for all of them: which loss, which γ and which α may be asked afterwards.
/// Memory does not grow with the number of logits.
package struct MarginHistogram: Sendable, Hashable {
  /// The logits of one kind: those of objects, or those of background.
  package struct Side: Sendable, Hashable {
    /// How many logits lie in each bin, from the lowest margin to the highest.
    package private(set) var counts: [Int]
    /// The sum of the margins in each bin.
    package private(set) var sums: [Double]

    init() {
      counts = Array(repeating: 0, count: MarginHistogram.binCount)
      sums = Array(repeating: 0, count: MarginHistogram.binCount)
    }

    /// The number of logits.
    package var total: Int { counts.reduce(0, +) }

    /// The mean margin of a bin that holds at least one logit.
    package func mean(ofBin bin: Int) -> Double { sums[bin] / Double(counts[bin]) }

    mutating func insert(_ margin: Double) {
      let place = (margin - MarginHistogram.lowest) * MarginHistogram.binsPerUnit
      let bin = Int(min(max(place, 0), Double(MarginHistogram.binCount - 1)))
      counts[bin] += 1
      sums[bin] += margin
    }

    mutating func add(_ other: Side) {
      for bin in counts.indices {
        counts[bin] += other.counts[bin]
        sums[bin] += other.sums[bin]
      }
    }
  }

  /// Margins of the categories that anchors are to find.
  package private(set) var foreground = Side()
  /// Margins of everything else that counts: background anchors, and the other categories of
  /// foreground anchors.
  package private(set) var background = Side()
  /// Anchors by what they are.
  package private(set) var foregroundAnchors = 0, backgroundAnchors = 0, ignoredAnchors = 0
  /// Logits that are no number and were left out.
  package private(set) var notFinite = 0

  // Bins of 1/256 between −40 and 40; what lies beyond shares the first or the last. A loss is taken at the
  // mean margin of a bin: with |f''/f| <= (γ + 1)² the error is at most (γ + 1)² / (8 · 256²), 2e-5 at γ = 2 and
  // 7e-5 at γ = 5.
  static let lowest = -40.0
  static let binsPerUnit = 256.0
  static let binCount = 80 * 256

  /// Nothing counted yet.
  package init() {}

  /// Counts the logits of some anchors.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [R, K] row-major, R being the number of class indices.
  ///   - classIndices: Of each anchor its category in 0..<K, −1 for background, −2 for ignored.
  ///   - categoryCount: K.
  package mutating func insert(
    logits: UnsafeBufferPointer<Float>,
    classIndices: [Int32],
    categoryCount: Int
  ) {
    precondition(
      logits.count == classIndices.count * categoryCount,
      "\(logits.count) logits for \(classIndices.count) anchors of \(categoryCount) categories"
    )
    for (anchor, index) in classIndices.enumerated() {
      precondition(
        index >= -2 && Int(index) < categoryCount,
        "classIndices[\(anchor)]: found \(index), expected -2..<\(categoryCount)"
      )
      if index == -2 {
        ignoredAnchors += 1
        continue
      }
      if index >= 0 { foregroundAnchors += 1 } else { backgroundAnchors += 1 }
      let row = anchor * categoryCount
      for category in 0..<categoryCount {
        let logit = Double(logits[row + category])
        guard logit.isFinite else {
          notFinite += 1
          continue
        }
        if category == Int(index) { foreground.insert(logit) } else { background.insert(-logit) }
      }
    }
  }

  /// Adds what another histogram has counted.
  package mutating func add(_ other: MarginHistogram) {
    foreground.add(other.foreground)
    background.add(other.background)
    foregroundAnchors += other.foregroundAnchors
    backgroundAnchors += other.backgroundAnchors
    ignoredAnchors += other.ignoredAnchors
    notFinite += other.notFinite
  }
}
