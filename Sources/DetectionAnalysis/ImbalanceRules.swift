import FocalLossReference

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is enough, what is too much, and what the paper found: the numbers behind ``ImbalanceAdvice``.
///
/// `docs/imbalance-lens.md` gives the reasons. Numbers of the paper are those of Lin et al. 2017, tables 1a and 1b,
/// measured on COCO; thresholds without a table are this project's.
package enum ImbalanceRules {
  // MARK: Enough to go on

  /// Steps that were looked at.
  package static let leastLooks = 3
  /// Positives among them: a share estimated from n examples is off by some 1 / √n of itself.
  package static let leastPositives = 100.0
  /// Hard negatives among them, for what easy ones carry beside them.
  package static let leastHardNegatives = 30.0
  /// Negatives among them, for what their hardest hundredth carries: it then has a hundred.
  package static let leastNegatives = 10_000.0
  /// Mean score of positives over that of negatives; both are π before anything is learnt.
  package static let leastSeparation = 5.0

  // MARK: Gamma

  /// The share of the negatives' loss that their hardest hundredth should carry: figure 4's concentration.
  package static let leastConcentration = 0.5
  /// The share of the negatives' gradient that well-classified ones may carry: then they drown nothing.
  package static let mostEasy = 0.5
  /// Table 1b: 34.0 AP at 2, 33.7 at 1, 32.2 at 5.
  package static let bestGamma = 2.0
  /// What is tried, from the weakest.
  package static let gammas: [Double] = [0, 0.5, 1, 2]

  /// The weakest gamma that is enough; the best of the paper where none is.
  ///
  /// - Parameter isEnough: Whether a gamma is.
  /// - Returns: One of ``gammas``.
  package static func neededGamma(isEnough: (Double) -> Bool) -> Double {
    gammas.first(where: isEnough) ?? bestGamma
  }

  /// The nearest gamma to the current one that is strong enough and no stronger than the paper's best.
  package static func gamma(current: Double, needed: Double) -> Double {
    min(max(current, needed), bestGamma)
  }

  // MARK: Alpha

  /// Table 1b: over all gammas the best alpha lies in here.
  package static let alphas = 0.25...0.75
  /// The positives' share of the whole gradient between which scores count as settled; at rest it is 1/2.
  package static let settled = 0.1...0.9

  /// The best alpha of a gamma, table 1b: 0.75 up to 0.2, 0.5 at 0.5, 0.25 from 1 on; of the nearest row in between.
  package static func alpha(forGamma gamma: Double) -> Double {
    gamma < 0.35 ? 0.75 : gamma < 0.75 ? 0.5 : 0.25
  }

  /// The alpha at which positives and negatives of the same scores would pull alike, within ``alphas``.
  ///
  /// - Parameters:
  ///   - share: The positives' share of the gradient, 0...1.
  ///   - alpha: The alpha that it was measured with, above 0 and below 1.
  /// - Returns: A weight in ``alphas``.
  package static func balancingAlpha(share: Double, alpha: Double) -> Double {
    // αP / ((1 − α) N) is share / (1 − share); P and N are to weigh alike.
    let (positives, negatives) = (share / alpha, (1 - share) / (1 - alpha))
    guard positives + negatives > 0 else { return alpha }
    return min(max(negatives / (positives + negatives), alphas.lowerBound), alphas.upperBound)
  }

  // MARK: Prior probability

  /// How many times the objects' loss the background's may be at the first step.
  ///
  /// Table 1a with π = 0.01 and COCO's 80,000 logits a positive: 58 at alpha 0.75 (31.1 AP), 175 at 0.5 (30.2), 523 at
  /// 0.25 (10.8), 1,571 at 0.1 (0.0).
  package static let mostAtFirst = 60.0
  /// The paper's π, and what to fall back on.
  package static let priors: [Double] = [
    0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5, 5e-6, 2e-6, 1e-6,
  ]

  /// What the background's loss is at the first step, in times of the objects', where every score is π.
  package static func lossAtFirst(
    _ setting: ImbalanceFigures.Setting,
    positives: Double,
    negatives: Double
  ) -> Double {
    let loss = SigmoidFocalReference(alpha: setting.alpha, gamma: setting.gamma)
    let margin = logit(of: setting.priorProbability)
    let object = positives * loss.value(logit: margin, isObject: true)
    let background = negatives * loss.value(logit: margin, isObject: false)
    return object > 0 ? background / object : .infinity
  }

  /// The greatest of ``priors`` at which the first step is not swamped; the least where none is.
  package static func prior(
    _ setting: ImbalanceFigures.Setting,
    positives: Double,
    negatives: Double
  ) -> Double {
    let good = priors.first { prior in
      var setting = setting
      setting.priorProbability = prior
      return lossAtFirst(setting, positives: positives, negatives: negatives) <= mostAtFirst
    }
    return good ?? priors[priors.count - 1]
  }
}

/// log(p / (1 − p)).
private func logit(of probability: Double) -> Double {
  log(probability) - log1p(-probability)
}
