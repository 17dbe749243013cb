/// How often each margin occurs among the logits of a model, for objects and for background apart.
///
/// The margin xₜ is the logit seen from the side of the truth: x where the anchor is to find an object of
/// that category, −x elsewhere. Every loss of the paper is a falling function of it, so one count
/// of margins answers for all of them: which loss, which γ and which α may be asked afterwards.
/// Memory does not grow with the number of logits.
package struct MarginHistogram: Sendable, Hashable {
  /// What lies in one bin.
  struct Bin {
    /// The mean of its margins.
    let margin: Double
    let count: Int
    /// Summed, as is its square.
    let weight, squaredWeight: Double
    /// Whether pₜ > 0.6 for all of it.
    let isWellClassified: Bool
  }

  /// The logits of one kind: those of objects, or those of background.
  package struct Side: Sendable, Hashable {
    /// How many logits lie in each bin, from the lowest margin to the highest.
    package internal(set) var counts: [Int]
    /// Their summed weights: their number where each weighs 1.
    package internal(set) var weights: [Double]
    /// Their summed squared weights.
    package internal(set) var squaredWeights: [Double]
    /// The sum of the margins in each bin, each times its weight.
    package internal(set) var sums: [Double]

    init() {
      counts = Array(repeating: 0, count: MarginHistogram.binCount)
      weights = Array(repeating: 0, count: MarginHistogram.binCount)
      squaredWeights = weights
      sums = weights
    }

    /// The number of logits.
    package var total: Int { counts.reduce(0, +) }

    /// The mean margin of a bin that holds at least one logit.
    package func mean(ofBin bin: Int) -> Double { sums[bin] / weights[bin] }

    /// Calls `body` with each bin that holds a logit, hardest first.
    func forEachBin(_ body: (Bin) -> Void) {
      for place in counts.indices where counts[place] > 0 {
        let bin = Bin(
          margin: mean(ofBin: place),
          count: counts[place],
          weight: weights[place],
          squaredWeight: squaredWeights[place],
          isWellClassified: place >= MarginHistogram.firstWellClassifiedBin
        )
        body(bin)
      }
    }

    mutating func add(_ other: Side) {
      for bin in counts.indices where other.counts[bin] > 0 {
        counts[bin] += other.counts[bin]
        weights[bin] += other.weights[bin]
        squaredWeights[bin] += other.squaredWeights[bin]
        sums[bin] += other.sums[bin]
      }
    }
  }

  /// Margins of the categories that anchors are to find.
  package internal(set) var foreground = Side()
  /// Margins of everything else that counts: background anchors, and the other categories of
  /// foreground anchors.
  package internal(set) var background = Side()
  /// Anchors by what they are.
  package internal(set) var foregroundAnchors = 0, backgroundAnchors = 0, ignoredAnchors = 0
  /// Logits that are no number and were left out.
  package internal(set) var notFinite = 0

  /// The least float above log(0.6 / 0.4): a margin of this and more is well classified, pₜ > 0.6 (the paper's
  /// figure 1), and lies in ``firstWellClassifiedBin`` or above, every other below.
  package static let wellClassifiedMargin: Float = {
    let nearest = Float(0.4054651081081644)
    return Double(nearest) > 0.4054651081081644 ? nearest : nearest.nextUp
  }()

  /// Where the well-classified margins begin.
  package static let firstWellClassifiedBin = 40 * 256

  // Bins of 1/256, 40 units of them on each side of the well-classified margin; what lies beyond shares the first or the
  // last (and counts as 2¹⁸ units at most). A loss is taken at the mean margin of a bin: with |f''/f| <= (γ + 1)² the
  // error is at most (γ + 1)² / (8 · 256²), 2e-5 at γ = 2 and 7e-5 at γ = 5. The mean itself is rounded to 2⁻²¹, which
  // moves a loss by (γ + 1) / 2²¹ at most, 3e-6.
  static let binCount = 2 * firstWellClassifiedBin

  /// Nothing counted yet.
  package init() {}

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

extension MarginHistogram {
  /// All of it in numbers whose sums, one by one, are those of two histograms added: for workers that add theirs.
  package var summands: [Double] {
    var numbers: [Double] = [
      Double(foregroundAnchors), Double(backgroundAnchors), Double(ignoredAnchors),
      Double(notFinite),
    ]
    numbers.reserveCapacity(numbers.count + 8 * Self.binCount)
    for side in [foreground, background] {
      for count in side.counts { numbers.append(Double(count)) }
      numbers += side.weights
      numbers += side.squaredWeights
      numbers += side.sums
    }
    return numbers
  }

  /// The histogram of such numbers.
  ///
  /// - Parameter summands: As many as ``summands`` gives.
  package init(summands: [Double]) {
    precondition(
      summands.count == 4 + 8 * Self.binCount,
      "expected \(4 + 8 * Self.binCount) numbers, found \(summands.count)"
    )
    foregroundAnchors = Int(summands[0])
    backgroundAnchors = Int(summands[1])
    ignoredAnchors = Int(summands[2])
    notFinite = Int(summands[3])
    func column(_ place: Int) -> ArraySlice<Double> {
      summands[(4 + place * Self.binCount)..<(4 + (place + 1) * Self.binCount)]
    }
    func side(_ first: Int) -> Side {
      var side = Side()
      side.counts = column(first).map { Int($0) }
      side.weights = Array(column(first + 1))
      side.squaredWeights = Array(column(first + 2))
      side.sums = Array(column(first + 3))
      return side
    }
    foreground = side(0)
    background = side(4)
  }
}
