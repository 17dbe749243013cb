import BoxGeometry
import DetectionDatasets

/// Objects as the network sees them, put together by the size of its input.
struct AnchorObjects: Sendable {
  /// Objects of pictures of one padded size.
  struct Group: Sendable {
    var width: Int
    var height: Int
    var boxes: [BoundingBox]
    /// What each counts; all together 1.
    var weights: [Double]
  }

  private(set) var groups: [Group]
  /// All objects.
  let count: Int

  /// Takes objects.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - settings: The size that pictures are brought to.
  ///   - most: Of more than these, so many are drawn.
  ///   - isBalanced: Whether every class counts the same; else it counts by the root of the number
  ///     of its objects, so that a frequent class counts more and a rare one is not given up for it.
  ///   - random: What the draw follows from.
  init(
    _ splits: [InspectedSplit],
    settings: AnchorSettings,
    most: Int,
    isBalanced: Bool,
    using random: inout some RandomNumberGenerator
  ) {
    var all: [(size: Size, object: LabeledBox)] = []
    for sample in splits.flatMap(\.dataset.samples) {
      let scale = settings.scale(of: sample)
      let resized = settings.resize.resized(width: sample.width, height: sample.height)
      let padded = settings.resize.padded(width: resized.width, height: resized.height)
      for object in sample.boxes {
        let seen = object.box.scaled(x: scale.x, y: scale.y)
        all.append(
          (Size(padded.width, padded.height), LabeledBox(box: seen, label: object.label))
        )
      }
    }
    if all.count > most {
      // The first of a shuffle, without shuffling the rest.
      for place in 0..<most {
        all.swapAt(place, Int.random(in: place..<all.count, using: &random))
      }
      all.removeSubrange(most...)
    }
    var counts: [Int: Int] = [:]
    for entry in all { counts[entry.object.label, default: 0] += 1 }
    let classWeights = counts.mapValues { isBalanced ? 1 : Double($0).squareRoot() }
    // In one order, so that the sum is the same in every run.
    let total = classWeights.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    var groups: [Size: Group] = [:]
    for (size, object) in all {
      let weight =
        (classWeights[object.label] ?? 0) / (total * Double(counts[object.label] ?? 1))
      let empty = Group(width: size.width, height: size.height, boxes: [], weights: [])
      groups[size, default: empty].boxes.append(object.box)
      groups[size, default: empty].weights.append(weight)
    }
    self.groups = groups.values.sorted { ($0.width, $0.height) < ($1.width, $1.height) }
    count = all.count
  }

  private struct Size: Hashable {
    var width: Int
    var height: Int

    init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }
  }
}
