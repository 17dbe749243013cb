package import FocalLossReference

/// How a loss is spread over the logits of a model.
///
/// - Note: Lin et al. 2017, section 5.1, *Analysis of the Focal Loss*, and figure 4.
package struct LossDistribution: Sendable, Hashable {
  /// One point of a cumulative curve.
  package struct Point: Sendable, Hashable, Codable {
    /// Share of the examples, easiest first, 0...1.
    package let examples: Double
    /// Share of their summed loss, 0...1.
    package let loss: Double
  }

  /// Sums over a group of logits.
  package struct Group: Sendable, Hashable, Codable {
    /// Number of logits.
    package var count = 0
    /// Their summed loss in nats, weighted by alpha.
    package var loss = 0.0
    /// The summed size of their gradients by the logit.
    package var gradient = 0.0
    /// The summed squares of these.
    package var squaredGradient = 0.0
  }

  /// Logits of objects.
  package private(set) var positives = Group()
  /// Logits of background that the model gets clearly right, pₜ > 0.6: *well classified* in the
  /// paper's figure 1.
  package private(set) var easyNegatives = Group()
  /// The other logits of background.
  package private(set) var hardNegatives = Group()
  /// Normalised loss over objects, easiest first.
  package let foreground: [Point]
  /// Normalised loss over background, easiest first.
  package let background: [Point]

  /// Spreads a loss over counted margins.
  ///
  /// - Parameters:
  ///   - loss: Any loss of the margin.
  ///   - margins: What a model says of a dataset.
  package init(of loss: some MarginLossReference, over margins: MarginHistogram) {
    let objectWeight = loss.alpha ?? 1
    let backgroundWeight = loss.alpha.map { 1 - $0 } ?? 1
    foreground = Self.cumulative(loss, margins.foreground)
    background = Self.cumulative(loss, margins.background)
    margins.foreground.forEachBin { positives.add(loss, $0, weight: objectWeight) }
    margins.background.forEachBin { bin in
      if bin.isWellClassified {
        easyNegatives.add(loss, bin, weight: backgroundWeight)
      } else {
        hardNegatives.add(loss, bin, weight: backgroundWeight)
      }
    }
  }

  /// Loss of all logits.
  package var totalLoss: Double { positives.loss + easyNegatives.loss + hardNegatives.loss }
  /// Gradient of all logits.
  package var totalGradient: Double {
    positives.gradient + easyNegatives.gradient + hardNegatives.gradient
  }

  /// The share of the background's loss that its hardest logits carry.
  ///
  /// - Parameter fraction: Which share of the background, 0...1; 0.01 is the hardest hundredth.
  /// - Returns: 0...1; 0 where there is no background or it costs nothing.
  package func hardestBackgroundShare(_ fraction: Double) -> Double {
    Self.hardestShare(fraction, of: background)
  }

  /// The same for objects.
  package func hardestForegroundShare(_ fraction: Double) -> Double {
    Self.hardestShare(fraction, of: foreground)
  }

  /// The share of the background, hardest first, that carries a share of its loss.
  ///
  /// - Parameter share: Of the background's loss, 0...1; 0.5 is half of it.
  /// - Returns: 0...1; 0 where there is no background or it costs nothing.
  package func backgroundShare(carrying share: Double) -> Double {
    guard let upper = background.firstIndex(where: { $0.loss >= 1 - share }), upper > 0 else {
      return background.isEmpty ? 0 : 1
    }
    let (from, to) = (background[upper - 1], background[upper])
    let part = to.loss > from.loss ? (1 - share - from.loss) / (to.loss - from.loss) : 1
    return 1 - (from.examples + part * (to.examples - from.examples))
  }

  private static func hardestShare(_ fraction: Double, of curve: [Point]) -> Double {
    guard let upper = curve.firstIndex(where: { $0.examples >= 1 - fraction }) else { return 0 }
    guard upper > 0 else { return 1 - curve[0].loss }
    // Between two points of the curve all examples cost the same.
    let (from, to) = (curve[upper - 1], curve[upper])
    let part = (1 - fraction - from.examples) / (to.examples - from.examples)
    return 1 - (from.loss + part * (to.loss - from.loss))
  }

  private static func cumulative(
    _ loss: some MarginLossReference,
    _ side: MarginHistogram.Side
  ) -> [Point] {
    var steps: [(count: Int, loss: Double)] = []
    side.forEachBin { bin in
      steps.append((bin.count, loss.value(margin: bin.margin) * bin.weight))
    }
    let examples = Double(steps.reduce(0) { $0 + $1.count })
    let sum = steps.reduce(0) { $0 + $1.loss }
    guard examples > 0, sum > 0 else { return [] }
    var points = [Point(examples: 0, loss: 0)]
    var (seen, cost) = (0, 0.0)
    // A loss falls with the margin, so the easiest example is the one with the highest.
    for step in steps.reversed() {
      seen += step.count
      cost += step.loss
      points.append(Point(examples: Double(seen) / examples, loss: min(1, cost / sum)))
    }
    return points
  }
}

extension LossDistribution.Group {
  fileprivate mutating func add(
    _ function: some MarginLossReference,
    _ bin: MarginHistogram.Bin,
    weight: Double
  ) {
    let slope = abs(function.slope(margin: bin.margin))
    count += bin.count
    loss += weight * bin.weight * function.value(margin: bin.margin)
    gradient += weight * bin.weight * slope
    squaredGradient += weight * weight * bin.squaredWeight * slope * slope
  }
}
