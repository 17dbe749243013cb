import BoxGeometry
import DetectionModels
import Testing
import Torch
import TorchNN

struct RetinaNetTests {
  @Test func `the tensors of a ResNet-18 have torchvision's names and shapes`() throws {
    var configuration = RetinaNetConfiguration(categories: ["a", "b", "c"])
    configuration.backbone.depth = .resnet18
    try expectState(
      of: RetinaNet(configuration),
      has: [
        "backbone.body.conv1.weight": [64, 3, 7, 7],
        "backbone.body.bn1.weight": [64],
        "backbone.body.bn1.bias": [64],
        "backbone.body.bn1.running_mean": [64],
        "backbone.body.bn1.running_var": [64],
        "backbone.body.layer1.0.conv1.weight": [64, 64, 3, 3],
        "backbone.body.layer1.1.bn2.weight": [64],
        "backbone.body.layer2.0.conv1.weight": [128, 64, 3, 3],
        "backbone.body.layer2.0.downsample.0.weight": [128, 64, 1, 1],
        "backbone.body.layer2.0.downsample.1.running_mean": [128],
        "backbone.body.layer4.0.downsample.0.weight": [512, 256, 1, 1],
        "backbone.body.layer4.1.conv2.weight": [512, 512, 3, 3],
        "backbone.fpn.inner_blocks.0.0.weight": [256, 128, 1, 1],
        "backbone.fpn.inner_blocks.0.0.bias": [256],
        "backbone.fpn.inner_blocks.2.0.weight": [256, 512, 1, 1],
        "backbone.fpn.layer_blocks.1.0.weight": [256, 256, 3, 3],
        "backbone.fpn.layer_blocks.2.0.bias": [256],
        "backbone.fpn.extra_blocks.p6.weight": [256, 512, 3, 3],
        "backbone.fpn.extra_blocks.p6.bias": [256],
        "backbone.fpn.extra_blocks.p7.weight": [256, 256, 3, 3],
        "head.classification_head.conv.0.0.weight": [256, 256, 3, 3],
        "head.classification_head.conv.3.0.bias": [256],
        "head.classification_head.cls_logits.weight": [27, 256, 3, 3],
        "head.classification_head.cls_logits.bias": [27],
        "head.regression_head.conv.3.0.weight": [256, 256, 3, 3],
        "head.regression_head.bbox_reg.weight": [36, 256, 3, 3],
        "head.regression_head.bbox_reg.bias": [36],
      ],
      lacks: [
        "backbone.body.layer1.0.downsample.0.weight", "backbone.body.conv1.bias",
        "backbone.body.layer1.0.conv3.weight", "backbone.fpn.inner_blocks.3.0.weight",
        "head.classification_head.conv.4.0.weight", "head.classification_head.conv.0.1.weight",
      ]
    )
  }

  /// torchvision publishes 34,014,999 for `retinanet_resnet50_fpn` with its 91 classes; its batch norms
  /// are frozen and no parameters, ours are trained: 26,560 channels, a scale and a shift each.
  @Test func `a ResNet-50 has torchvision's names, shapes and number of parameters`() throws {
    var configuration = RetinaNetConfiguration(categories: (0..<91).map { "class \($0)" })
    configuration.extraLevelInput = .p5
    let model = try RetinaNet(configuration)
    try expectState(
      of: model,
      has: [
        "backbone.body.conv1.weight": [64, 3, 7, 7],
        "backbone.body.layer1.0.conv1.weight": [64, 64, 1, 1],
        "backbone.body.layer1.0.conv2.weight": [64, 64, 3, 3],
        "backbone.body.layer1.0.conv3.weight": [256, 64, 1, 1],
        "backbone.body.layer1.0.bn3.bias": [256],
        "backbone.body.layer1.0.downsample.0.weight": [256, 64, 1, 1],
        "backbone.body.layer2.3.conv1.weight": [128, 512, 1, 1],
        "backbone.body.layer3.5.conv3.weight": [1024, 256, 1, 1],
        "backbone.body.layer4.2.bn3.running_var": [2048],
        "backbone.fpn.inner_blocks.0.0.weight": [256, 512, 1, 1],
        "backbone.fpn.inner_blocks.1.0.weight": [256, 1024, 1, 1],
        "backbone.fpn.inner_blocks.2.0.weight": [256, 2048, 1, 1],
        "backbone.fpn.extra_blocks.p6.weight": [256, 256, 3, 3],
        "head.classification_head.cls_logits.weight": [819, 256, 3, 3],
      ],
      lacks: ["backbone.body.layer2.4.conv1.weight", "backbone.body.layer1.1.downsample.0.weight"]
    )
    #expect(model.parameterCount == 34_014_999 + 2 * 26_560)
  }

  /// torchvision publishes 38,198,935 for `retinanet_resnet50_fpn_v2`: P6 from C5, group norm in the heads.
  @Test func `group norm in the heads has torchvision's names and number of parameters`() throws {
    var configuration = RetinaNetConfiguration(categories: (0..<91).map { "class \($0)" })
    configuration.head.norm = .group
    let model = try RetinaNet(configuration)
    try expectState(
      of: model,
      has: [
        "backbone.fpn.extra_blocks.p6.weight": [256, 2048, 3, 3],
        "head.classification_head.conv.3.0.weight": [256, 256, 3, 3],
        "head.classification_head.conv.3.1.weight": [256],
        "head.regression_head.conv.0.1.bias": [256],
      ],
      lacks: ["head.classification_head.conv.0.0.bias"]
    )
    #expect(model.parameterCount == 38_198_935)
  }

