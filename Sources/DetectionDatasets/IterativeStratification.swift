package import BoxGeometry

/// Deals groups of pictures out to splits so that each class has nearly its share in each.
///
/// The class with the fewest groups still to be dealt comes first; each group that holds it, the
/// largest first, goes where most pictures of that class are wanted, then where most pictures are
/// wanted, then where most boxes of that class are. Where a class has no more groups left than there
/// are splits without it, these come first: it can be measured in every split. Groups without objects
/// follow, where most pictures are wanted. At last groups change places as long as that brings
/// pictures and boxes nearer to their shares.
///
/// Sechidis, Tsoumakas and Vlahavas 2011, "On the stratification of multi-label data", algorithm 1;
/// groups, boxes, the rule for the rarest and the exchange are ours.
package struct IterativeStratification {
  /// Pictures that stay together.
  package struct Group: Hashable, Sendable {
    /// Number of pictures, >= 1.
    package var pictures: Int
    /// Pictures that hold the class, for each label.
    package var picturesOfLabel: [Int]
    /// Boxes of the class, for each label.
    package var boxesOfLabel: [Int]

    /// Creates a group.
    /// - Parameters:
    ///   - pictures: Number of pictures, >= 1.
    ///   - picturesOfLabel: Pictures that hold the class, for each label.
    ///   - boxesOfLabel: Boxes of the class, for each label.
    package init(pictures: Int, picturesOfLabel: [Int], boxesOfLabel: [Int]) {
      self.pictures = pictures
      self.picturesOfLabel = picturesOfLabel
      self.boxesOfLabel = boxesOfLabel
    }
  }

  private let groups: [Group]
  private let order: [Int]
  private var split: [Int?]
  /// Pictures wanted still, for each split.
  private var wanted: [Double]
  /// Pictures of a class wanted still, by label and split.
  private var wantedOfLabel: [[Double]]
  /// Boxes of a class wanted still, by label and split.
  private var wantedBoxes: [[Double]]
  /// Groups of a class that are not dealt yet.
  private var left: [Int]
  /// Groups of a class in a split so far, by label and split.
  private var dealt: [[Int]]

  /// Deals groups out.
  /// - Parameters:
  ///   - groups: The groups; equal orders and seeds give equal results.
  ///   - fractions: The share of each split, above 0, 1 together.
  ///   - generator: Decides where all else is equal.
  /// - Returns: The split of each group.
  package static func splits(
    of groups: [Group],
    fractions: [Double],
    using generator: inout SplitMix64
  ) -> [Int] {
    precondition(!fractions.isEmpty && fractions.allSatisfy { $0 > 0 }, "shares are above 0")
    var order = Array(groups.indices)
    generator.shuffle(&order)
    var dealing = IterativeStratification(groups, fractions, order)
    dealing.deal()
    var exchange = StratificationExchange(
      groups,
      fractions: fractions,
      splits: dealing.split.map { $0 ?? 0 }
    )
    exchange.run(using: &generator)
    return exchange.splits
  }

  private init(_ groups: [Group], _ fractions: [Double], _ order: [Int]) {
    self.groups = groups
    self.order = order
    split = Array(repeating: nil, count: groups.count)
    let labels = groups.first?.picturesOfLabel.indices ?? 0..<0
    func shares(_ total: Int) -> [Double] { fractions.map { $0 * Double(total) } }
    wanted = shares(groups.reduce(0) { $0 + $1.pictures })
    wantedOfLabel = labels.map { label in
      shares(groups.reduce(0) { $0 + $1.picturesOfLabel[label] })
    }
    wantedBoxes = labels.map { label in
      shares(groups.reduce(0) { $0 + $1.boxesOfLabel[label] })
    }
    left = labels.map { label in groups.count { $0.picturesOfLabel[label] > 0 } }
    dealt = labels.map { _ in fractions.map { _ in 0 } }
  }

  private mutating func deal() {
    while let label = left.indices.filter({ left[$0] > 0 }).min(by: { left[$0] < left[$1] }) {
      // Large groups first, as the small ones can still make up for them.
      let holding = order.filter { split[$0] == nil && groups[$0].picturesOfLabel[label] > 0 }
        .enumerated()
        .sorted { first, second in
          let (a, b) = (groups[first.element], groups[second.element])
          return (b.picturesOfLabel[label], b.boxesOfLabel[label], first.offset)
            < (a.picturesOfLabel[label], a.boxesOfLabel[label], second.offset)
        }
        .map(\.element)
      for group in holding { put(group, into: best(label)) }
    }
    let empty = order.filter { split[$0] == nil }.enumerated()
      .sorted {
        (groups[$1.element].pictures, $0.offset) < (groups[$0.element].pictures, $1.offset)
      }
      .map(\.element)
    for group in empty { put(group, into: best(nil)) }
  }

  private func best(_ label: Int?) -> Int {
    var candidates = Array(wanted.indices)
    if let label {
      let lacking = candidates.filter { dealt[label][$0] == 0 }
      if !lacking.isEmpty, left[label] <= lacking.count { candidates = lacking }
    }
    func need(_ split: Int) -> (Double, Double, Double) {
      guard let label else { return (wanted[split], 0, 0) }
      return (wantedOfLabel[label][split], wanted[split], wantedBoxes[label][split])
    }
    // Of equal needs the first counts; which group meets them is the generator's choice.
    var best = candidates[0]
    for candidate in candidates.dropFirst() where need(best) < need(candidate) { best = candidate }
    return best
  }

  private mutating func put(_ group: Int, into target: Int) {
    split[group] = target
    wanted[target] -= Double(groups[group].pictures)
    for label in left.indices where groups[group].picturesOfLabel[label] > 0 {
      wantedOfLabel[label][target] -= Double(groups[group].picturesOfLabel[label])
      wantedBoxes[label][target] -= Double(groups[group].boxesOfLabel[label])
      left[label] -= 1
      dealt[label][target] += 1
    }
  }
}
