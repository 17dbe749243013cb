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
    Self.visit(margins.foreground) { margin, count in
      positives.add(loss, margin, count, weight: objectWeight)
    }
    Self.visit(margins.background) { margin, count in
      if margin > Self.wellClassifiedMargin {
        easyNegatives.add(loss, margin, count, weight: backgroundWeight)
      } else {
        hardNegatives.add(loss, margin, count, weight: backgroundWeight)
      }
    }
  }

  /// log(0.6 / 0.4), the margin at which pₜ = 0.6.
  private static let wellClassifiedMargin = 0.4054651081081644

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
    visit(side) { margin, count in
      steps.append((count, loss.value(margin: margin) * Double(count)))
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

  private static func visit(_ side: MarginHistogram.Side, _ body: (Double, Int) -> Void) {
    for bin in side.counts.indices where side.counts[bin] > 0 {
      body(side.mean(ofBin: bin), side.counts[bin])
    }
  }
}

extension LossDistribution.Group {
  fileprivate mutating func add(
    _ function: some MarginLossReference,
    _ margin: Double,
    _ number: Int,
    weight: Double
  ) {
    count += number
    loss += weight * function.value(margin: margin) * Double(number)
    gradient += weight * abs(function.slope(margin: margin)) * Double(number)
  }
}
