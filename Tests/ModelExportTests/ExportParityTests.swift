import BoxGeometry
import DetectionModels
import ModelExport
import Testing
import Torch
import TorchNN

/// What an exported file finds against what the model finds.
@Suite(.serialized) struct ExportParityTests {
  /// Both pictures are smaller than the canvas, whose sides are no multiples of the strides.
  private func compare(_ export: ExportCase, _ format: ExportFormat) throws {
    let file = try ExportedFile(RetinaNet(talkative: export.configuration), as: format)
    let found = try file.expectSame(
      in: noise(images: 2, width: 150, height: 90),
      sizes: [(150, 71), (130, 90)]
    )
    #expect(found >= 4, "the comparison is of something")
    try file.expectSame(in: noise(width: 64, height: 96, seed: 3), sizes: [(64, 96)])
  }

  @Test(arguments: ExportCase.all)
  func `TorchScript finds what the model finds`(export: ExportCase) throws {
    try compare(export, .torchscript)
  }

  @Test(.enabled(if: TestRuntime.isAtHand, TestRuntime.absence), arguments: ExportCase.all)
  func `ONNX finds what the model finds`(export: ExportCase) throws {
    try compare(export, .onnx)
  }

  /// A network that says of every cell the same: nothing but ties.
  private func uniform(
    logits: [Float],
    _ change: (inout RetinaNetConfiguration) -> Void
  ) throws -> RetinaNet {
    var configuration = ExportCase("") { $0.anchors.scales = [1] }.configuration
    change(&configuration)
    let model = try RetinaNet(talkative: configuration)
    let named = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.tensor) })
    try withoutGradient {
      for head in ["classification_head.cls_logits", "regression_head.bbox_reg"] {
        try #require(named["head.\(head).weight"]).zero_()
        try #require(named["head.\(head).bias"]).zero_()
      }
      try #require(named["head.classification_head.cls_logits.bias"])
        .copy_(Tensor(logits, shape: [logits.count]))
    }
    return model
  }

  private static let formats: [ExportFormat] =
    TestRuntime.isAtHand ? [.torchscript, .onnx] : [.torchscript]

  /// Nine logits a cell: three anchors of three categories.
  @Test(arguments: formats, [3, 1000])
  func `of equal scores the first is kept`(format: ExportFormat, candidates: Int) throws {
    let logits: [Float] = [2, -9, 2, -9, 3, -9, -9, -9, 2]
    let model = try uniform(logits: logits) { $0.detection.candidatesPerLevel = candidates }
    let (own, file) = try ExportedFile(model, as: format)
      .detections(in: noise(width: 64, height: 64), sizes: [(64, 64)])
    #expect(own[0].count > 5)
    #expect(own[0].map(\.label) == file[0].map(\.label))
    #expect(own[0].map(\.box) == file[0].map(\.box))
  }

  /// A logit of 0 is a score of exactly 0.5.
  @Test(arguments: formats)
  func `a score equal to the threshold is taken where the configuration says so`(
    format: ExportFormat
  ) throws {
    for (comparison, isTaken) in [
      (DetectionConfiguration.ScoreComparison.above, false), (.atLeast, true),
    ] {
      let logits: [Float] = [0, -9, -9, -9, -9, -9, -9, -9, -9]
      let model = try uniform(logits: logits) {
        $0.detection.scoreThreshold = 0.5
        $0.detection.scoreComparison = comparison
      }
      let (own, file) = try ExportedFile(model, as: format)
        .detections(in: noise(width: 64, height: 64), sizes: [(64, 64)])
      #expect(own[0].isEmpty != isTaken && file[0].isEmpty != isTaken)
      #expect(own[0].map(\.box) == file[0].map(\.box))
    }
  }

  @Test(arguments: formats)
  func `nothing is found where nothing passes`(format: ExportFormat) throws {
    let logits = [Float](repeating: -9, count: 9)
    let file = try ExportedFile(uniform(logits: logits) { _ in }, as: format)
    let found = try file.exported.detections(
      in: noise(images: 2, width: 64, height: 40),
      sizes: [(64, 40), (64, 40)]
    )
    #expect(found.count == 2 && found.allSatisfy(\.isEmpty))
  }

  @Test(arguments: formats)
  func `logits and deltas that are no numbers are no detections`(format: ExportFormat) throws {
    let logits: [Float] = [.nan, -9, 2, .infinity, 3, -9, -9, .nan, 2]
    let model = try uniform(logits: logits) { _ in }
    let deltas = try #require(
      model.parameters.first { $0.name.hasSuffix("bbox_reg.bias") }
    )
    try withoutGradient {
      let values: [Float] = [0, 0, .nan, 0, .infinity, 0, 0, 0, 0, 0, 0, 90]
      try deltas.tensor.copy_(Tensor(values, shape: [12]))
    }
    let (own, file) = try ExportedFile(model, as: format)
      .detections(in: noise(width: 64, height: 64), sizes: [(64, 64)])
    #expect(!own[0].isEmpty)
    #expect(own[0].map(\.label) == file[0].map(\.label))
    #expect(own[0].map(\.box) == file[0].map(\.box))
  }

  /// The list of the first picture is longer than the second's, which is a strip.
  @Test(arguments: formats)
  func `a picture in a batch is found in as if it were alone`(format: ExportFormat) throws {
    let export = ExportCase("") { $0.detection.detectionsPerImage = 10_000 }
    let file = try ExportedFile(RetinaNet(talkative: export.configuration), as: format)
    let images = try noise(images: 2, width: 96, height: 96)
    let both = try file.exported.detections(in: images, sizes: [(96, 96), (96, 8)])
    #expect(both[0].count != both[1].count)
    for (index, size) in [(width: 96, height: 96), (width: 96, height: 8)].enumerated() {
      let alone = try file.exported.detections(
        in: images.narrow(dim: 0, start: index, length: 1),
        sizes: [size]
      )
      #expect(both[index].map(\.label) == alone[0].map(\.label))
      #expect(both[index].count == alone[0].count)
    }
  }
}
