/// What to do about gamma, alpha and π, in plain words and with the numbers that say so.
///
/// Follows from ``ImbalanceRules``; says so where there is too little to go on.
package struct ImbalanceAdvice: Sendable, Hashable {
  /// What to do about one key.
  package enum Verdict: String, Sendable, Hashable {
    case keep, change, undecided
  }

  /// The advice on one key of the recipe.
  package struct Item: Sendable, Hashable {
    /// The recipe's key.
    package let key: String
    /// What people call it.
    package let name: String
    /// The value of the run; `nil` where alpha weighs both sides alike.
    package let current: Double?
    package let verdict: Verdict
    /// What it should be; `nil` where undecided.
    package let recommended: Double?
    /// What there is too little of, in a few words; `nil` where there is advice.
    package let missing: String?
    /// Why, in whole sentences; where undecided, what would decide it.
    package let reason: String

    /// Advice and reason in whole sentences.
    package var text: String { "\(advice). \(reason)" }

    private var advice: String {
      switch verdict {
      case .keep: "Keep \(name) \(value)"
      case .change: "Try \(name) \(recommendation) instead of \(value)"
      case .undecided: "No advice on \(name) yet: \(missing ?? "")"
      }
    }

    fileprivate var value: String { current.map { FigureText.number($0) } ?? "none" }
    fileprivate var recommendation: String { recommended.map { FigureText.number($0) } ?? value }
  }

  /// How many looks are taken together.
  package static let mostLooks = 8

  /// What it follows from.
  package let basis: String
  package let gamma, alpha, priorProbability: Item

  /// Gamma, alpha and π, in this order.
  package var items: [Item] { [gamma, alpha, priorProbability] }

  /// The basis and a line for each item.
  package var lines: [String] { [basis] + items.map(\.text) }

  /// All advice in one line: what to try, what to keep, what cannot be said yet, and the numbers that matter most.
  package var line: String {
    func part(_ verdict: Verdict, _ verb: String, _ words: (Item) -> String) -> String? {
      let items = items.filter { $0.verdict == verdict }
      return items.isEmpty ? nil : "\(verb) " + items.map(words).joined(separator: ", ")
    }
    let parts = [
      part(.change, "try") { "\($0.name) \($0.recommendation) (now \($0.value))" },
      part(.keep, "keep") { "\($0.name) \($0.value)" },
    ]
    return (parts.compactMap { $0 } + silences + [remark].compactMap { $0 }).joined(separator: "; ")
  }

  /// What nothing is said about, those that lack the same together.
  private var silences: [String] {
    let undecided = items.filter { $0.verdict == .undecided }
    var reasons: [String] = []
    for item in undecided {
      if let missing = item.missing, !reasons.contains(missing) { reasons.append(missing) }
    }
    return reasons.map { reason in
      let names = undecided.filter { $0.missing == reason }.map(\.name)
      return "no advice on \(names.joined(separator: " and ")) yet: \(reason)"
    }
  }

  /// Whether another says to do the same, whatever its numbers are.
  ///
  /// - Parameter other: Advice on the same run, earlier or later.
  /// - Returns: Whether each key is to have the same value, or none is said of it, in both.
  package func advisesLike(_ other: ImbalanceAdvice) -> Bool {
    zip(items, other.items).allSatisfy {
      $0.verdict == $1.verdict && $0.current == $1.current && $0.recommended == $1.recommended
    }
  }

  /// The numbers that matter most; `nil` where there are too few of them to say something of gamma.
  private let remark: String?

  /// Follows the rules; `nil` where there are no looks.
  ///
  /// - Parameter looks: Figures of steps in their order; the newest ``mostLooks`` with the newest setting count.
  package init?(_ looks: [ImbalanceFigures]) {
    guard let pool = ImbalancePool(looks) else { return nil }
    basis = pool.basis
    let advisor = ImbalanceAdvisor(pool: pool)
    gamma = advisor.gamma
    alpha = advisor.alpha
    priorProbability = advisor.prior
    remark =
      advisor.gammaShortage == nil
      ? "\(pool.concentration(\.current)), objects \(FigureText.percent(pool.positiveShare)) of "
        + "the gradient" : nil
  }
}

/// Several looks taken together.
struct ImbalancePool {
  let setting: ImbalanceFigures.Setting
  let looks: [ImbalanceFigures]

  init?(_ all: [ImbalanceFigures]) {
    guard let newest = all.last else { return nil }
    setting = newest.setting
    looks = Array(all.filter { $0.setting == newest.setting }.suffix(ImbalanceAdvice.mostLooks))
  }

  /// Numbers that a file may hold can be too great for integers to be added.
  func sum(_ count: KeyPath<ImbalanceFigures, Int>) -> Double {
    looks.reduce(0) { $0 + Double($1[keyPath: count]) }
  }

  func mean(_ figure: (ImbalanceFigures) -> Double) -> Double {
    looks.reduce(0) { $0 + figure($1) } / Double(looks.count)
  }

