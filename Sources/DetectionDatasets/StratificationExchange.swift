import BoxGeometry

/// Groups that change places or splits where that brings classes nearer to their shares.
///
/// What is made small is the sum, over splits, of the squared distances from the share: of the
/// pictures of each class, of its boxes, and of all pictures, each in parts of its total. No step
/// takes the last picture of a class out of a split.
struct StratificationExchange {
  private(set) var splits: [Int]
  private let groups: [IterativeStratification.Group]
  /// The amounts of a group: pictures, then pictures and boxes of each label.
  private let amounts: [[Double]]
  private let weights: [Double]
  /// What a split has more than its share, by split and amount.
  private var excess: [[Double]]
  /// Groups that hold a class, by split and label.
  private var holders: [[Int]]

  /// Tries for each group; more bring little.
  private static let triesOfGroup = 60
  /// Most tries, so that a million pictures take seconds.
  private static let mostTries = 400_000

  init(_ groups: [IterativeStratification.Group], fractions: [Double], splits: [Int]) {
    self.groups = groups
    self.splits = splits
    amounts = groups.map { group in
      [Double(group.pictures)] + group.picturesOfLabel.map(Double.init)
        + group.boxesOfLabel.map(Double.init)
    }
    let kinds = amounts.first?.indices ?? 0..<0
    let totals = kinds.map { [amounts] kind in amounts.reduce(0) { $0 + $1[kind] } }
    // The number of pictures matters as much as all the classes together.
    weights = kinds.map { kind in
      let total = max(totals[kind], 1)
      return (kind == 0 ? Double(max(kinds.count - 1, 1)) : 1) / (total * total)
    }
    excess = fractions.map { fraction in totals.map { -fraction * $0 } }
    let labels = groups.first?.picturesOfLabel.count ?? 0
    holders = fractions.map { _ in Array(repeating: 0, count: labels) }
    for (group, split) in splits.enumerated() {
      for kind in kinds { excess[split][kind] += amounts[group][kind] }
      for label in 0..<labels where groups[group].picturesOfLabel[label] > 0 {
        holders[split][label] += 1
      }
    }
  }

  mutating func run(using generator: inout SplitMix64) {
    guard groups.count > 1, excess.count > 1 else { return }
    for turn in 0..<min(groups.count * Self.triesOfGroup, Self.mostTries) {
      let first = generator.integer(below: groups.count)
      let second = generator.integer(below: groups.count)
      let target = generator.integer(below: excess.count)
      let isExchange = turn % 2 == 0
      let to = isExchange ? splits[second] : target
      guard splits[first] != to else { continue }
      let back = isExchange ? second : nil
      if gain(first, to, back) > 1e-12, keepsClasses(first, to, back) { move(first, to, back) }
    }
  }

  /// By how much the sum falls if a group goes to another split, and one comes back.
  private func gain(_ group: Int, _ to: Int, _ back: Int?) -> Double {
    let (a, b) = (excess[splits[group]], excess[to])
    var gain = 0.0
    for kind in weights.indices {
      let moved = amounts[group][kind] - (back.map { amounts[$0][kind] } ?? 0)
      // a² + b² less (a - m)² + (b + m)².
      gain -= weights[kind] * 2 * moved * (moved - a[kind] + b[kind])
    }
    return gain
  }

  private func keepsClasses(_ group: Int, _ to: Int, _ back: Int?) -> Bool {
    func holds(_ group: Int?, _ label: Int) -> Bool {
      group.map { groups[$0].picturesOfLabel[label] > 0 } ?? false
    }
    for label in holders[0].indices where holds(group, label) != holds(back, label) {
      let loser = holds(group, label) ? splits[group] : to
      if holders[loser][label] == 1 { return false }
    }
    return true
  }

  private mutating func move(_ group: Int, _ to: Int, _ back: Int?) {
    let from = splits[group]
    put(group, to)
    if let back { put(back, from) }
  }

  private mutating func put(_ group: Int, _ to: Int) {
    let from = splits[group]
    for kind in weights.indices {
      excess[from][kind] -= amounts[group][kind]
      excess[to][kind] += amounts[group][kind]
    }
    for label in holders[0].indices where groups[group].picturesOfLabel[label] > 0 {
      holders[from][label] -= 1
      holders[to][label] += 1
    }
    splits[group] = to
  }
}
