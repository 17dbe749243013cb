public import BoxGeometry
public import Torch
public import TorchNN

/// RetinaNet: a residual network, a feature pyramid, and two subnets over every level of it.
///
/// Written to be read from top to bottom: `losses` is what training calls, `detections` what prediction calls.
/// - Note: Lin et al. 2017, section 4, figure 3.
public final class RetinaNet: Module {
  /// What this network is.
  public let configuration: RetinaNetConfiguration
  private let backbone: ResNet
  private let pyramid: FeaturePyramid
  private let classificationHead: Subnet
  private let regressionHead: Subnet
  private let anchorGenerator: AnchorGenerator

  /// The parts by torchvision's names.
  public var members: [ModuleMember] {
    [
      .module("backbone.body", backbone), .module("backbone.fpn", pyramid),
      .module("head.classification_head", classificationHead),
      .module("head.regression_head", regressionHead),
    ]
  }

  /// A network with fresh weights.
  ///
  /// - Parameters:
  ///   - configuration: What to build.
  ///   - generator: Where the weights come from; the same state gives the same weights.
  /// - Throws: ``ModelError`` if the configuration makes no sense; `TorchError` if memory runs out.
  public init(
    configuration: RetinaNetConfiguration,
    using generator: inout some RandomNumberGenerator
  ) throws {
    if let fault = configuration.fault { throw ModelError(place: "configuration", message: fault) }
    self.configuration = configuration
    backbone = try ResNet(configuration: configuration.backbone, using: &generator)
    pyramid = try FeaturePyramid(configuration: configuration, using: &generator)
    classificationHead = try Subnet(
      configuration: configuration,
      valuesPerAnchor: configuration.logitsPerAnchor,
      lastName: "cls_logits",
      lastBias: configuration.head.classBias,
      using: &generator
    )
    regressionHead = try Subnet(
      configuration: configuration,
      valuesPerAnchor: 4,
      lastName: "bbox_reg",
      lastBias: 0,
      using: &generator
    )
    anchorGenerator = AnchorGenerator(configuration: configuration.anchors)
  }

