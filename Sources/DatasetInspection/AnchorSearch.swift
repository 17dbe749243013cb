package import BoxGeometry
import DetectionDatasets
import Foundation

/// Looks for anchors that fit the objects of a dataset.
///
/// A level's size stays a fixed multiple of its stride, all levels share scales and ratios: with
/// three of each that is one multiple, two scales and three ratios, six numbers, too few to learn a
/// dataset by heart. They are found by differential evolution (Storn and Price 1997) from a seed,
/// beginning at the anchors there are, and rounded.
package struct AnchorSearch: Sendable {
  /// Scales on every level, >= 1.
  package var scales = 3
  /// Ratios on every level, >= 1.
  package var ratios = 3
  /// Whether every class counts the same, and not by the root of the number of its objects.
  package var isBalanced = false
  /// What the search follows from.
  package var seed: UInt64 = 0
  /// Candidates in each generation, and how many of these there are.
  package var (population, generations) = (24, 40)
  /// Of more objects than these, so many are drawn.
  package var mostObjects = 4000

  /// A search with the defaults.
  package init() {}

  /// The anchors that fit best.
  /// - Parameters:
  ///   - splits: What to fit, with common classes.
  ///   - settings: Where to begin, the thresholds and the network's size.
  ///   - progress: Told the number of generations done.
  /// - Returns: The anchors found; those there are, if none are better.
  /// - Throws: What `progress` throws.
  package func best(
    for splits: [InspectedSplit],
    settings: AnchorSettings,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> AnchorConfiguration {
    var random = SplitMix64(state: seed)
    let objects = AnchorObjects(
      splits,
      settings: settings,
      most: mostObjects,
      isBalanced: isBalanced,
      using: &random
    )
    guard objects.count > 0 else { return settings.anchors }
    let space = AnchorSpace(like: settings.anchors, scales: scales, ratios: ratios)
    let worth = AnchorWorth(objects, threshold: Double(settings.matcher.foregroundThreshold))
    var members = (0..<population).map { index in
      index == 0 ? space.start : space.random(using: &random)
    }
    var values = try worth.values(members.map(space.configuration))
    for generation in 0..<generations {
      let trials = members.indices.map { trial(for: $0, members, space, using: &random) }
      let found = try worth.values(trials.map(space.configuration))
      for index in members.indices where found[index] > values[index] {
        members[index] = trials[index]
        values[index] = found[index]
      }
      try progress(generation + 1)
    }
    let winner = values.indices.max { values[$0] < values[$1] } ?? 0
    let found = space.configuration(members[winner])
    let gain = worth.covered(by: found) - worth.covered(by: settings.anchors)
    return gain >= Self.leastGain ? found : settings.anchors
  }

  /// Part of the objects that have to be covered newly: less is noise of where objects happen to
  /// lie, and no reason to leave anchors that are known to work.
  package static let leastGain = 0.005

  /// A member with some numbers taken from the sum of one and the difference of two others
  /// (strategy rand/1/bin, weight 0.4...0.9, crossover 0.8).
  private func trial(
    for index: Int,
    _ members: [[Double]],
    _ space: AnchorSpace,
    using random: inout SplitMix64
  ) -> [Double] {
    let others = (0..<3).map { _ in Int.random(in: 0..<members.count, using: &random) }
    let weight = Double.random(in: 0.4...0.9, using: &random)
    let certain = Int.random(in: 0..<members[index].count, using: &random)
    return members[index].indices.map { place in
      guard place == certain || Double.random(in: 0..<1, using: &random) < 0.8 else {
        return members[index][place]
      }
      let value =
        members[others[0]][place] + weight
        * (members[others[1]][place] - members[others[2]][place])
      return min(max(value, space.bounds[place].lowerBound), space.bounds[place].upperBound)
    }
  }
}

/// What anchors are worth: the mean of a soft count of the objects that have one.
///
/// An object counts 0.9 / (1 + exp((t − IoU) / 0.04)) + 0.1 · IoU for the IoU of its best anchor and
/// the foreground threshold t: about 0 far below, about 1 far above, and a slope everywhere.
struct AnchorWorth: Sendable {
  private let objects: AnchorObjects
  private let threshold: Double

  init(_ objects: AnchorObjects, threshold: Double) {
    self.objects = objects
    self.threshold = threshold
  }

  func values(_ configurations: [AnchorConfiguration]) throws -> [Double] {
    try inParallel(
      count: configurations.count,
      workers: ProcessInfo.processInfo.activeProcessorCount,
      chunk: 1
    ) { value(configurations[$0]) }
  }

  func value(_ configuration: AnchorConfiguration) -> Double {
    sum(configuration) { 0.9 / (1 + exp((threshold - $0) / 0.04)) + 0.1 * $0 }
  }

  /// Part of the objects whose best anchor is foreground, each by its weight.
  func covered(by configuration: AnchorConfiguration) -> Double {
    sum(configuration) { $0 >= threshold ? 1 : 0 }
  }

  private func sum(_ configuration: AnchorConfiguration, _ term: (Double) -> Double) -> Double {
    let generator = AnchorGenerator(configuration: configuration)
    var sum = 0.0
    for group in objects.groups {
      let lattice = AnchorLattice(generator, imageWidth: group.width, imageHeight: group.height)
      for (box, weight) in zip(group.boxes, group.weights) {
        sum += weight * term(Double(lattice.best(for: box).iou))
      }
    }
    return sum
  }
}
