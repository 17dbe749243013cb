import DetectionDatasets
import Foundation

/// Pictures that occur more than once, or all but.
package struct DuplicatePictures: Hashable, Sendable, Codable {
  /// Two pictures.
  package struct Pair: Hashable, Sendable, Codable {
    package var first: InspectedPicture
    package var second: InspectedPicture
    /// Correlation of their thumbnails, -1...1.
    package var correlation: Double
    /// Whether their files are equal, byte for byte.
    package var isIdentical: Bool
    /// How the second would have to be turned to show what the first does.
    package var turn: PictureTurn

    /// Whether they are of different parts.
    package var isLeak: Bool { first.split != second.split }
  }

  /// Pictures that are linked by pairs.
  package struct Group: Hashable, Sendable, Codable {
    /// In the dataset's order.
    package var pictures: [InspectedPicture]
    /// Whether they belong to different parts.
    package var isLeak: Bool
  }

  /// Pairs of which the pictures belong to different parts, the most alike first: what is tested on
  /// was trained on.
  package var leaks: [Pair]
  /// Pairs of one part, in the dataset's order.
  package var repeats: [Pair]
  /// The same, put together: frames of one film are one group.
  package var groups: [Group]

  /// Looks for pictures that are nearly the same.
  /// - Parameters:
  ///   - splits: The parts.
  ///   - thumbnails: One for each picture of ``Swift/Array/pictures``.
  package init(_ splits: [InspectedSplit], thumbnails: [PictureThumbnail?]) {
    let pictures = splits.pictures
    precondition(pictures.count == thumbnails.count, "one thumbnail for each picture")
    let near = NearDuplicates(thumbnails, parts: pictures.map(\.split)).pairs
    let files = FileIdentities(splits, pictures, thumbnails)
    var pairs = files.pairs.map { Found(first: $0.first, second: $0.second, isIdentical: true) }
    let identical = Set(pairs.map { [$0.first, $0.second] })
    pairs += near.filter { !identical.contains([$0.first, $0.second]) }.map {
      Found(
        first: $0.first,
        second: $0.second,
        correlation: $0.correlation,
        isIdentical: $0.turn == .upright && files.areEqual($0.first, $0.second),
        turn: $0.turn
      )
    }
    pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
    let named = pairs.map { pair in
      Pair(
        first: splits.named(pictures[pair.first]),
        second: splits.named(pictures[pair.second]),
        correlation: pair.correlation,
        isIdentical: pair.isIdentical,
        turn: pair.turn
      )
    }
    repeats = named.filter { !$0.isLeak }
    // Sorting is not stable: of equal ones the first in the dataset stays first.
    leaks = named.filter(\.isLeak).enumerated()
      .sorted { ($1.element.correlation, $0.offset) < ($0.element.correlation, $1.offset) }
      .map(\.element)
    groups = Self.groups(pairs, count: pictures.count).map { members in
      Group(
        pictures: members.map { splits.named(pictures[$0]) },
        isLeak: Set(members.map { pictures[$0].split }).count > 1
      )
    }
  }

  private struct Found {
    var first: Int
    var second: Int
    var correlation = 1.0
    var isIdentical: Bool
    var turn = PictureTurn.upright
  }

  /// Pictures that pairs link, directly or by way of others.
  private static func groups(_ pairs: [Found], count: Int) -> [[Int]] {
    var parents = Array(0..<count)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index {
        parents[index] = parents[parents[index]]
        index = parents[index]
      }
      return index
    }
    for pair in pairs {
      let (a, b) = (root(pair.first), root(pair.second))
      parents[max(a, b)] = min(a, b)
    }
    var members: [Int: [Int]] = [:]
    for index in 0..<count { members[root(index), default: []].append(index) }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}

/// Which files are equal, byte for byte.
private struct FileIdentities {
  private let urls: [URL?]
  private let sizes: [Int]
  /// Each file with the first that equals it.
  private(set) var pairs: [(first: Int, second: Int)] = []

  init(_ splits: [InspectedSplit], _ pictures: [PictureIndex], _ thumbnails: [PictureThumbnail?]) {
    urls = pictures.map { picture in
      guard case .file(let url) = splits[picture].source else { return nil }
      return url
    }
    sizes = urls.map { url in
      url.flatMap { try? FileManager.default.attributesOfItem(atPath: $0.path)[.size] as? Int }
        ?? -1
    }
    // Equal files have equal sizes and thumbnails; only such are read.
    var firsts: [Key: [Int]] = [:]
    for index in urls.indices where sizes[index] >= 0 {
      guard let thumbnail = thumbnails[index] else { continue }
      let key = Key(size: sizes[index], thumbnail: thumbnail)
      if let first = firsts[key]?.first(where: { areEqual($0, index) }) {
        pairs.append((first, index))
      } else {
        firsts[key, default: []].append(index)
      }
    }
  }

  private struct Key: Hashable {
    var size: Int
    var thumbnail: PictureThumbnail
  }

  /// Whether two files are one, or hold the same bytes.
  func areEqual(_ first: Int, _ second: Int) -> Bool {
    guard let a = urls[first], let b = urls[second], sizes[first] == sizes[second] else {
      return false
    }
    return a == b || FileManager.default.contentsEqual(atPath: a.path, andPath: b.path)
  }
}