  /// The two heads' outputs for a batch.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures, red, green, blue whatever ``InputConfiguration/channelOrder`` is. Shape
  ///     [N, 3, H, W], channels-last for speed.
  ///   - mode: Whether batch norm takes the batch's statistics or the running ones.
  /// - Returns: Logits [N, R, L] and deltas [N, R, 4], L being ``RetinaNetConfiguration/logitsPerAnchor``.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  public func callAsFunction(_ images: Tensor, mode: ForwardMode) throws -> HeadOutputs {
    try outputs(of: levels(of: features(of: images, mode: mode)))
  }

  /// The backbone's part: normalised pictures [N, 3, H, W] -> C3, C4, C5 of strides 8, 16, 32.
  package func features(of images: Tensor, mode: ForwardMode) throws -> [Tensor] {
    try backbone(ordered(images), mode: mode)
  }

  /// The pyramid's part: C3, C4, C5 -> P3 to P7, all of the same channels.
  package func levels(of features: [Tensor]) throws -> [Tensor] { try pyramid(features) }

  /// The heads' part: P3 to P7 -> logits [N, R, L] and deltas [N, R, 4].
  package func outputs(of levels: [Tensor]) throws -> HeadOutputs {
    HeadOutputs(logits: try classificationHead(levels), deltas: try regressionHead(levels))
  }

  /// The pictures with their colours in the order of the first convolution.
  private func ordered(_ images: Tensor) throws -> Tensor {
    guard configuration.input.channelOrder == .bgr else { return images }
    let reversed = try Tensor([Int64(2), 1, 0], shape: [3]).to(images.device)
    return try images.indexSelect(dim: 1, reversed).channelsLast()
  }

  /// The losses of a batch, for one step of training.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures. Shape [N, 3, H, W].
  ///   - targets: What each anchor of each picture is to find.
  ///   - average: What the batches before this one left behind; only the moving-average normaliser looks at it.
  /// - Returns: Both losses, divided as the configuration's normaliser says.
  /// - Throws: `TorchError` if shapes do not fit or memory runs out; `TargetError` for a class index that is none.
  public func losses(
    images: Tensor,
    targets: [AnchorTargets],
    average: inout ForegroundAverage
  ) throws -> DetectionLosses {
    try configuration.losses(
      of: self(images, mode: .training),
      targets: targets,
      average: &average
    )
  }

  /// The anchors of a batch whose pictures are padded to one size.
  ///
  /// - Parameters:
  ///   - imageWidth: Width of the network's input, in pixels.
  ///   - imageHeight: Its height.
  /// - Returns: R anchors in the order level, row, column, anchor of the cell.
  public func anchors(imageWidth: Int, imageHeight: Int) -> [BoundingBox] {
    anchorGenerator.anchors(imageWidth: imageWidth, imageHeight: imageHeight)
  }

  /// The detections in each picture of a batch, best first, in the network's input pixels.
  ///
  /// - Parameters:
  ///   - images: Normalised pictures, padded on the right and below. Shape [N, 3, H, W].
  ///   - sizes: Width and height of each picture without its padding.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  public func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> [[ScoredBox]] {
    try detections(in: images, sizes: sizes, rules: nil)
  }

  /// The detections in each picture of a batch, by rules of its own.
  ///
  /// - Parameters:
  ///   - images: As above.
  ///   - sizes: Width and height of each picture without its padding.
  ///   - rules: What becomes a detection, one for each picture; `nil`: as the configuration says.
  /// - Returns: One list a picture.
  /// - Throws: `TorchError` if the shape does not fit or memory runs out.
  package func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)],
    rules: [DetectionConfiguration]?
  ) throws -> [[ScoredBox]] {
    precondition(images.rank == 4 && images.shape[0] == sizes.count, "one size a picture")
    precondition(rules.map { $0.count == sizes.count } ?? true, "rules for each picture")
    let (height, width) = (images.shape[2], images.shape[3])
    let outputs = try self(images, mode: .inference)
    // Where they lie, unless they are of another type or on another device.
    let logits = try outputs.logits.to(.float32).to(.cpu).contiguous()
    let deltas = try outputs.deltas.to(.float32).to(.cpu).contiguous()
    let anchors = anchors(imageWidth: width, imageHeight: height)
    let levelSizes = anchorGenerator.featureSizes(imageWidth: width, imageHeight: height)
      .map { $0.height * $0.width * configuration.anchors.anchorsPerCell }
    let decoders = sizes.indices.map { index in
      DetectionDecoder(
        configuration: rules?[index] ?? configuration.detection,
        coder: configuration.boxCoder,
        categoryCount: configuration.categories.count,
        classLayout: configuration.classLayout
      )
    }
    let logitCount = anchors.count * configuration.logitsPerAnchor
    return try logits.withUnsafeBytes { logits in
      Result {
        try deltas.withUnsafeBytes { deltas in
          let (logits, deltas) = (
            logits.bindMemory(to: Float.self), deltas.bindMemory(to: Float.self)
          )
          return sizes.indices.map { index in
            decoders[index].detections(
              logits: UnsafeBufferPointer(
                rebasing: logits[(index * logitCount)..<((index + 1) * logitCount)]
              ),
              deltas: UnsafeBufferPointer(
                rebasing: deltas[(index * anchors.count * 4)..<((index + 1) * anchors.count * 4)]
              ),
              anchors: anchors,
              levelSizes: levelSizes,
              width: Float(sizes[index].width),
              height: Float(sizes[index].height)
            )
          }
        }
      }
    }
    .get()
  }
}

/// What the two heads say of every anchor.
public struct HeadOutputs {
  /// Raw scores.
  ///
  /// Shape [N, R, L].
  public let logits: Tensor
  /// Box deltas.
  ///
  /// Shape [N, R, 4].
  public let deltas: Tensor
}
