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

  /// ResNet-50 with trainable batch norm.
  public init(depth: ResNetDepth = .resnet50, norm: BackboneNorm = .batch, width: Int = 64) {
    self.depth = depth
    self.norm = norm
    self.width = width
  }

  /// The stages' channels that the pyramid receives: C3, C4, C5.
  public var pyramidInputs: [Int] { [2, 4, 8].map { $0 * width * depth.expansion } }

  var fault: String? {
    (8...512).contains(width) ? nil : "backbone.width: found \(width), expected 8...512"
  }
}

/// How deep the residual network is.
public enum ResNetDepth: String, Codable, Hashable, Sendable, CaseIterable {
  /// 2, 2, 2, 2 basic blocks.
  case resnet18
  /// 3, 4, 6, 3 basic blocks.
  case resnet34
  /// 3, 4, 6, 3 bottlenecks.
  case resnet50
  /// 3, 4, 23, 3 bottlenecks.
  case resnet101

  /// Residual blocks of each of the four stages.
  public var blocks: [Int] {
    switch self {
    case .resnet18: [2, 2, 2, 2]
    case .resnet34, .resnet50: [3, 4, 6, 3]
    case .resnet101: [3, 4, 23, 3]
    }
  }

  /// Output channels of a block over its width.
  public var expansion: Int { isBottleneck ? 4 : 1 }

  /// Whether the blocks are 1×1, 3×3, 1×1 rather than two 3×3.
  public var isBottleneck: Bool {
    switch self {
    case .resnet18, .resnet34: false
    case .resnet50, .resnet101: true
    }
  }
}

/// The norm after each convolution of the backbone.
public enum BackboneNorm: String, Codable, Hashable, Sendable, CaseIterable {
  /// Batch norm, trained; running statistics when predicting.
  case batch
  /// Group norm of 32 groups: does not care how small the batch is.
  case group
}
