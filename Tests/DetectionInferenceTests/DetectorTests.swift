import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Raster
import TestSupport
import Testing
import Torch
import TorchNN

struct DetectorTests {
  /// A network that sees an object of label 1 in every cell's fifth anchor, of scale 1 and ratio 1,
  /// whatever the picture: 16 pixels wide at P3.
  private func everywhere(shortSide: Int, longSideCap: Int) throws -> RetinaNet {
    var configuration = RetinaNetConfiguration(categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.anchors.sizes = [16, 32, 64, 128, 256]
    configuration.anchors.scales = [0.5, 1, 2]
    configuration.input.resize = ResizeRule(shortSide: shortSide, longSideCap: longSideCap)
    var generator = SplitMix64(state: 1)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    let named = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor) })
    var bias = [Float](repeating: -9, count: 18)
    bias[4 * 2 + 1] = 2
    try withoutGradient {
      for head in ["classification_head.cls_logits", "regression_head.bbox_reg"] {
        try #require(named["head.\(head).weight"]).zero_()
      }
      try #require(named["head.classification_head.cls_logits.bias"])
        .copy_(Tensor(bias, shape: [18]))
    }
    return model
  }

  private func picture(_ width: Int, _ height: Int) -> RasterImage {
    RasterImage(width: width, height: height, red: 200, green: 30, blue: 90)
  }

  /// 200x100 becomes 100x50: the first cell's anchor, 16 pixels about (0, 0), is cut to (0, 0, 8, 8) and is
  /// (0, 0, 16, 16) in the picture; the next cell's, about (8, 0), is (0, 0, 32, 16).
  @Test func `boxes are in the picture's own pixels`() throws {
    let detector = Detector(
      model: try everywhere(shortSide: 50, longSideCap: 400),
      precision: .float32
    )
    let found = try detector.detections(in: picture(200, 100))
    expectClose(
      found.prefix(2).map(\.box),
      [BoundingBox(x1: 0, y1: 0, x2: 16, y2: 16), BoundingBox(x1: 0, y1: 0, x2: 32, y2: 16)],
      absolute: 1e-3
    )
    #expect(found.allSatisfy { $0.label == 1 })
    expectClose(
      found.map(\.score),
      [Float](repeating: 0.880_797, count: found.count),
      absolute: 1e-5
    )
  }

  /// 201x99 becomes 102x50: the sides have scales of their own, 201/102 and 99/50.
  @Test func `each side is scaled by its own factor`() throws {
    let detector = Detector(
      model: try everywhere(shortSide: 50, longSideCap: 400),
      precision: .float32
    )
    let found = try detector.detections(in: picture(201, 99))
    let first = try #require(found.first)
    expectClose(
      [first.box],
      [BoundingBox(x1: 0, y1: 0, x2: 8 * 201 / 102, y2: 8 * 99 / 50)],
      absolute: 1e-3
    )
    // Some boxes reach into the padding, and are cut at the picture's edge.
    #expect(found.contains { $0.box.x2 > 200.99 })
    #expect(found.contains { $0.box.y2 > 98.99 })
  }

  @Test(arguments: [(1, 1), (3000, 2), (1, 700), (33, 64), (5000, 1)])
  func `pictures of any shape give boxes inside them`(width: Int, height: Int) throws {
    let detector = Detector(
      model: try everywhere(shortSide: 64, longSideCap: 128),
      precision: .float32
    )
    let found = try detector.detections(in: picture(width, height))
    #expect(!found.isEmpty)
    for scored in found {
      #expect(scored.box.isFinite && !scored.box.isEmpty)
      #expect(scored.box.x1 >= 0 && scored.box.x2 <= Float(width))
      #expect(scored.box.y1 >= 0 && scored.box.y2 <= Float(height))
    }
  }

  @Test func `the same picture gives the same detections, in either precision nearly so`() throws {
    let model = try everywhere(shortSide: 64, longSideCap: 128)
    let image = picture(90, 70)
    let full = try Detector(model: model, precision: .float32).detections(in: image)
    #expect(try Detector(model: model, precision: .float32).detections(in: image) == full)
    let half = try Detector(model: model, precision: .bfloat16).detections(in: image)
    #expect(half.count == full.count)
    expectClose(half.map(\.box), full.map(\.box), absolute: 0.1)
  }

  @Test func `pictures of a batch are judged each by its own rules, as if alone`() throws {
    let model = try everywhere(shortSide: 64, longSideCap: 128)
    let detector = Detector(model: model, precision: .float32)
    let pictures = [picture(90, 70), picture(180, 140), picture(90, 70)].map {
      PreparedPicture($0, for: model.configuration.input)
    }
    let alone = try pictures.map { try detector.detections(in: [$0])[0] }
    #expect(alone[0] != alone[1])
    #expect(try detector.detections(in: pictures) == alone)
    var rules = [DetectionConfiguration](repeating: model.configuration.detection, count: 3)
    rules[0].detectionsPerImage = 2
    rules[2].scoreThreshold = 1
    let found = try detector.detections(in: pictures, rules: rules)
    #expect(found == [Array(alone[0].prefix(2)), alone[1], []])
  }

  @Test func `a score threshold takes the place of the model's own`() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try ModelFile.write(everywhere(shortSide: 64, longSideCap: 128), to: file)
    let image = picture(64, 64)
    let own = try Detector(contentsOf: file, precision: .float32).detections(in: image)
    #expect(!own.isEmpty)
    // Every score is 0.8808.
    let below = try Detector(contentsOf: file, precision: .float32, scoreThreshold: 0.88)
    #expect(try below.detections(in: image) == own)
    let above = try Detector(contentsOf: file, precision: .float32, scoreThreshold: 0.881)
    #expect(try above.detections(in: image).isEmpty)
  }

  @Test func `a file that is no model is refused by name`() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-test-\(UUID().uuidString).safetensors")
    for scoreThreshold in [nil, 0.5] as [Float?] {
      let error = #expect(throws: SafetensorsError.self) {
        _ = try Detector(contentsOf: file, precision: .float32, scoreThreshold: scoreThreshold)
      }
      #expect(error?.description.hasPrefix(file.path) == true)
    }
  }
}
