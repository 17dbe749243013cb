import BoxGeometry
import DetectionDatasets
import Foundation
import Testing

@testable import DatasetInspection

@Suite struct AnchorCoverageTests {
  /// Pictures of 64 by 64 that stay as they are, one anchor of 16 by 16 on cells of 16 pixels.
  private static let settings = AnchorSettings(
    anchors: AnchorConfiguration(
      sizes: [16],
      strides: [16],
      scales: [1],
      aspectRatios: [1],
      centerOffset: 0.5
    ),
    resize: ResizeRule(shortSide: 64, longSideCap: 64)
  )

  private func dataset(_ boxes: [[LabeledBox]], side: Int = 64) -> [InspectedSplit] {
    var dataset = DetectionDataset.boxes(boxes.map { _ in [] }, classes: ["a", "b"])
    for (index, boxes) in boxes.enumerated() {
      dataset.samples[index].boxes = boxes
      dataset.samples[index].width = side
      dataset.samples[index].height = side
    }
    return [InspectedSplit(name: "all", dataset: dataset)]
  }

  @Test func `an anchor, half of one and a third of one, counted by hand`() throws {
    let coverage = try AnchorCoverage(
      dataset([
        [
          // Exactly an anchor.
          LabeledBox(box: BoundingBox(x1: 0, y1: 0, x2: 16, y2: 16), label: 0),
          // Half an anchor: IoU 0.5 belongs to the foreground.
          LabeledBox(box: BoundingBox(x1: 32, y1: 32, x2: 40, y2: 48), label: 0),
        ],
        // Between two: 1/3 with either. And 7 of 16 columns: 0.4375, ignored.
        [
          LabeledBox(box: BoundingBox(x1: 8, y1: 0, x2: 24, y2: 16), label: 1),
          LabeledBox(box: BoundingBox(x1: 32, y1: 32, x2: 39, y2: 48), label: 1),
        ],
        [],
      ]),
      settings: Self.settings
    )
    #expect(coverage.all.objects == 4)
    #expect(coverage.all.belowForeground == 0.5 && coverage.all.belowBackground == 0.25)
    #expect(abs(coverage.all.meanBestIoU - (1 + 0.5 + 1.0 / 3 + 0.4375) / 4) < 1e-6)
    #expect(coverage.classes.map(\.belowForeground) == [0, 1])
    #expect(coverage.classes.map(\.belowBackground) == [0, 0.5])
    #expect(coverage.sizes.map(\.objects) == [4, 0, 0])
    #expect(coverage.levels.map(\.share) == [1])
    // 3 pictures of 16 anchors: 2 foreground, 1 ignored, 45 background.
    #expect(coverage.anchors.all == 16)
    #expect(abs(coverage.anchors.foreground - 2.0 / 3) < 1e-12)
    #expect(abs(coverage.anchors.ignored - 1.0 / 3) < 1e-12)
    #expect(coverage.anchors.backgroundPerForeground == 22.5)
    #expect(coverage.anchors.inverseFrequencyAlpha == 45.0 / 47)
    #expect(coverage.imagesWithoutForeground == 1)
  }

  @Test(arguments: [AnchorMatcher.LowQualityMatches.never, .always, .betweenThresholds])
  func `counts are those of the targets that training makes`(
    low: AnchorMatcher.LowQualityMatches
  ) throws {
    var settings = AnchorSettings(resize: ResizeRule(shortSide: 100, longSideCap: 160))
    settings.matcher.lowQualityMatches = low
    var random = SplitMix64(state: 7)
    var splits = dataset(
      (0..<6).map { number in
        (0..<number).map { _ in
          let (x, y) = (
            Float.random(in: 0..<40, using: &random), Float.random(in: 0..<40, using: &random)
          )
          return LabeledBox(
            box: BoundingBox(
              x1: x,
              y1: y,
              x2: x + .random(in: 2..<24, using: &random),
              y2: y + .random(in: 2..<24, using: &random)
            ),
            label: number % 2
          )
        }
      }
    )
    splits[0].dataset.samples[3].ignoreRegions = [BoundingBox(x1: 0, y1: 0, x2: 64, y2: 30)]
    let coverage = try AnchorCoverage(splits, settings: settings)
    let anchors = AnchorGenerator(configuration: settings.anchors)
      .anchors(imageWidth: 128, imageHeight: 128)
    var (foreground, ignored, below) = (0, 0, 0)
    for sample in splits[0].dataset.samples {
      let boxes = sample.boxes.map {
        LabeledBox(box: $0.box.scaled(x: 100 / 64, y: 100 / 64), label: $0.label)
      }
      let targets = AnchorTargets(
        anchors: anchors,
        boxes: boxes,
        ignoreRegions: sample.ignoreRegions.map { $0.scaled(x: 100 / 64, y: 100 / 64) },
        matcher: settings.matcher,
        coder: BoxCoder()
      )
      foreground += targets.foregroundAnchors.count
      ignored += targets.classIndices.count { $0 == AnchorTargets.ignored }
      below += boxes.count { box in anchors.allSatisfy { $0.iou(with: box.box) < 0.5 } }
    }
    #expect(abs(coverage.anchors.foreground * 6 - Double(foreground)) < 1e-9)
    #expect(abs(coverage.anchors.ignored * 6 - Double(ignored)) < 1e-9)
    #expect(abs(coverage.all.belowForeground * 15 - Double(below)) < 1e-9)
    #expect(foreground > 0 && ignored > 0 && below > 0)
  }

  @Test func `without pictures or boxes nothing is covered and nothing fails`() throws {
    let none = try AnchorCoverage([], settings: AnchorSettings())
    #expect(none.all.objects == 0 && none.anchors.backgroundPerForeground == nil)
    let empty = try AnchorCoverage(dataset([[]]), settings: Self.settings)
    #expect(empty.anchors.background == 16 && empty.anchors.inverseFrequencyAlpha == nil)
  }
}
