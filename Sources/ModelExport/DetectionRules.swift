import BoxGeometry
import DetectionModels

/// How the subnets' outputs become detections, as numbers: what every format's post-processing is written from.
struct DetectionRules {
  /// One level of the pyramid.
  struct Level {
    let name: String
    /// The anchors of a cell, about the origin.
    let cell: [BoundingBox]
    /// Pixels between cells, where the spacing is the stride.
    let stride: Int
  }

  let levels: [Level]
  let centerOffset: Float
  let spacing: AnchorConfiguration.Spacing
  let coder: BoxCoder
  let detection: DetectionConfiguration
  /// The score threshold before the sigmoid.
  let logitThreshold: Float
  let categoryCount: Int
  let logitsPerAnchor: Int

  /// Logits of an anchor before the first category's.
  var backgroundLogits: Int { logitsPerAnchor - categoryCount }
  /// Anchors on each cell.
  var anchorsPerCell: Int { levels.first?.cell.count ?? 0 }

  /// - Parameter configuration: A configuration that has no fault.
  /// - Throws: ``ModelExportError`` naming a field that no graph can be made of.
  init(_ configuration: RetinaNetConfiguration) throws {
    try ExportableConfiguration.check(configuration)
    let generator = AnchorGenerator(configuration: configuration.anchors)
    levels = configuration.anchors.strides.enumerated().map { index, stride in
      Level(name: "p\(index + 3)", cell: generator.cellAnchors(level: index), stride: stride)
    }
    centerOffset = configuration.anchors.centerOffset
    spacing = configuration.anchors.spacing
    coder = configuration.boxCoder
    detection = configuration.detection
    logitThreshold = DetectionDecoder.logit(ofScore: configuration.detection.scoreThreshold)
    categoryCount = configuration.categories.count
    logitsPerAnchor = configuration.logitsPerAnchor
  }
}
