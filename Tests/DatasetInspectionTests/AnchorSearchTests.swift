import BoxGeometry
import DetectionDatasets
import Foundation
import TestSupport
import Testing

@testable import DatasetInspection

@Suite struct AnchorSearchTests {
  private static let settings = AnchorSettings(
    resize: ResizeRule(shortSide: 256, longSideCap: 256)
  )

  /// Flat boxes of 27 by 12 pixels, for which the default anchors are too large.
  private func flat(_ count: Int, seed: UInt64) -> [InspectedSplit] {
    var random = SplitMix64(state: seed)
    var dataset = DetectionDataset.boxes([[]], classes: ["flat", "rare"])
    dataset.samples[0].width = 256
    dataset.samples[0].height = 256
    dataset.samples[0].boxes = (0..<count).map { index in
      let (x, y) = (
        Float.random(in: 0..<230, using: &random), Float.random(in: 0..<240, using: &random)
      )
      let (width, height): (Float, Float) = (.random(in: 24...30, using: &random), 12)
      return LabeledBox(
        box: BoundingBox(x1: x, y1: y, x2: x + width, y2: y + height),
        label: index == 0 ? 1 : 0
      )
    }
    return [InspectedSplit(name: "train", dataset: dataset)]
  }

  private var small: AnchorSearch {
    var search = AnchorSearch()
    (search.scales, search.ratios) = (2, 1)
    (search.population, search.generations) = (12, 16)
    return search
  }

  @Test func `flat boxes get small flat anchors, which cover others of their kind, too`() throws {
    let found = try small.best(for: flat(60, seed: 1), settings: Self.settings)
    #expect(found.sizes[0] < 25 && found.aspectRatios[0] < 0.7)
    // Levels stay doublings of one size.
    #expect(found.sizes == [1, 2, 4, 8, 16].map { found.sizes[0] * $0 })
    #expect(found.scales[0] == 1 && found.scales == found.scales.sorted())
    var after = Self.settings
    after.anchors = found
    let others = flat(60, seed: 2)
    let coverage = try AnchorCoverage(others, settings: after).all
    let before = try AnchorCoverage(others, settings: Self.settings).all
    #expect(before.belowForeground == 1)
    #expect(coverage.belowForeground < 0.5)
  }

  @Test func `the same seed finds the same anchors`() throws {
    let data = flat(30, seed: 3)
    let first = try small.best(for: data, settings: Self.settings)
    #expect(try small.best(for: data, settings: Self.settings) == first)
  }

  @Test func `anchors that fit stay, and without objects there is nothing to fit`() throws {
    var data = flat(1, seed: 1)
    data[0].dataset.samples[0].boxes = [
      LabeledBox(box: BoundingBox(x1: 64, y1: 64, x2: 96, y2: 96), label: 0)
    ]
    #expect(try small.best(for: data, settings: Self.settings) == Self.settings.anchors)
    data[0].dataset.samples[0].boxes = []
    #expect(try small.best(for: data, settings: Self.settings) == Self.settings.anchors)
    #expect(try small.best(for: [], settings: Self.settings) == Self.settings.anchors)
  }

  @Test func `numbers become anchors that one would write down`() {
    let space = AnchorSpace(like: AnchorConfiguration(), scales: 3, ratios: 3)
    #expect(space.bounds.count == 6)
    // The paper's anchors, rounded: 4 strides, 2^(1/3), 2^(2/3), 1/2, 1, 2.
    let same = space.configuration(space.start)
    #expect(same.sizes == [32, 64, 128, 256, 512])
    #expect(same.scales == [1, 1.26, 1.59] && same.aspectRatios == [0.5, 1, 2])
    let other = space.configuration([0, 1, 0.5, 3, -3, 0])
    #expect(other.sizes == [8, 16, 32, 64, 128])
    #expect(other.scales == [1, 1.41, 2] && other.aspectRatios == [0.125, 1, 8])
    let single = AnchorSpace(like: AnchorConfiguration(), scales: 1, ratios: 1)
    #expect(single.configuration(single.start).anchorsPerCell == 1)
    #expect(single.configuration(single.start).aspectRatios == [1])
  }

  @Test func `balanced, a class of one counts as much as a class of many`() {
    var random = SplitMix64(state: 1)
    let objects = AnchorObjects(
      flat(9, seed: 1),
      settings: Self.settings,
      most: 100,
      isBalanced: true,
      using: &random
    )
    let weights = objects.groups.flatMap(\.weights)
    #expect(weights.first == 0.5 && weights.count == 9)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }

  @Test func `unbalanced, a class counts by the root of the number of its objects`() {
    var random = SplitMix64(state: 1)
    // Nine of one class and one of another: 3 to 1, and each of the nine a third of the one.
    let objects = AnchorObjects(
      flat(10, seed: 1),
      settings: Self.settings,
      most: 100,
      isBalanced: false,
      using: &random
    )
    let weights = objects.groups.flatMap(\.weights)
    #expect(weights.first == 0.25)
    #expect(weights.dropFirst().allSatisfy { abs($0 - 0.75 / 9) < 1e-12 })
  }

  @Test func `of many objects so many are drawn, each once`() {
    var random = SplitMix64(state: 1)
    let objects = AnchorObjects(
      flat(50, seed: 1),
      settings: Self.settings,
      most: 20,
      isBalanced: false,
      using: &random
    )
    #expect(objects.count == 20)
    #expect(Set(objects.groups.flatMap(\.boxes)).count == 20)
  }
}
