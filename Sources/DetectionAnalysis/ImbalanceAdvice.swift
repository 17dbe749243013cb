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
    /// One sentence.
    package let reason: String

    /// Name, advice and reason in one line.
    package var text: String { "\(name): \(short). \(reason)" }

    /// What to do, in a few words.
    fileprivate var short: String {
      let value = current.map { FigureText.number($0) } ?? "none"
      guard let recommended else { return "undecided (it is \(value))" }
      return verdict == .keep
        ? "keep \(value)" : "\(FigureText.number(recommended)) instead of \(value)"
    }
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

  /// All advice in one line, with the numbers that matter most or what is still missing.
  package var line: String {
    items.map { "\($0.name) \($0.short)" }.joined(separator: ", ") + "; \(remark)"
  }

  private let remark: String

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
      advisor.gammaShortage
      ?? ("\(pool.concentration(\.current)), objects \(FigureText.percent(pool.positiveShare)) of "
        + "the gradient")
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
  var shortage: String? {
    if looks.count < ImbalanceRules.leastLooks {
      return "\(looks.count) of \(ImbalanceRules.leastLooks) looks so far"
    }
    if positives < ImbalanceRules.leastPositives {
      return "\(FigureText.count(positives)) positives in \(looks.count) looks, "
        + "\(FigureText.count(ImbalanceRules.leastPositives)) are needed"
    }
    let (object, other) = (mean(\.positiveScore), mean(\.negativeScore))
    if object < ImbalanceRules.leastSeparation * other {
      return "objects score \(FigureText.percent(object)) and background "
        + "\(FigureText.percent(other)) on average, too close to judge by"
    }
    return nil
  }

  var basis: String {
    let anchors = sum(\.foregroundAnchors) + sum(\.backgroundAnchors)
    let share = anchors > 0 ? FigureText.percent(sum(\.foregroundAnchors) / anchors) : "none"
    return "\(looks.count) \(looks.count == 1 ? "step" : "steps") looked at: "
      + "\(FigureText.count(positives)) positives, \(FigureText.count(hardNegatives)) hard and "
      + "\(FigureText.count(negatives - hardNegatives)) easy negatives; \(share) of the anchors that count "
      + "hold an object"
  }
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
