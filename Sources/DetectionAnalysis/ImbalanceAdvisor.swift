/// The rules put into words.
struct ImbalanceAdvisor {
  let pool: ImbalancePool

  private var setting: ImbalanceFigures.Setting { pool.setting }

  // MARK: Gamma

  var gamma: ImbalanceAdvice.Item {
    if let shortage = gammaShortage {
      return item(
        "gamma",
        "loss.gamma",
        setting.gamma,
        nil,
        missing: shortage.missing,
        "\(shortage.remedy) The paper's best is 2."
      )
    }
    return item("gamma", "loss.gamma", setting.gamma, bestGamma, gammaReason)
  }

  /// What gamma cannot be judged for; `nil` where it can.
  var gammaShortage: ImbalanceShortage? {
    if let shortage = pool.shortage { return shortage }
    guard !seesHardest, !seesEasy else { return nil }
    return ImbalanceShortage(
      missing: "\(FigureText.count(pool.hardNegatives)) hard negatives of "
        + "\(FigureText.count(pool.negatives)) in \(pool.looksText), it takes "
        + "\(FigureText.count(ImbalanceRules.leastHardNegatives)) hard ones or "
        + "\(FigureText.count(ImbalanceRules.leastNegatives)) in all",
      remedy: pool.moreToSee
    )
  }

  /// Whether there are enough negatives to judge by their hardest hundredth, or by easy ones beside hard ones.
  private var seesHardest: Bool { pool.negatives >= ImbalanceRules.leastNegatives }
  private var seesEasy: Bool { pool.hardNegatives >= ImbalanceRules.leastHardNegatives }

  private func isConcentrated(_ gamma: Double) -> Bool {
    seesHardest && pool.hardest(pool.spread(gamma)) >= ImbalanceRules.leastConcentration
  }

  private func drownsNothing(_ gamma: Double) -> Bool {
    seesEasy && pool.easy(pool.spread(gamma)) <= ImbalanceRules.mostEasy
  }

  private func isEnough(_ gamma: Double) -> Bool { isConcentrated(gamma) || drownsNothing(gamma) }

  private var bestGamma: Double {
    ImbalanceRules.gamma(
      current: setting.gamma,
      needed: ImbalanceRules.neededGamma(isEnough: isEnough)
    )
  }

  private var gammaReason: String {
    let (now, best) = (setting.gamma, bestGamma)
    let (old, new) = (FigureText.number(now), FigureText.number(best))
    if best > now {
      let still = isEnough(best) ? "" : ", still too little"
      return "At \(old) \(clause(now)), \(lack) than half; at \(new) \(clause(best))\(still)."
    }
    if best < now {
      return "At \(new) \(clause(best)); the paper lost 1.8 AP from 2 to 5."
    }
    guard isEnough(now) else {
      return "At \(old) \(clause(now)), \(lack) than half, but the paper lost 1.8 AP from 2 to 5."
    }
    let without = now > 0 ? "; at 0 \(clause(0))" : ""
    return "At \(old) \(clause(now)), which is enough\(without)."
  }

  /// What is said of a gamma.
  private func clause(_ gamma: Double) -> String {
    guard judgesByEasy else { return pool.concentration(pool.spread(gamma)) }
    return "well-classified background carries \(share(pool.easy(pool.spread(gamma)))) of the "
      + "background's gradient"
  }

  /// One figure in all of a sentence: the one by which the advice is enough.
  private var judgesByEasy: Bool {
    !seesHardest || (!isConcentrated(bestGamma) && drownsNothing(bestGamma))
  }

  private var lack: String { judgesByEasy ? "more" : "less" }

  private func share(_ value: Double) -> String { FigureText.percent(value) }

  // MARK: Alpha

