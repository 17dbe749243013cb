import BoxGeometry
import DetectionModels

extension RecognizedDetector {
  /// The configuration of the network, before any choice of classes.
  ///
  /// - Parameters:
  ///   - options: What shapes do not tell.
  ///   - file: The file, for messages.
  /// - Returns: The configuration.
  /// - Throws: ``WeightImportError`` if the options and the shapes do not go together.
  func configuration(
    _ options: ImportOptions,
    in file: WeightFile
  ) throws -> RetinaNetConfiguration {
    let dialect = options.dialect ?? (headNorm == .group ? .torchvisionV2 : .torchvisionV1)
    var configuration = RetinaNetConfiguration(dialect, categories: ["object"])
    guard anchorsPerCell == configuration.anchors.anchorsPerCell else {
      throw file.fault(
        .unsupportedNetwork,
        "head.regression_head.bbox_reg.weight",
        "found \(anchorsPerCell) anchors a cell, expected \(configuration.anchors.anchorsPerCell): three scales by "
          + "three aspect ratios; weights do not tell the sides of others"
      )
    }
    let norm = options.norm ?? (hasCounters ? .batch : .frozen)
    guard backbone.hasStatistics, norm != .group else {
      throw file.fault(
        .unsupportedNetwork,
        "backbone.body.bn1",
        "found norms \(backbone.hasStatistics ? "with" : "without") running statistics for a backbone of "
          + "\(backbone.hasStatistics ? "group norm" : "batch or frozen batch norm"), expected batch norms"
      )
    }
    configuration.backbone.depth = backbone.depth
    configuration.backbone.width = backbone.width
    configuration.backbone.norm = norm
    configuration.pyramidChannels = pyramidChannels
    if let extraLevelInput { configuration.extraLevelInput = extraLevelInput }
    configuration.head.depth = headDepth
    configuration.head.norm = headNorm
    try setCategories(of: &configuration, options, in: file)
    configuration.backbone.normEpsilon =
      options.normEpsilon
      ?? Self.normEpsilon(dialect: dialect, norm: norm, logits: configuration.logitsPerAnchor)
    if let size = options.inputSize {
      configuration.input.resize.shortSide = size.shortSide
      configuration.input.resize.longSideCap = size.longSideCap
    }
    if let fault = configuration.fault { throw file.fault(.unsupportedNetwork, "", fault) }
    return configuration
  }

  /// The published COCO weights of torchvision's first RetinaNet were trained with norms frozen at no epsilon at all;
  /// every other network of it, before and after, has PyTorch's.
  private static func normEpsilon(
    dialect: RetinaNetDialect,
    norm: BackboneNorm,
    logits: Int
  ) -> Double {
    dialect == .torchvisionV1 && norm == .frozen && logits == 91 ? 0 : 1e-5
  }

  private func setCategories(
    of configuration: inout RetinaNetConfiguration,
    _ options: ImportOptions,
    in file: WeightFile
  ) throws {
    let logits = logitsPerCell / anchorsPerCell
    if let categories = options.categories {
      // The number of names says whether one of the logits belongs to a background.
      guard !categories.isEmpty, categories.count == logits || categories.count == logits - 1 else {
        throw file.fault(
          .unfitCategories,
          "head.classification_head.cls_logits",
          "found \(logits) logits an anchor for \(categories.count) categories, expected \(logits - 1) names (the first "
            + "logit being the background's, as torchvision's) or \(logits)"
        )
      }
      configuration.classLayout = categories.count == logits ? .contiguous : .backgroundFirst
      configuration.categories = categories.map(\.name)
      configuration.categoryIDs = categories.ids
      return
    }
    let count = logits - configuration.classLayout.backgroundLogits
    guard count > 0 else {
      throw file.fault(
        .unfitCategories,
        "head.classification_head.cls_logits",
        "found 1 logit an anchor, which torchvision means for the background alone; expected more, or one name in "
          + "--categories if it is an object's"
      )
    }
    switch (configuration.classLayout, count) {
    case (.backgroundFirst, 90):
      configuration.categories = COCOCategories.namesWithGaps
      configuration.categoryIDs = Array(1...90)
    case (.contiguous, 80):
      configuration.categories = COCOCategories.names
      configuration.categoryIDs = COCOCategories.ids
    default:
      configuration.categories = (1...count).map { "class\($0)" }
      configuration.categoryIDs = Array(1...count)
    }
  }
}
