import DetectionModels

/// Which RetinaNet a set of tensors is, told by their names and shapes.
struct RecognizedDetector: Hashable {
  let backbone: RecognizedBackbone
  let pyramidChannels: Int
  /// `nil` where C5 has as many channels as the pyramid, so that shapes do not tell.
  let extraLevelInput: RetinaNetConfiguration.ExtraLevelInput?
  let headDepth: Int
  let headNorm: HeadConfiguration.HeadNorm
  /// Logits of a cell, over all its anchors.
  let logitsPerCell: Int
  let anchorsPerCell: Int
  /// Whether a batch norm of PyTorch wrote its counters beside the statistics: a frozen one has none.
  let hasCounters: Bool

  private static let body = "backbone.body."
  static let classLogits = "head.classification_head.cls_logits"

  /// - Parameter file: The file.
  /// - Throws: ``WeightImportError`` saying whose tensors these are and what was expected.
  init(_ file: WeightFile) throws {
    let body = file.part(Self.body)
    let isDetector =
      body["conv1.weight"] != nil && file.tensors[Self.classLogits + ".weight"] != nil
      && file.tensors["head.regression_head.bbox_reg.weight"] != nil
      && file.tensors["head.regression_head.bbox_ctrness.weight"] == nil
    guard isDetector else { throw Self.foreign(file) }
    backbone = try RecognizedBackbone(body, place: Self.body, in: file)
    let expansion = backbone.depth.expansion
    let lastStage = 8 * backbone.width * expansion
    let extra = try Self.shape("backbone.fpn.extra_blocks.p6.weight", in: file)
    pyramidChannels = extra[0]
    guard extra[1] == lastStage || extra[1] == pyramidChannels else {
      throw file.fault(
        .unfit,
        "backbone.fpn.extra_blocks.p6.weight",
        "found shape \(extra), expected \(lastStage) (C5) or \(pyramidChannels) (P5) input channels"
      )
    }
    extraLevelInput =
      lastStage == pyramidChannels ? nil : extra[1] == lastStage ? .c5 : .p5
    let tower = "head.classification_head.conv."
    headDepth = (0..<64).first { file.tensors["\(tower)\($0).0.weight"] == nil } ?? 64
    headNorm = file.tensors["\(tower)0.1.weight"] == nil ? .identity : .group
    logitsPerCell = try Self.shape(Self.classLogits + ".weight", in: file)[0]
    let deltas = try Self.shape("head.regression_head.bbox_reg.weight", in: file)[0]
    guard deltas % 4 == 0, logitsPerCell % (deltas / 4) == 0 else {
      throw file.fault(
        .unfit,
        Self.classLogits + ".weight",
        "found \(logitsPerCell) outputs beside \(deltas) of head.regression_head.bbox_reg, expected four deltas "
          + "an anchor and equally many logits for each"
      )
    }
    anchorsPerCell = deltas / 4
    hasCounters = file.skipped.contains { $0.name.hasSuffix("bn1.num_batches_tracked") }
  }

  private static func shape(_ name: String, in file: WeightFile) throws -> [Int] {
    guard let entry = file.tensors[name] else {
      throw file.fault(
        .unfit,
        name,
        "it is missing; expected the tensors of torchvision's RetinaNet"
      )
    }
    guard entry.shape.count == 4, entry.shape.allSatisfy({ $0 > 0 }) else {
      throw file.fault(
        .unfit,
        name,
        "found shape \(entry.shape), expected the four sides of a convolution"
      )
    }
    return entry.shape
  }

  /// What is said of tensors that are no RetinaNet's.
  private static func foreign(_ file: WeightFile) -> WeightImportError {
    let expected =
      "expected those of torchvision's RetinaNet, as backbone.body.conv1.weight and "
      + "head.classification_head.cls_logits.weight"
    let names = file.tensors.keys.sorted()
    guard !names.isEmpty else {
      return file.fault(.foreignNetwork, "", "found no tensors, \(expected)")
    }
    if names.contains("conv1.weight"), names.contains("layer1.0.conv1.weight") {
      return file.fault(
        .foreignNetwork,
        "",
        "found the weights of a ResNet without a detector, \(expected); those of a backbone that is supported start "
          + "a training: focal train --backbone-weights \(file.path)"
      )
    }
    let whose = ForeignNetwork.likeness(of: names).map { " (probably of \($0))" } ?? ""
    return file.fault(
      .foreignNetwork,
      "",
      "found the tensors \(listed(names))\(whose), \(expected)"
    )
  }
}