  var alpha: ImbalanceAdvice.Item {
    func item(_ recommended: Double?, _ reason: String) -> ImbalanceAdvice.Item {
      self.item("alpha", "loss.alpha", setting.alpha, recommended, reason)
    }
    if let shortage = pool.shortage {
      return self.item(
        "alpha",
        "loss.alpha",
        setting.alpha,
        nil,
        missing: shortage.missing,
        "\(shortage.remedy) The paper's best with gamma \(FigureText.number(setting.gamma)) is "
          + "\(FigureText.number(tableAlpha))."
      )
    }
    if let change = gammaChange {
      return item(
        ImbalanceRules.alpha(forGamma: change),
        "It goes with gamma \(FigureText.number(change)): the paper's best of that row."
      )
    }
    // Weighing both sides alike is 1/2, but for a factor.
    let current = setting.alpha ?? 0.5
    guard ImbalanceRules.alphas.contains(current) else {
      return item(
        tableAlpha,
        "The paper's best alphas lie in 0.25 to 0.75 for every gamma; with "
          + "\(FigureText.number(setting.gamma)) it is this."
      )
    }
    let positives = pool.positiveShare
    let settled = "Objects carry \(share(positives)) of the gradient"
    guard !ImbalanceRules.settled.contains(positives) else {
      return item(setting.alpha ?? 0.5, settled + "; where training has come to rest it is half.")
    }
    let balance = ImbalanceRules.balancingAlpha(share: positives, alpha: current)
    let side = positives < 0.5 ? "pushes all scores down" : "pushes all scores up"
    guard abs(balance - current) >= 0.05 else {
      return item(
        setting.alpha ?? 0.5,
        settled + ", which \(side), but the paper's range of 0.25 to 0.75 leaves no room."
      )
    }
    return item(
      (balance * 20).rounded() / 20,
      settled + ", which \(side); this would bring both sides nearer to half."
    )
  }

  private var tableAlpha: Double { ImbalanceRules.alpha(forGamma: setting.gamma) }

  /// The gamma that is recommended, where it is another.
  private var gammaChange: Double? {
    gammaShortage == nil && bestGamma != setting.gamma ? bestGamma : nil
  }

  // MARK: Prior probability

  var prior: ImbalanceAdvice.Item {
    func item(_ recommended: Double?, _ reason: String) -> ImbalanceAdvice.Item {
      self.item("pi", "model.priorProbability", setting.priorProbability, recommended, reason)
    }
    guard pool.positives > 0 else {
      return self.item(
        "pi",
        "model.priorProbability",
        setting.priorProbability,
        nil,
        missing: "no anchor holds an object in \(pool.looksText)",
        "It depends on how many anchors objects have; focal inspect says whether they have any."
      )
    }
    let current = setting.priorProbability
    let odds = FigureText.count(pool.negatives / pool.positives)
    let start =
      "With \(odds) negatives a positive the background costs \(times(atFirst(current))) what objects "
      + "do at the first step"
    let most = ImbalanceRules.mostAtFirst
    guard atFirst(current) > most else {
      return item(
        current,
        start + "; up to \(FigureText.number(most)) times the paper's runs got along."
      )
    }
    let better = ImbalanceRules.prior(
      nextSetting,
      positives: pool.positives,
      negatives: pool.negatives
    )
    guard better < current else {
      return item(current, start + ", and no smaller one helps: see alpha.")
    }
    return item(
      better,
      start + ", which drowns them; \(times(atFirst(better))) with this, for the next run."
    )
  }

  /// With the gamma and alpha that are recommended.
  private var nextSetting: ImbalanceFigures.Setting {
    var setting = setting
    if let change = gammaChange {
      (setting.gamma, setting.alpha) = (change, ImbalanceRules.alpha(forGamma: change))
    }
    return setting
  }

  private func atFirst(_ prior: Double) -> Double {
    var setting = nextSetting
    setting.priorProbability = prior
    return ImbalanceRules.lossAtFirst(
      setting,
      positives: pool.positives,
      negatives: pool.negatives
    )
  }

  private func times(_ ratio: Double) -> String {
    ratio < 0.001
      ? "under 0.001 times"
      : ratio < 1e12 ? "\(FigureText.digits(ratio)) times" : "without bound more than"
  }

  private func item(
    _ name: String,
    _ key: String,
    _ current: Double?,
    _ recommended: Double?,
    missing: String? = nil,
    _ reason: String
  ) -> ImbalanceAdvice.Item {
    // Without alpha both sides weigh alike, which 1/2 is too.
    let isKept = recommended == (current ?? (key == "loss.alpha" ? 0.5 : nil))
    return ImbalanceAdvice.Item(
      key: key,
      name: name,
      current: current,
      verdict: recommended == nil ? .undecided : isKept ? .keep : .change,
      recommended: recommended.map { isKept ? current ?? $0 : $0 },
      missing: missing,
      reason: reason
    )
  }
}
