import FocalLossReference

/// Who carries a detector's classification loss in one step: what the imbalance lens sees.
///
/// Three groups of logits share the loss and its gradient. *Positives* are the logits of objects' own categories. All
/// others that count are negatives: *easy* where pₜ > 0.6, which the paper calls well classified (figure 1), else
/// *hard*. Anchors that are ignored are in none.
package struct ImbalanceFigures: Sendable, Hashable, Codable {
  /// The focusing parameters that the paper compares, figure 1 and table 1b.
  package static let gammas: [Double] = [0, 0.5, 1, 2, 5]

  /// What the recipe says.
  package struct Setting: Sendable, Hashable, Codable {
    /// Focusing parameter; 0 for cross entropy.
    package var gamma: Double
    /// Weight of objects, 0...1; `nil` weighs both sides alike.
    package var alpha: Double?
    /// Where object probabilities started.
    package var priorProbability: Double

    package init(gamma: Double, alpha: Double?, priorProbability: Double) {
      (self.gamma, self.alpha, self.priorProbability) = (gamma, alpha, priorProbability)
    }
  }

  /// What each of the three groups has of something: shares that add up to 1, or zeros where there is nothing.
  package struct Shares: Sendable, Hashable, Codable {
    package var positives = 0.0, hardNegatives = 0.0, easyNegatives = 0.0

    package init(positives: Double, hardNegatives: Double, easyNegatives: Double) {
      let sum = positives + hardNegatives + easyNegatives
      guard sum > 0, sum.isFinite else { return }
      self.positives = positives / sum
      self.hardNegatives = hardNegatives / sum
      self.easyNegatives = easyNegatives / sum
    }

    /// The share of easy ones among negatives, 0...1; `nil` where negatives have nothing.
    package var easyAmongNegatives: Double? {
      let negatives = hardNegatives + easyNegatives
      return negatives > 0 ? easyNegatives / negatives : nil
    }
  }

  /// How a loss is spread over the logits.
  package struct Spread: Sendable, Hashable, Codable {
    package var gamma: Double
    /// Of the loss.
    package var loss: Shares
    /// Of the summed |∂L/∂x|.
    package var gradient: Shares
    /// Of the summed (∂L/∂x)², the square of the gradient's Euclidean norm.
    package var squaredGradient: Shares
    /// Share of the negatives' loss that their hardest hundredth carries.
    package var hardestPercentLoss: Double
    /// Share of the negatives, hardest first, that carry half of their loss.
    package var halfLossNegatives: Double
  }

  package var setting: Setting
  package var foregroundAnchors, backgroundAnchors, ignoredAnchors: Int
  package var positives, hardNegatives, easyNegatives: Int
  /// Logits that are no number, in none of the groups.
  package var notFinite: Int
  /// Mean probability σ(x) over positives and over negatives; 0 where there are none.
  package var positiveScore, negativeScore: Double
  /// The classification loss, summed, before it is divided by a normaliser.
  ///
  /// With weights, as for the normaliser `per-image`, the weighted sum.
  package var loss: Double
  /// The loss that is trained with.
  package var current: Spread
  /// What ``gammas`` would make of the same scores, with the same alpha.
  package var spreads: [Spread]
}

extension ImbalanceFigures {
  /// Looks at counted margins.
  ///
  /// - Parameters:
  ///   - margins: All logits of one step.
  ///   - setting: The loss that is trained with.
  package init(of margins: MarginHistogram, setting: Setting) {
    func distribution(_ gamma: Double) -> LossDistribution {
      LossDistribution(of: SigmoidFocalReference(alpha: setting.alpha, gamma: gamma), over: margins)
    }
    let distributions = Self.gammas.map(distribution)
    let own =
      Self.gammas.firstIndex(of: setting.gamma).map { distributions[$0] }
      ?? distribution(setting.gamma)
    self.setting = setting
    foregroundAnchors = margins.foregroundAnchors
    backgroundAnchors = margins.backgroundAnchors
    ignoredAnchors = margins.ignoredAnchors
    notFinite = margins.notFinite
    positives = own.positives.count
    hardNegatives = own.hardNegatives.count
    easyNegatives = own.easyNegatives.count
    positiveScore = margins.foreground.meanMiss.map { 1 - $0 } ?? 0
    negativeScore = margins.background.meanMiss ?? 0
    loss = own.totalLoss
    current = Spread(own, gamma: setting.gamma)
    spreads = zip(distributions, Self.gammas).map { Spread($0, gamma: $1) }
  }
}

extension ImbalanceFigures.Spread {
  fileprivate init(_ distribution: LossDistribution, gamma: Double) {
    func shares(_ quantity: KeyPath<LossDistribution.Group, Double>) -> ImbalanceFigures.Shares {
      ImbalanceFigures.Shares(
        positives: distribution.positives[keyPath: quantity],
        hardNegatives: distribution.hardNegatives[keyPath: quantity],
        easyNegatives: distribution.easyNegatives[keyPath: quantity]
      )
    }
    self.gamma = gamma
    loss = shares(\.loss)
    gradient = shares(\.gradient)
    squaredGradient = shares(\.squaredGradient)
    hardestPercentLoss = distribution.hardestBackgroundShare(0.01)
    halfLossNegatives = distribution.backgroundShare(carrying: 0.5)
  }
}

extension MarginHistogram.Side {
  /// The mean of 1 − pₜ, every logit counting alike; `nil` where there is none.
  fileprivate var meanMiss: Double? {
    var (sum, number) = (0.0, 0)
    // The size of cross entropy's slope.
    forEachBin { bin in
      sum -= Double(bin.count) * CrossEntropyReference().slope(margin: bin.margin)
      number += bin.count
    }
    return number > 0 ? sum / Double(number) : nil
  }
}
