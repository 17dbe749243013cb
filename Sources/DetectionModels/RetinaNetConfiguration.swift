public import BoxGeometry

/// Everything that makes one RetinaNet differ from another; a model file carries it, so that predicting takes no options.
///
/// The defaults are the paper's (Lin et al. 2017, section 4); the norm of the backbone is trainable, as a backbone
/// without pre-trained weights needs.
public struct RetinaNetConfiguration: Codable, Hashable, Sendable {
  /// The category names, in the order of the logits.
  public var categories: [String]
  /// The category ids that results files use, one a category.
  public var categoryIDs: [Int]
  /// The bottom-up network.
  public var backbone: ResNetConfiguration
  /// Channels of every pyramid level.
  ///
  /// Paper: 256.
  public var pyramidChannels: Int
  /// What the first extra level, P6, is computed from.
  ///
  /// Paper: C5.
  public var extraLevelInput: ExtraLevelInput
  /// The two subnets.
  public var head: HeadConfiguration
  /// The anchors.
  public var anchors: AnchorConfiguration
  /// Which anchors become foreground, background, or are left out.
  public var matcher: AnchorMatcher
  /// How boxes are written relative to anchors.
  public var boxCoder: BoxCoder
  /// The loss that the model is trained with.
  public var loss: DetectionLossConfiguration
  /// How pictures become network input.
  public var input: InputConfiguration
  /// Which candidates become detections.
  public var detection: DetectionConfiguration

  /// - Parameters:
  ///   - categories: The category names, in the order of the logits.
  ///   - categoryIDs: The ids that results files use; 1... where not given.
  public init(categories: [String], categoryIDs: [Int]? = nil) {
    self.categories = categories
    self.categoryIDs = categoryIDs ?? Array(1..<(categories.count + 1))
    backbone = ResNetConfiguration()
    pyramidChannels = 256
    extraLevelInput = .c5
    head = HeadConfiguration()
    anchors = AnchorConfiguration()
    matcher = AnchorMatcher()
    boxCoder = BoxCoder()
    loss = DetectionLossConfiguration()
    input = InputConfiguration()
    detection = DetectionConfiguration()
  }

  /// What P6 is computed from.
  public enum ExtraLevelInput: String, Codable, Hashable, Sendable, CaseIterable {
    /// The last stage of the backbone, as in the paper.
    case c5
    /// The coarsest lateral level, as in torchvision's first weights.
    case p5
  }

  /// What is wrong with the values, in words for people; `nil` where nothing is.
  public var fault: String? {
    if categories.isEmpty { return "categories: found none, expected at least one name" }
    if categoryIDs.count != categories.count {
      return
        "categoryIDs: found \(categoryIDs.count) ids for \(categories.count) categories, expected as many"
    }
    var seen: Set<Int> = []
    if let id = categoryIDs.first(where: { !seen.insert($0).inserted }) {
      return "categoryIDs: found \(id) more than once, expected an id of its own for each category"
    }
    if !(1...2048).contains(pyramidChannels) {
      return "pyramidChannels: found \(pyramidChannels), expected 1...2048"
    }
    if anchors.strides != [8, 16, 32, 64, 128] || anchors.sizes.count != 5 {
      return
        "anchors: found strides \(anchors.strides) with \(anchors.sizes.count) sizes, expected five "
        + "levels, P3 to P7, of strides 8 to 128"
    }
    return anchorFault ?? backbone.fault ?? head.fault(channels: pyramidChannels) ?? loss.fault
      ?? input.fault ?? detection.fault
  }

  /// Weights that the network has at least, counted from its 3×3 convolutions, of which it mostly consists.
  ///
  /// A `Double`, which no configuration of a hostile file overflows.
  var leastWeightCount: Double {
    let channels = Double(pyramidChannels)
    let stages = zip(backbone.depth.blocks, [1, 2, 4, 8])
      .map { blocks, factor in Double(blocks) * Double(factor * factor) }
    let outputs =
      Double(anchors.scales.count) * Double(anchors.aspectRatios.count)
      * Double(categories.count + 4)
    return 9
      * (stages.reduce(0, +) * Double(backbone.width * backbone.width)
        + (4 + 2 * Double(head.depth)) * channels * channels + outputs * channels)
  }

  private var anchorFault: String? {
    for (name, values) in [
      ("sizes", anchors.sizes), ("scales", anchors.scales), ("aspectRatios", anchors.aspectRatios),
    ] where values.isEmpty || !values.allSatisfy({ $0 > 0 && $0.isFinite }) {
      return "anchors.\(name): found \(values), expected numbers above 0"
    }
    if !(0...1).contains(anchors.centerOffset) {
      return "anchors.centerOffset: found \(anchors.centerOffset), expected 0...1"
    }
    return nil
  }
}

/// The two subnets: as deep, as wide, and normalised alike; weights shared over levels, not between the two.
public struct HeadConfiguration: Codable, Hashable, Sendable {
  /// 3×3 convolutions before the last one.
  ///
  /// Paper: 4.
  public var depth: Int = 4
  /// The norm after each of them.
  ///
  /// Paper: no norm.
  public var norm: HeadNorm = .identity
  /// The probability of an object that the class bias starts at; 0.5 is a bias of 0.
  ///
  /// Paper, section 4.1: 0.01.
  public var priorProbability: Double = 0.01