  @Test func `a ResNet-101 has 23 blocks in its third stage, a ResNet-34 six`() throws {
    for (depth, last) in [(ResNetDepth.resnet101, 22), (.resnet34, 5)] {
      var configuration = RetinaNetConfiguration.tiny()
      configuration.backbone.depth = depth
      try expectState(
        of: RetinaNet(configuration),
        has: [
          "backbone.body.layer3.\(last).conv1.weight": depth == .resnet34
            ? [32, 32, 3, 3] : [32, 128, 1, 1]
        ],
        lacks: ["backbone.body.layer3.\(last + 1).conv1.weight"]
      )
    }
  }

  private func expectState(
    of model: RetinaNet,
    has expected: [String: [Int]],
    lacks absent: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let state = model.state
    let shapes = Dictionary(state.map { ($0.name, $0.tensor.shape) }) { first, _ in first }
    #expect(shapes.count == state.count, "names are unique", sourceLocation: sourceLocation)
    for (name, shape) in expected {
      #expect(shapes[name] == shape, "\(name)", sourceLocation: sourceLocation)
    }
    for name in absent {
      #expect(shapes[name] == nil, "\(name)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [(64, 64), (33, 47), (1, 1), (129, 5), (96, 160)])
  func `there is a row of outputs for every anchor, whatever the size`(
    width: Int,
    height: Int
  ) throws {
    let model = try RetinaNet(.tiny(categories: ["a", "b", "c"]))
    let outputs = try withInferenceMode {
      try model(noise(images: 2, width: width, height: height), mode: .inference)
    }
    let anchors = model.anchors(imageWidth: width, imageHeight: height).count
    #expect(outputs.logits.shape == [2, anchors, 3])
    #expect(outputs.deltas.shape == [2, anchors, 4])
  }

  /// 64x64: 8² + 4² + 2² + 1 + 1 cells of nine anchors.
  @Test func `a picture of 64 pixels has 774 anchors`() throws {
    #expect(try RetinaNet(.tiny()).anchors(imageWidth: 64, imageHeight: 64).count == 774)
  }

  @Test func `the same seed gives the same weights, another one others`() throws {
    func weights(_ seed: UInt64) throws -> [[Float]] {
      try RetinaNet(.tiny(), seed: seed).parameters.map { try $0.tensor.floats() }
    }
    let first = try weights(3)
    #expect(try weights(3) == first)
    #expect(try weights(4) != first)
  }

  /// −log(0.99 / 0.01) = −4.59512.
  @Test func `the class bias starts at the prior, every other bias at 0`() throws {
    let model = try RetinaNet(.tiny())
    for parameter in model.parameters where parameter.name.hasSuffix("bias") {
      let isClassBias = parameter.name == "head.classification_head.cls_logits.bias"
      for value in try parameter.tensor.floats() {
        #expect(abs(value - (isClassBias ? -4.595_12 : 0)) < 1e-5, "\(parameter.name)")
      }
    }
    var even = RetinaNetConfiguration.tiny()
    even.head.priorProbability = 0.5
    #expect(even.head.classBias == 0)
  }

  @Test func `a pass for inference changes nothing, one for training the running statistics`()
    throws
  {
    let model = try RetinaNet(.tiny())
    func statistics() throws -> [[Float]] { try model.buffers.map { try $0.tensor.floats() } }
    let images = try noise(width: 64, height: 64)
    let before = try statistics()
    _ = try withInferenceMode { try model(images, mode: .inference) }
    #expect(try statistics() == before)
    _ = try model(images, mode: .training)
    #expect(try statistics() != before)
  }

  @Test func `a picture's detections do not depend on the pictures beside it`() throws {
    var configuration = RetinaNetConfiguration.tiny()
    configuration.head.priorProbability = 0.5
    configuration.detection.scoreThreshold = 0.4
    let model = try RetinaNet(configuration)
    let both = try noise(images: 2, width: 64, height: 64)
    let second = try both.narrow(dim: 0, start: 1, length: 1).channelsLast()
    let together = try withInferenceMode {
      try model.detections(in: both, sizes: [(64, 64), (50, 40)])
    }
    let alone = try withInferenceMode { try model.detections(in: second, sizes: [(50, 40)]) }
    #expect(together.count == 2)
    #expect(!alone[0].isEmpty)
    #expect(together[1].map(\.label) == alone[0].map(\.label))
    for (a, b) in zip(together[1], alone[0]) {
      #expect(a.box.iou(with: b.box) > 0.999)
      #expect(b.box.x2 <= 50 && b.box.y2 <= 40 && b.box.x1 >= 0 && b.box.y1 >= 0)
    }
  }

  @Test func `a configuration that makes no sense builds no network`() throws {
    var configuration = RetinaNetConfiguration.tiny()
    configuration.pyramidChannels = 0
    let error = #expect(throws: ModelError.self) { _ = try RetinaNet(configuration) }
    #expect(
      error?.description == "configuration: pyramidChannels: found 0, expected 1...2048"
    )
  }
}
