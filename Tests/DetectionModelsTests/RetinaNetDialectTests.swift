import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

struct RetinaNetDialectTests {
  static let presets: [(RetinaNetDialect, RetinaNetConfiguration)] = [
    (.paper, .paper), (.detectron2, .detectron2), (.torchvisionV1, .torchvisionV1),
    (.torchvisionV2, .torchvisionV2), (.kerasRetinaNet, .kerasRetinaNet),
  ]

  @Test(arguments: presets)
  func `a dialect has a name, survives JSON, and has no fault`(
    dialect: RetinaNetDialect,
    preset: RetinaNetConfiguration
  ) throws {
    #expect(preset.fault == nil)
    let data = try JSONEncoder().encode(preset)
    #expect(try JSONDecoder().decode(RetinaNetConfiguration.self, from: data) == preset)
    // Categories aside, COCO's preset is the dialect.
    var own = RetinaNetConfiguration(
      dialect,
      categories: preset.categories,
      categoryIDs: preset.categoryIDs
    )
    #expect(own == preset)
    own.categories = ["a"]
    own.categoryIDs = [1]
    #expect(RetinaNetConfiguration(dialect, categories: ["a"]) == own)
  }

  @Test func `the names are those of recipes and model files`() {
    #expect(
      RetinaNetDialect.allCases.map(\.rawValue)
        == ["paper", "detectron2", "torchvision-v1", "torchvision-v2", "keras-retinanet"]
    )
  }

  /// One line a difference, in the order of the dialects.
  @Test func `each known difference is a field that has each implementation's value`() {
    let all = Self.presets.map(\.1)
    #expect(all.map(\.extraLevelInput) == [.c5, .c5, .p5, .c5, .c5])
    #expect(all.map(\.loss.boxKind) == [.smoothL1, .l1, .l1, .giou, .smoothL1])
    #expect(all[0].loss.boxBeta == 0.11 && all[4].loss.boxBeta == 1.0 / 9)
    #expect(
      all.map(\.loss.normalizer)
        == [.batchForeground, .movingAverage, .perImage, .perImage, .batchForeground]
    )
    #expect(
      all.map(\.matcher.lowQualityMatches) == [.never, .always, .always, .always, .never]
    )
    #expect(
      all.map(\.anchors.rounding) == [.exact, .exact, .torchvision, .torchvision, .exact]
    )
    #expect(all.map(\.anchors.centerOffset) == [0, 0, 0, 0, 0.5])
    #expect(all.map(\.logitsPerAnchor) == [80, 80, 91, 91, 80])
    #expect(all.map(\.head.norm) == [.identity, .identity, .identity, .group, .identity])
    #expect(all.map(\.input.channelOrder) == [.rgb, .bgr, .rgb, .rgb, .bgr])
    #expect(all.map(\.input.pixelRange) == [.unit, .bytes, .unit, .unit, .bytes])
    #expect(all.map(\.detection.detectionsPerImage) == [100, 100, 300, 300, 300])
    #expect(all.map(\.backbone.norm) == [.frozen, .frozen, .frozen, .batch, .frozen])
    #expect(all.map(\.backbone.normEpsilon) == [1e-5, 1e-5, 0, 1e-5, 1e-5])
    #expect(all.map(\.backbone.trainableStages) == [3, 3, 3, 3, 3])
    #expect(all.allSatisfy { $0.detection.scoreComparison == .above })
    #expect(all.dropFirst().allSatisfy { $0.input.resize.shortSide == 800 })
  }

  /// IoU 0.4 to the last bit: two boxes of 7 by 10 that share 4 by 10.
  @Test func `an IoU of exactly 0.4 is ignored, by keras-retinanet background`() {
    let anchor = BoundingBox(x1: 0, y1: 0, x2: 7, y2: 10)
    let box = BoundingBox(x1: 3, y1: 0, x2: 10, y2: 10)
    #expect(anchor.iou(with: box) == 0.4)
    #expect(
      RetinaNetConfiguration.torchvisionV1.matcher.backgroundThreshold == 0.4
        && AnchorMatcher().matches(anchors: [anchor], boxes: [box]) == [.ignored]
    )
    let keras = RetinaNetConfiguration.kerasRetinaNet.matcher
    #expect(keras.matches(anchors: [anchor], boxes: [box]) == [.background])
  }

  @Test func `COCO has 80 categories with ids of 1 to 90`() {
    #expect(COCOCategories.names.count == 80 && Set(COCOCategories.names).count == 80)
    #expect(COCOCategories.ids == COCOCategories.ids.sorted() && COCOCategories.ids.count == 80)
    #expect(COCOCategories.ids.first == 1 && COCOCategories.ids.last == 90)
    for (name, id) in zip(COCOCategories.names, COCOCategories.ids) {
      #expect(COCOCategories.namesWithGaps[id - 1] == name)
    }
    #expect(COCOCategories.namesWithGaps.count { $0 == "N/A" } == 10)
    #expect(RetinaNetConfiguration.torchvisionV1.categoryIDs == Array(1...90))
  }

  @Test func `a network that takes blue first reads pictures that have red first`() throws {
    var configuration = RetinaNetConfiguration.tiny()
    let straight = try RetinaNet(configuration)
    configuration.input.channelOrder = .bgr
    let reversed = try RetinaNet(configuration)
    let picture = try noise(width: 64, height: 64)
    let swapped = try picture.indexSelect(dim: 1, Tensor([Int64(2), 1, 0], shape: [3]))
    try withInferenceMode {
      let expected = try straight(swapped.channelsLast(), mode: .inference).logits.floats()
      #expect(try reversed(picture, mode: .inference).logits.floats() == expected)
      #expect(try straight(picture, mode: .inference).logits.floats() != expected)
    }
  }
}
