/// The residual network under the pyramid.
///
/// - Note: He et al. 2016, table 1; torchvision's variant, whose bottleneck strides in the 3×3 convolution.
public struct ResNetConfiguration: Codable, Hashable, Sendable {
  /// 18 and 34 are made of basic blocks, the rest of bottlenecks.
  public var depth: ResNetDepth = .resnet50
  /// The norm after each convolution.
  public var norm: BackboneNorm = .batch
  /// Channels of the stem and of the first stage's blocks; the stages after it have 2, 4 and 8 times as many.
  ///
  /// 64 is the published network; half as many take a quarter of the arithmetic.
  public var width: Int = 64
  /// What keeps the divisor of each norm away from 0.
  ///
  /// Every implementation: 1e-5; 0 for torchvision's first COCO weights.
  public var normEpsilon: Double = 1e-5
  /// How many parts are trained, counted from the last stage down, the stem being the fifth; the rest keeps its weights.
  ///
  /// 5 trains everything, as a backbone without pre-trained weights needs. Detectron and torchvision train 3 of a
  /// pre-trained one. A batch norm that is not frozen follows its batches in frozen stages too, as in torchvision.
  public var trainableStages: Int = 5

  /// ResNet-50 with trainable batch norm.
  public init(depth: ResNetDepth = .resnet50, norm: BackboneNorm = .batch, width: Int = 64) {
    self.depth = depth
    self.norm = norm
    self.width = width
  }

  /// Reads a configuration; `normEpsilon` and `trainableStages`, which older files lack, may be missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing or of the wrong type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    depth = try container.decode(ResNetDepth.self, forKey: .depth)
    norm = try container.decode(BackboneNorm.self, forKey: .norm)
    width = try container.decode(Int.self, forKey: .width)
    try container.update(&normEpsilon, forKey: .normEpsilon)
    try container.update(&trainableStages, forKey: .trainableStages)
  }

  /// The stages' channels that the pyramid receives: C3, C4, C5.
  public var pyramidInputs: [Int] { [2, 4, 8].map { $0 * width * depth.expansion } }

  /// Channels of a block's 3×3 convolutions, for the width that its stage has.
  func innerChannels(width: Int) -> Int { width * depth.channelsPerGroup * depth.groups / 64 }

  var fault: String? {
    if !(8...512).contains(width) { return "backbone.width: found \(width), expected 8...512" }
    if depth.groups > 1, width * depth.channelsPerGroup % 64 != 0 {
      return
        "backbone.width: found \(width), expected a multiple of \(64 / depth.channelsPerGroup) for"
        + "  the \(depth.groups) groups of \(depth.rawValue)"
    }
    if !(normEpsilon >= 0 && normEpsilon < 1) {
      return "backbone.normEpsilon: found \(normEpsilon), expected a number from 0 to below 1"
    }
    if !(0...5).contains(trainableStages) {
      return "backbone.trainableStages: found \(trainableStages), expected 0...5"
    }
    return nil
  }
}

/// Which residual network: how deep, and into how many groups its 3×3 convolutions fall.
public enum ResNetDepth: String, Codable, Hashable, Sendable, CaseIterable {
  /// 2, 2, 2, 2 basic blocks.
  case resnet18
  /// 3, 4, 6, 3 basic blocks.
  case resnet34
  /// 3, 4, 6, 3 bottlenecks.
  case resnet50
  /// 3, 4, 23, 3 bottlenecks.
  case resnet101
  /// 3, 8, 36, 3 bottlenecks.
  case resnet152
  /// ResNet-101's blocks with 32 groups of 8 channels.
  ///
  /// Xie et al. 2017, *Aggregated Residual Transformations*; the backbone of the paper's best row of table 2.
  case resnext101x32x8d = "resnext101_32x8d"
  /// ResNet-101's blocks with 64 groups of 4 channels.
  case resnext101x64x4d = "resnext101_64x4d"

  /// Residual blocks of each of the four stages.
  public var blocks: [Int] {
    switch self {
    case .resnet18: [2, 2, 2, 2]
    case .resnet34, .resnet50: [3, 4, 6, 3]
    case .resnet101, .resnext101x32x8d, .resnext101x64x4d: [3, 4, 23, 3]
    case .resnet152: [3, 8, 36, 3]
    }
  }

  /// Output channels of a block over its width.
  public var expansion: Int { isBottleneck ? 4 : 1 }

  /// Whether the blocks are 1×1, 3×3, 1×1 rather than two 3×3.
  public var isBottleneck: Bool {
    switch self {
    case .resnet18, .resnet34: false
    default: true
    }
  }

  /// Into how many groups the 3×3 convolutions fall.
  public var groups: Int {
    switch self {
    case .resnext101x32x8d: 32
    case .resnext101x64x4d: 64
    default: 1
    }
  }

  /// Channels of each group in the first stage, at width 64.
  public var channelsPerGroup: Int {
    switch self {
    case .resnext101x32x8d: 8
    case .resnext101x64x4d: 4
    default: 64
    }
  }
}

/// The norm after each convolution of the backbone.
public enum BackboneNorm: String, Codable, Hashable, Sendable, CaseIterable {
  /// Batch norm, trained; running statistics when predicting.
  case batch
  /// Group norm of 32 groups: does not care how small the batch is.
  case group
  /// Batch norm whose statistics, scale and shift stay as they are, folded into the convolution: for a backbone with
  /// pre-trained weights, as in Detectron, detectron2 and torchvision.
  case frozen
}
