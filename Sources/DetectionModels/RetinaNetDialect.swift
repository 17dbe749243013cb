import BoxGeometry

/// The known ways to be a RetinaNet: they differ in what the paper leaves open, and in what their authors changed.
///
/// Weights trained in one dialect are right in that one alone, so a model file carries every difference as a value of
/// its ``RetinaNetConfiguration``; the dialect is only a name for a set of values.
public enum RetinaNetDialect: String, Codable, Hashable, Sendable, CaseIterable {
  /// What the paper says (Lin et al. 2017); where it is silent, this package's own choice.
  case paper
  /// detectron2's `retinanet_R_50_FPN`.
  case detectron2
  /// torchvision's `retinanet_resnet50_fpn` with its `COCO_V1` weights.
  case torchvisionV1 = "torchvision-v1"
  /// torchvision's `retinanet_resnet50_fpn_v2` with its `COCO_V1` weights.
  case torchvisionV2 = "torchvision-v2"
  /// fizyr's keras-retinanet.
  ///
  /// Its boxes are written by their corners, which no `BoxCoder` does, and its anchors outside a picture are ignored:
  /// what it was trained to say cannot be read, but a network can be trained as it trains.
  case kerasRetinaNet = "keras-retinanet"
}

extension RetinaNetConfiguration {
  /// A network of a dialect for categories of one's own.
  ///
  /// - Parameters:
  ///   - dialect: Whose values to take.
  ///   - categories: The category names, in the order of the logits.
  ///   - categoryIDs: The ids that results files use; 1... where not given.
  public init(_ dialect: RetinaNetDialect, categories: [String], categoryIDs: [Int]? = nil) {
    self.init(categories: categories, categoryIDs: categoryIDs)
    switch dialect {
    case .paper: usePretrainedBackbone()
    case .detectron2: becomeDetectron2()
    case .torchvisionV1: becomeTorchvisionV1()
    case .torchvisionV2: becomeTorchvisionV2()
    case .kerasRetinaNet: becomeKerasRetinaNet()
    }
  }

  /// The paper's RetinaNet-50 for COCO's 80 categories.
  ///
  /// The text says "standard" smooth L1; the configuration its authors released, whose tables these are, has its
  /// transition at 0.11.
  public static let paper = coco(.paper)
  /// detectron2's RetinaNet-50 for COCO's 80 categories.
  public static let detectron2 = coco(.detectron2)
  /// torchvision's first RetinaNet-50 for COCO: 91 logits, one for each id and one for the background.
  public static let torchvisionV1 = coco(.torchvisionV1)
  /// torchvision's second RetinaNet-50 for COCO: 91 logits, one for each id and one for the background.
  public static let torchvisionV2 = coco(.torchvisionV2)
  /// keras-retinanet's RetinaNet-50 for COCO's 80 categories.
  public static let kerasRetinaNet = coco(.kerasRetinaNet)

  private static func coco(_ dialect: RetinaNetDialect) -> RetinaNetConfiguration {
    switch dialect {
    case .torchvisionV1, .torchvisionV2:
      RetinaNetConfiguration(dialect, categories: COCOCategories.namesWithGaps)
    case .paper, .detectron2, .kerasRetinaNet:
      RetinaNetConfiguration(
        dialect,
        categories: COCOCategories.names,
        categoryIDs: COCOCategories.ids
      )
    }
  }

  private mutating func becomeDetectron2() {
    usePretrainedBackbone()
    loss.boxKind = .l1
    loss.normalizer = .movingAverage
    matcher.lowQualityMatches = .always
    input.resize = ResizeRule(shortSide: 800, longSideCap: 1333)
    useCaffePixels(mean: [103.53, 116.28, 123.675])
  }

  private mutating func becomeTorchvisionV1() {
    becomeTorchvision()
    backbone.norm = .frozen
    // Its COCO_V1 weights were trained with no epsilon at all.
    backbone.normEpsilon = 0
    extraLevelInput = .p5
    loss.boxKind = .l1
  }

  private mutating func becomeTorchvisionV2() {
    becomeTorchvision()
    backbone.norm = .batch
    head.norm = .group
    loss.boxKind = .giou
  }

  private mutating func becomeTorchvision() {
    backbone.trainableStages = 3
    classLayout = .backgroundFirst
    loss.normalizer = .perImage
    matcher.lowQualityMatches = .always
    anchors.rounding = .torchvision
    anchors.spacing = .imageOverCells
    input.resize = ResizeRule(shortSide: 800, longSideCap: 1333)
    detection.detectionsPerImage = 300
  }

  private mutating func becomeKerasRetinaNet() {
    usePretrainedBackbone()
    // Sigma 3 there: 1 / σ².
    loss.boxBeta = 1.0 / 9
    anchors.centerOffset = 0.5
    // An IoU of exactly 0.4 is background there.
    matcher.backgroundThreshold = Float(0.4).nextUp
    input.resize = ResizeRule(shortSide: 800, longSideCap: 1333)
    useCaffePixels(mean: [103.939, 116.779, 123.68])
    detection.detectionsPerImage = 300
  }

  /// Norms frozen, and the stem and the first stage with them.
  private mutating func usePretrainedBackbone() {
    backbone.norm = .frozen
    backbone.trainableStages = 3
  }

  /// Pixels of 0...255 in the order blue, green, red, less their means over ImageNet.
  private mutating func useCaffePixels(mean: [Float]) {
    input.channelOrder = .bgr
    input.pixelRange = .bytes
    input.mean = mean
    input.standardDeviation = [1, 1, 1]
  }
}
