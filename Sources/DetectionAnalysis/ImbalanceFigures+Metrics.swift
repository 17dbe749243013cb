import FocalLossReference

// The figures as flat names and numbers, for lines of `metrics.jsonl` and back.
extension ImbalanceFigures {
  /// One number under its name.
  package struct Metric: Sendable, Hashable {
    /// Begins with `lens`.
    package let name: String
    package let value: Double
    /// Whether it is a whole number by nature.
    package let isCount: Bool
  }

  /// Every figure under its name.
  package var metrics: [Metric] {
    var metrics = Self.counts.map {
      Metric(name: $0.name, value: Double(self[keyPath: $0.path]), isCount: true)
    }
    func append(_ name: String, _ value: Double) {
      metrics.append(Metric(name: name, value: value, isCount: false))
    }
    append("lensGamma", setting.gamma)
    // As a recipe writes that both sides weigh alike.
    append("lensAlpha", setting.alpha ?? -1)
    append("lensPriorProbability", setting.priorProbability)
    append("lensPositiveScore", positiveScore)
    append("lensNegativeScore", negativeScore)
    append("lensLoss", loss)
    for (prefix, spread) in zip(["lens"] + Self.prefixes, [current] + spreads) {
      for figure in Spread.figures { append(prefix + figure.name, spread[keyPath: figure.path]) }
    }
    return metrics
  }

  /// Reads figures back; `nil` where a number is missing, as in a line of a step that was not looked at, or cannot be.
  ///
  /// - Parameter value: The number of a name.
  package init?(metrics value: (String) -> Double?) {
    func setting() -> Setting? {
      guard let gamma = value("lensGamma"), let alpha = value("lensAlpha"),
        let prior = value("lensPriorProbability"), SigmoidFocalReference.gammaRange.contains(gamma),
        alpha <= 1, prior > 0, prior < 1
      else { return nil }
      return Setting(gamma: gamma, alpha: alpha < 0 ? nil : alpha, priorProbability: prior)
    }
    func spread(_ prefix: String, _ gamma: Double) -> Spread? {
      var spread = Spread(gamma: gamma)
      for figure in Spread.figures {
        guard let number = value(prefix + figure.name) else { return nil }
        spread[keyPath: figure.path] = number
      }
      return spread
    }
    guard let setting = setting(), let positiveScore = value("lensPositiveScore"),
      let negativeScore = value("lensNegativeScore"), let loss = value("lensLoss"),
      let current = spread("lens", setting.gamma)
    else { return nil }
    let spreads = zip(Self.prefixes, Self.gammas).compactMap { spread($0, $1) }
    guard spreads.count == Self.gammas.count else { return nil }
    self.init(
      setting: setting,
      foregroundAnchors: 0,
      backgroundAnchors: 0,
      ignoredAnchors: 0,
      positives: 0,
      hardNegatives: 0,
      easyNegatives: 0,
      notFinite: 0,
      positiveScore: positiveScore,
      negativeScore: negativeScore,
      loss: loss,
      current: current,
      spreads: spreads
    )
    for count in Self.counts {
      guard let number = value(count.name).flatMap({ Int(exactly: $0) }), number >= 0 else {
        return nil
      }
      self[keyPath: count.path] = number
    }
  }

  /// What stands before the figures of each of ``gammas``.
  package static let prefixes = [
    "lensGamma0", "lensGammaHalf", "lensGamma1", "lensGamma2", "lensGamma5",
  ]

  private static var counts: [(name: String, path: WritableKeyPath<Self, Int>)] {
    [
      ("lensForegroundAnchors", \.foregroundAnchors),
      ("lensBackgroundAnchors", \.backgroundAnchors),
      ("lensIgnoredAnchors", \.ignoredAnchors),
      ("lensPositives", \.positives),
      ("lensHardNegatives", \.hardNegatives),
      ("lensEasyNegatives", \.easyNegatives),
      ("lensNotFinite", \.notFinite),
    ]
  }
}

extension ImbalanceFigures.Spread {
  /// Nothing is known yet.
  fileprivate init(gamma: Double) {
    let none = ImbalanceFigures.Shares(positives: 0, hardNegatives: 0, easyNegatives: 0)
    self.init(
      gamma: gamma,
      loss: none,
      gradient: none,
      squaredGradient: none,
      hardestPercentLoss: 0,
      halfLossNegatives: 0
    )
  }

  /// Each figure and what it is called, without the prefix.
  fileprivate static var figures: [(name: String, path: WritableKeyPath<Self, Double>)] {
    [
      ("PositiveLossShare", \.loss.positives),
      ("HardNegativeLossShare", \.loss.hardNegatives),
      ("EasyNegativeLossShare", \.loss.easyNegatives),
      ("PositiveGradientShare", \.gradient.positives),
      ("HardNegativeGradientShare", \.gradient.hardNegatives),
      ("EasyNegativeGradientShare", \.gradient.easyNegatives),
      ("PositiveSquaredGradientShare", \.squaredGradient.positives),
      ("HardNegativeSquaredGradientShare", \.squaredGradient.hardNegatives),
      ("EasyNegativeSquaredGradientShare", \.squaredGradient.easyNegatives),
      ("HardestPercentLossShare", \.hardestPercentLoss),
      ("HalfLossNegativeShare", \.halfLossNegatives),
    ]
  }
}
