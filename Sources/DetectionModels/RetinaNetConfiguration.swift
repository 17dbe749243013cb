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
  /// Which logit of an anchor belongs to which category.
  ///
  /// Every implementation but torchvision: the first to the first.
  public var classLayout: ClassLayout = .contiguous
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

  /// Reads a configuration; `classLayout`, which older files lack, may be missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing, of the wrong type, or cannot be used.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    categories = try container.decode([String].self, forKey: .categories)
    categoryIDs = try container.decode([Int].self, forKey: .categoryIDs)
    try container.update(&classLayout, forKey: .classLayout)
    backbone = try container.decode(ResNetConfiguration.self, forKey: .backbone)
    pyramidChannels = try container.decode(Int.self, forKey: .pyramidChannels)
    extraLevelInput = try container.decode(ExtraLevelInput.self, forKey: .extraLevelInput)
    head = try container.decode(HeadConfiguration.self, forKey: .head)
    anchors = try container.decode(AnchorConfiguration.self, forKey: .anchors)
    matcher = try container.decode(AnchorMatcher.self, forKey: .matcher)
    boxCoder = try container.decode(BoxCoder.self, forKey: .boxCoder)
    loss = try container.decode(DetectionLossConfiguration.self, forKey: .loss)
    input = try container.decode(InputConfiguration.self, forKey: .input)
    detection = try container.decode(DetectionConfiguration.self, forKey: .detection)
  }

  /// Which logit of an anchor belongs to which category.
  public enum ClassLayout: String, Codable, Hashable, Sendable, CaseIterable {
    /// The first logit to the first category: K logits.
    case contiguous
    /// The second logit to the first category: K + 1 logits, of which the first belongs to a background that no anchor
    /// is ever told to be, as torchvision.
    case backgroundFirst = "background-first"
  }

  /// Logits of an anchor: one a category, and one for the background where there is one.
  public var logitsPerAnchor: Int { categories.count + classLayout.backgroundLogits }

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
  package var leastWeightCount: Double {
    let channels = Double(pyramidChannels)
    // Of 3×3 kernels over groups: (width · channels / 64)² · groups.
    let share = Double(backbone.depth.channelsPerGroup) / 64
    let grouped = share * share * Double(backbone.depth.groups)
    let stages = zip(backbone.depth.blocks, [1, 2, 4, 8])
      .map { blocks, factor in Double(blocks) * Double(factor * factor) * grouped }
    let outputs =
      Double(anchors.scales.count) * Double(anchors.aspectRatios.count)
      * Double(logitsPerAnchor + 4)
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

extension RetinaNetConfiguration.ClassLayout {
  /// Logits before the first category's.
  package var backgroundLogits: Int { self == .backgroundFirst ? 1 : 0 }
}
