import BoxGeometry
import Foundation

/// A dataset divided into splits at random, with the classes in proportion.
package struct DatasetDivision: Sendable {
  /// A split that is asked for.
  package struct Share: Hashable, Sendable, Codable {
    /// The name of the split.
    package var name: String
    /// Its share of the pictures and of each class, above 0.
    package var fraction: Double

    /// Creates a share.
    /// - Parameters:
    ///   - name: The name of the split.
    ///   - fraction: Its share of the pictures and of each class, above 0.
    package init(name: String, fraction: Double) {
      self.name = name
      self.fraction = fraction
    }
  }

  /// What must stay together.
  package enum Grouping: Sendable {
    /// Each picture for itself.
    case pictures
    /// The pictures of a folder.
    case folders
    /// Pictures whose names have an equal part: the first group in round brackets, else the match.
    case pattern(String)
  }

  /// The dataset.
  package let dataset: DetectionDataset
  /// The splits that were asked for.
  package let shares: [Share]
  /// The split of each sample, as an index into ``shares``.
  package let splits: [Int]
  /// Number of groups that stayed together.
  package let groupCount: Int
  /// Pictures whose names the pattern does not match; each is a group of its own.
  package let unmatched: Int

  /// Divides a dataset.
  ///
  /// Entries of one picture stay together, whatever else belongs together: a COCO file may list it
  /// under several ids.
  ///
  /// The division depends on the names of the pictures, on what they hold and on the seed; not on the
  /// order of the files.
  /// - Parameters:
  ///   - dataset: The dataset.
  ///   - shares: The splits, 1 together.
  ///   - grouping: What must stay together.
  ///   - seed: The seed.
  /// - Throws: ``DatasetError`` if the pattern is none.
  package init(
    _ dataset: DetectionDataset,
    into shares: [Share],
    grouping: Grouping = .pictures,
    seed: UInt64
  ) throws(DatasetError) {
    self.dataset = dataset
    self.shares = shares
    let keys = try Self.keys(of: dataset, grouping)
    let members = Self.groups(keys, of: dataset)
    unmatched = keys.count { $0 == nil }
    groupCount = members.count
    // In the order of names, so that the order of the file does not matter.
    let groups = members.map { group in
      (name: group.map { dataset.samples[$0].name }.min() ?? "", members: group)
    }
    .sorted { $0.name < $1.name }
    let described = groups.map { group in
      var (pictures, boxes) = (dataset.categories.map { _ in 0 }, dataset.categories.map { _ in 0 })
      for index in group.members {
        for box in dataset.samples[index].boxes { boxes[box.label] += 1 }
        for label in Set(dataset.samples[index].boxes.map(\.label)) { pictures[label] += 1 }
      }
      return IterativeStratification.Group(
        pictures: group.members.count,
        picturesOfLabel: pictures,
        boxesOfLabel: boxes
      )
    }
    var generator = SplitMix64(mixing: seed, 0)
    let dealt = IterativeStratification.splits(
      of: described,
      fractions: shares.map(\.fraction),
      using: &generator
    )
    var splits = dataset.samples.map { _ in 0 }
    for (group, split) in zip(groups, dealt) {
      for index in group.members { splits[index] = split }
    }
    self.splits = splits
  }

  /// The samples of a split, in the dataset's order.
  package func samples(of split: Int) -> [DatasetSample] {
    zip(dataset.samples, splits).filter { $0.1 == split }.map(\.0)
  }

  /// Boxes of each class in a split, by label.
  package func boxCounts(of split: Int) -> [Int] {
    var counts = dataset.categories.map { _ in 0 }
    for sample in samples(of: split) {
      for box in sample.boxes { counts[box.label] += 1 }
    }
    return counts
  }

  /// The samples that stay together: those of one key, and those of one picture whatever the keys.
  private static func groups(_ keys: [String?], of dataset: DetectionDataset) -> [[Int]] {
    var parents = Array(keys.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index {
        parents[index] = parents[parents[index]]
        index = parents[index]
      }
      return index
    }
    var first: [String: Int] = [:]
    for (index, key) in keys.enumerated() {
      let marks = ["picture " + dataset.samples[index].pictureKey, key.map { "group " + $0 }]
      for mark in marks.compactMap(\.self) {
        if let other = first[mark] {
          let (own, others) = (root(index), root(other))
          parents[own] = others
        } else {
          first[mark] = index
        }
      }
    }
    var groups: [Int: [Int]] = [:]
    for index in keys.indices { groups[root(index), default: []].append(index) }
    return Array(groups.values)
  }

  /// The key of each picture's group; `nil` where a pattern does not match.
  private static func keys(
    of dataset: DetectionDataset,
    _ grouping: Grouping
  ) throws(DatasetError) -> [String?] {
    let names = dataset.samples.map(\.name)
    switch grouping {
    case .pictures: return names.indices.map { "\($0)" }
    case .folders:
      return names.map { name in
        name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
      }
    case .pattern(let text):
      let expression: NSRegularExpression
      do {
        expression = try NSRegularExpression(pattern: text)
      } catch {
        throw DatasetError(
          .invalidSpecification,
          file: "--group-by \(text)",
          message: "is neither folder nor a regular expression"
        )
      }
      return names.map { name in
        let whole = NSRange(name.startIndex..., in: name)
        guard let match = expression.firstMatch(in: name, range: whole) else { return nil }
        let range = match.range(at: match.numberOfRanges > 1 ? 1 : 0)
        return Range(range, in: name).map { String(name[$0]) }
      }
    }
  }
}

extension DatasetSample {
  /// Tells pictures apart, where ``sourceKey`` tells entries apart.
  var pictureKey: String {
    switch source {
    case .file(let url): ContainedFolder.simplified(url.path) ?? url.path
    case .synthetic(_, let index): "synth:\(index):\(name)"
    }
  }
}