  /// The paper's heads.
  public init() {}

  /// The norm after each convolution of a head.
  public enum HeadNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case identity
    /// Group norm of 32 groups, or as many as divide the channels evenly into at least four each.
    case group
  }

  func fault(channels: Int) -> String? {
    if !(0...16).contains(depth) { return "head.depth: found \(depth), expected 0...16" }
    if !(priorProbability > 0 && priorProbability < 1) {
      return "head.priorProbability: found \(priorProbability), expected a number between 0 and 1"
    }
    return nil
  }
}

/// The loss: one of the classification losses, a box loss, and the weight between them.
public struct DetectionLossConfiguration: Codable, Hashable, Sendable {
  /// Which classification loss.
  public var kind: Kind = .focal
  /// Weight of the positives, 0...1; below 0: both sides weigh 1.
  ///
  /// Paper, table 1b: 0.25.
  public var alpha: Double = 0.25
  /// Focusing parameter of the focal loss, >= 0.
  ///
  /// Paper, table 1b: 2.
  public var gamma: Double = 2
  /// Transition point of the smooth L1 box loss, >= 0; 0 is plain L1.
  ///
  /// Detectron: 0.11.
  public var boxBeta: Double = 0.11
  /// The box loss counts this much beside the classification loss.
  ///
  /// Paper: 1.
  public var boxWeight: Double = 1

  /// The paper's loss.
  public init() {}

  /// The classification losses.
  public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
    /// Sigmoid focal loss.
    case focal
    /// Sigmoid cross entropy, balanced by `alpha` where it is not below 0.
    case crossEntropy = "cross-entropy"
  }

  var fault: String? {
    if !(alpha <= 1) {
      return "loss.alpha: found \(alpha), expected 0...1, or below 0 for no balancing"
    }
    if !(gamma >= 0 && gamma.isFinite) {
      return "loss.gamma: found \(gamma), expected a number >= 0"
    }
    if !(boxBeta >= 0 && boxBeta.isFinite) {
      return "loss.boxBeta: found \(boxBeta), expected a number >= 0"
    }
    if !(boxWeight >= 0 && boxWeight.isFinite) {
      return "loss.boxWeight: found \(boxWeight), expected a number >= 0"
    }
    return nil
  }
}

/// How a picture becomes network input.
public struct InputConfiguration: Codable, Hashable, Sendable {
  /// The size rule: short side, cap of the long side, multiple to pad to.
  ///
  /// Paper: 600 for the ablations.
  public var resize = ResizeRule(shortSide: 600, longSideCap: 1000)
  /// Mean of red, green, blue in 0...1, taken off each pixel.
  ///
  /// ImageNet's.
  public var mean: [Float] = [0.485, 0.456, 0.406]
  /// What each difference is divided by.
  ///
  /// ImageNet's.
  public var standardDeviation: [Float] = [0.229, 0.224, 0.225]

  /// ImageNet's normalisation at the paper's 600 pixels.
  public init() {}

  var fault: String? {
    if mean.count != 3 || standardDeviation.count != 3 || !mean.allSatisfy(\.isFinite)
      || !standardDeviation.allSatisfy({ $0 > 0 && $0.isFinite })
    {
      return
        "input: found mean \(mean) and standardDeviation \(standardDeviation), expected three finite "
        + "numbers each, the deviations above 0"
    }
    if !(16...8192).contains(resize.shortSide) {
      return "input.resize.shortSide: found \(resize.shortSide), expected 16...8192"
    }
    if !(16...16384).contains(resize.longSideCap) {
      return "input.resize.longSideCap: found \(resize.longSideCap), expected 16...16384"
    }
    if !(32...1024).contains(resize.multiple) || resize.multiple % 32 != 0 {
      return
        "input.resize.multiple: found \(resize.multiple), expected a multiple of 32 in 32...1024"
    }
    return nil
  }
}

/// Which candidates become detections.
public struct DetectionConfiguration: Codable, Hashable, Sendable {
  /// A candidate scores above this.
  ///
  /// Paper, section 4.1: 0.05.
  public var scoreThreshold: Float = 0.05
  /// At most this many candidates a level.
  ///
  /// Paper: 1000.
  public var candidatesPerLevel: Int = 1000
  /// A candidate that overlaps a better one of its category by more than this is dropped.
  ///
  /// Paper: 0.5.
  public var iouThreshold: Float = 0.5
  /// At most this many detections an image.
  ///
  /// COCO protocol: 100.
  public var detectionsPerImage: Int = 100
  /// Whether a better candidate of any category suppresses.
  public var classAgnostic: Bool = false

  /// The paper's inference.
  public init() {}

  var fault: String? {
    if scoreThreshold.isNaN {
      return "detection.scoreThreshold: found \(scoreThreshold), expected a number"
    }
    if candidatesPerLevel < 0 {
      return "detection.candidatesPerLevel: found \(candidatesPerLevel), expected 0 or more"
    }
    if !(0...1).contains(iouThreshold) {
      return "detection.iouThreshold: found \(iouThreshold), expected 0...1"
    }
    if detectionsPerImage < 0 {
      return "detection.detectionsPerImage: found \(detectionsPerImage), expected 0 or more"
    }
    return nil
  }
}