  var positives: Double { sum(\.positives) }
  var hardNegatives: Double { sum(\.hardNegatives) }
  var negatives: Double { hardNegatives + sum(\.easyNegatives) }

  /// The positives' share of the gradient.
  var positiveShare: Double { mean { $0.current.gradient.positives } }

  /// Where the figures of a gamma are: the present one, or one of those that were tried.
  func spread(_ gamma: Double) -> KeyPath<ImbalanceFigures, ImbalanceFigures.Spread> {
    guard gamma != setting.gamma, let place = ImbalanceFigures.gammas.firstIndex(of: gamma) else {
      return \.current
    }
    return \.spreads[place]
  }

  /// What the hardest hundredth carries of the negatives' loss.
  func hardest(_ spread: KeyPath<ImbalanceFigures, ImbalanceFigures.Spread>) -> Double {
    mean { $0[keyPath: spread].hardestPercentLoss }
  }

  /// What easy ones carry of the negatives' gradient; 0 where negatives have none.
  func easy(_ spread: KeyPath<ImbalanceFigures, ImbalanceFigures.Spread>) -> Double {
    let easy = mean { $0[keyPath: spread].gradient.easyNegatives }
    let hard = mean { $0[keyPath: spread].gradient.hardNegatives }
    return easy + hard > 0 ? easy / (easy + hard) : 0
  }

  /// The first in words.
  func concentration(_ spread: KeyPath<ImbalanceFigures, ImbalanceFigures.Spread>) -> String {
    "the hardest 1 % of the background carries \(FigureText.percent(hardest(spread))) of its loss"
  }

  /// Why shares of losses say little yet; `nil` where they may be used.
  var shortage: ImbalanceShortage? {
    if looks.count < ImbalanceRules.leastLooks {
      return ImbalanceShortage(
        missing: "\(looks.count) of \(ImbalanceRules.leastLooks) looks so far",
        remedy: "One look is one step, and steps differ; the next looks decide."
      )
    }
    if positives < ImbalanceRules.leastPositives {
      return ImbalanceShortage(
        missing: "\(FigureText.count(positives)) positives in \(looksText), it takes "
          + FigureText.count(ImbalanceRules.leastPositives),
        remedy: moreToSee
      )
    }
    let (object, other) = (mean(\.positiveScore), mean(\.negativeScore))
    if object < ImbalanceRules.leastSeparation * other {
      return ImbalanceShortage(
        missing: "objects score \(FigureText.percent(object)) and background "
          + "\(FigureText.percent(other)) on average, too close to judge by",
        remedy: "It can be said once objects score "
          + "\(FigureText.number(ImbalanceRules.leastSeparation)) times what background does, which further "
          + "steps should bring."
      )
    }
    return nil
  }

  /// How more logits come to be looked at.
  var moreToSee: String {
    looks.count < ImbalanceAdvice.mostLooks
      ? "The next looks decide." : "A larger schedule.batchSize shows more of them in each look."
  }

  var looksText: String { looks.count == 1 ? "1 look" : "\(looks.count) looks" }

  var basis: String {
    let anchors = sum(\.foregroundAnchors) + sum(\.backgroundAnchors)
    let share = anchors > 0 ? FigureText.percent(sum(\.foregroundAnchors) / anchors) : "none"
    return "\(looks.count) \(looks.count == 1 ? "step" : "steps") looked at: "
      + "\(FigureText.count(positives)) positives, \(FigureText.count(hardNegatives)) hard and "
      + "\(FigureText.count(negatives - hardNegatives)) easy negatives; \(share) of the anchors that count "
      + "hold an object"
  }
}

/// What advice cannot be given for.
struct ImbalanceShortage {
  /// What there is and what it takes, in a few words.
  let missing: String
  /// What would bring it, a sentence.
  let remedy: String
}

/// Numbers as people read them.
enum FigureText {
  /// Two digits, as far as a share of a sample is to be believed.
  static func percent(_ share: Double) -> String {
    let percent = 100 * share
    if percent >= 10 || percent == 0 { return "\(whole(percent)) %" }
    if percent < 0.01 { return "under 0.01 %" }
    return "\(digits(percent)) %"
  }

  /// Two digits, whole where it is.
  static func digits(_ value: Double) -> String {
    if value >= 10 { return whole(value) }
    let places = value >= 1 ? 10.0 : value >= 0.1 ? 100.0 : 1000.0
    return number((value * places).rounded() / places)
  }

  /// As short as it is exact.
  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? whole(value) : "\(value)"
  }

  /// With thousands apart; millions by their first digits.
  static func count(_ value: Double) -> String {
    if value >= 1e6, value < 1e15 { return "\(digits(value / 1e6)) million" }
    let digits = whole(value)
    guard digits.count > 3, value < 1e6 else { return digits }
    return "\(digits.dropLast(3)),\(digits.suffix(3))"
  }

  private static func whole(_ value: Double) -> String {
    value.isFinite && abs(value) < 1e18 ? "\(Int(value.rounded()))" : "\(value)"
  }
}
