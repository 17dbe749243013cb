import BoxGeometry
import DetectionInference
import Testing
import Torch
import TorchNN

@testable import DetectionModels

/// What stays float32 where the arithmetic is bfloat16: the list in *Mixed precision* of `DetectionModels`.
struct MixedPrecisionTests {
  private func model(_ norm: BackboneNorm, boxKind: DetectionLossConfiguration.BoxKind = .smoothL1)
    throws -> RetinaNet
  {
    var configuration = RetinaNetConfiguration(categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: norm, width: 16)
    configuration.pyramidChannels = 32
    configuration.head.depth = 2
    configuration.head.norm = .group
    configuration.loss.boxKind = boxKind
    var generator = SplitMix64(state: 3)
    return try RetinaNet(configuration: configuration, using: &generator)
  }

  private func images() throws -> Tensor {
    var generator = SplitMix64(state: 5)
    return try Tensor.channelsLast(
      nhwc: (0..<(2 * 96 * 96 * 3)).map { _ in Float(generator.gaussian()) },
      images: 2,
      height: 96,
      width: 96,
      channels: 3
    )
  }

  private func targets(_ model: RetinaNet) -> [AnchorTargets] {
    [
      [LabeledBox(box: BoundingBox(x1: 10, y1: 12, x2: 52, y2: 50), label: 1)],
      [
        LabeledBox(box: BoundingBox(x1: 30, y1: 20, x2: 90, y2: 84), label: 0),
        LabeledBox(box: BoundingBox(x1: 2, y1: 50, x2: 36, y2: 88), label: 1),
      ],
    ].map {
      AnchorTargets(
        anchors: model.anchors(imageWidth: 96, imageHeight: 96),
        boxes: $0,
        matcher: model.configuration.matcher,
        coder: model.configuration.boxCoder
      )
    }
  }

  /// One forward and backward pass.
  private func losses(_ model: RetinaNet, _ precision: ArithmeticPrecision) throws
    -> DetectionLosses
  {
    let (images, targets) = (try images(), targets(model))
    let losses = try precision.training {
      var average = ForegroundAverage()
      return try model.losses(images: images, targets: targets, average: &average)
    }
    try losses.total.backward()
    return losses
  }

  // MARK: What stays float32

  @Test(arguments: BackboneNorm.allCases)
  func `weights, gradients, statistics, losses and momenta stay float32`(norm: BackboneNorm) throws
  {
    let model = try model(norm)
    let images = try images()
    let outputs = try ArithmeticPrecision.bfloat16.training {
      try model(images, mode: .training)
    }
    // The arithmetic is short indeed.
    #expect(outputs.logits.dtype == .bfloat16 && outputs.deltas.dtype == .bfloat16)

    let optimizer = try SGD([ParameterGroup(model.parameters)])
    let losses = try losses(model, .bfloat16)
    for loss in [losses.classification, losses.box, losses.total] {
      #expect(loss.dtype == .float32)
    }
    for (name, tensor) in model.parameters.map({ ($0.name, $0.tensor) }) {
      #expect(try #require(try tensor.gradient(), "\(name)").dtype == .float32, "\(name)")
    }
    try optimizer.step(learningRate: 0.01)
    #expect(optimizer.state.count == model.parameters.count)
    for entry in optimizer.state + model.state { #expect(entry.tensor.dtype == .float32) }
  }

  /// The step is 1e-6 of a weight: bfloat16 has 8 bits and would lose it.
  @Test func `a small step is not lost`() throws {
    let weight = try Tensor([Float](repeating: 1, count: 4), shape: [2, 2])
    try weight.setRequiresGradient(true)
    let optimizer = try SGD(
      [ParameterGroup([NamedTensor(name: "weight", tensor: weight)], weightDecay: 0)],
      momentum: 0
    )
    let ones = try Tensor.ones(shape: [2, 2])
    try ArithmeticPrecision.bfloat16.training { try ones.matmul(weight).sum() }.backward()
    try optimizer.step(learningRate: 1e-6)
    // The gradient is 2 of each element.
    #expect(try weight.floats() == [Float](repeating: 1 - 2e-6, count: 4))
  }

  /// Values about 10, which bfloat16 tells apart by sixteenths: sums in it would stop at 256 of them.
  @Test func `statistics of norms are sums in float32`() throws {
    var generator = SplitMix64(state: 9)
    let values = (0..<(4 * 8 * 32 * 32)).map { _ in Float(10 + 4 * generator.gaussian()) }
    let short = try Tensor(values, shape: [4, 8, 32, 32]).to(.bfloat16).channelsLast()
    let long = try short.to(.float64)
    let norm = try BatchNorm2d(channels: 8, momentum: 1)
    let output = try ArithmeticPrecision.bfloat16.training { try norm(short, mode: .training) }
    let mean = try long.mean(dims: [0, 2, 3])
    let variance = try (long - mean.reshape([1, 8, 1, 1])).square().mean(dims: [0, 2, 3])
    let count = 4.0 * 32 * 32
    for (found, expected) in [
      (norm.runningMean, mean), (norm.runningVariance, try variance * (count / (count - 1))),
    ] {
      #expect(found.dtype == .float32)
      for (a, b) in zip(try found.doubles(), try expected.doubles()) {
        #expect(abs(a - b) <= 1e-5 * b)
      }
    }
    // The output is short again: half a unit of its 8 bits, and no more.
    func expectRounded(_ name: String, _ output: Tensor, _ exact: Tensor) throws {
      #expect(output.dtype == .bfloat16)
      let error = try (output.to(.float64) - exact).abs() - exact.abs() / 256
      let worst = try error.max().item()
      #expect(worst <= 5e-4, "\(name): \(worst)")
    }
    let exact = try (long - mean.reshape([1, 8, 1, 1])) / variance.reshape([1, 8, 1, 1]).sqrt()
    try expectRounded("batch", output, exact)

    let group = try GroupNorm(channels: 8, groups: 1)
    let grouped = try ArithmeticPrecision.bfloat16.training { try group(short, mode: .training) }
    let each = try long.mean(dims: [1, 2, 3], keepingDims: true)
    let spread = try (long - each).square().mean(dims: [1, 2, 3], keepingDims: true).sqrt()
    try expectRounded("group", grouped, (long - each) / spread)
  }

  @Test(arguments: DetectionLossConfiguration.BoxKind.allCases)
  func `the loss of short logits is that of the same logits in float32`(
    boxKind: DetectionLossConfiguration.BoxKind
  ) throws {
    let model = try model(.frozen, boxKind: boxKind)
    let images = try images()
    let targets = targets(model)
    let short = try withoutGradient {
      try ArithmeticPrecision.bfloat16.training { try model(images, mode: .training) }
    }
    let long = HeadOutputs(
      logits: try short.logits.to(.float32),
      deltas: try short.deltas.to(.float32)
    )
    func value(_ outputs: HeadOutputs) throws -> [Double] {
      var average = ForegroundAverage()
      let losses = try ArithmeticPrecision.bfloat16.training {
        try model.configuration.losses(of: outputs, targets: targets, average: &average)
      }
      return [try losses.classification.item(), try losses.box.item()]
    }
    for (a, b) in zip(try value(short), try value(long)) { #expect(abs(a - b) <= 1e-6 * b) }
  }

  @Test func `anchors, decoding and suppression see the short outputs in full`() throws {
    var configuration = try model(.frozen).configuration
    // A third of all anchors, so that there is much to suppress.
    configuration.head.priorProbability = 0.4
    configuration.detection.scoreThreshold = 0.4
    var generator = SplitMix64(state: 3)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    let images = try images()
    let (found, outputs) = try ArithmeticPrecision.bfloat16.inference {
      (
        try model.detections(in: images, sizes: [(96, 96), (80, 96)]),
        try model(images, mode: .inference)
      )
    }
    #expect(outputs.logits.dtype == .bfloat16)
    let decoder = DetectionDecoder(
      configuration: configuration.detection,
      coder: configuration.boxCoder,
      categoryCount: 2,
      classLayout: configuration.classLayout
    )
    let levels = AnchorGenerator(configuration: configuration.anchors)
      .featureSizes(imageWidth: 96, imageHeight: 96)
      .map { $0.width * $0.height * configuration.anchors.anchorsPerCell }
    for (index, width) in [Float(96), 80].enumerated() {
      let logits = try outputs.logits.select(dim: 0, index: index).floats()
      let deltas = try outputs.deltas.select(dim: 0, index: index).floats()
      let expected = logits.withUnsafeBufferPointer { logits in
        deltas.withUnsafeBufferPointer { deltas in
          decoder.detections(
            logits: logits,
            deltas: deltas,
            anchors: model.anchors(imageWidth: 96, imageHeight: 96),
            levelSizes: levels,
            width: width,
            height: 96
          )
        }
      }
      #expect(expected.count > 20)
      #expect(found[index] == expected)
    }
  }

  // MARK: What is lost

  /// 8 bits in each of some twenty layers, and rectifiers that turn where a value is near 0.
  ///
  /// Measured: 0.065, 0.09 and 0.25 of the gradient's length, the last with statistics over 18 values a channel.
  @Test(arguments: [(BackboneNorm.frozen, 0.1), (.group, 0.15), (.batch, 0.4)])
  func `the gradient of a short step is near the long one's`(
    norm: BackboneNorm,
    bound: Double
  ) throws {
    let (exact, short) = (try model(norm), try model(norm))
    let expected = try losses(exact, .float32)
    let found = try losses(short, .bfloat16)
    for (a, b) in [(expected.classification, found.classification), (expected.box, found.box)] {
      let relative = try abs(b.item() / a.item() - 1)
      #expect(relative < 0.02, "loss: \(relative)")
    }
    var (error, length) = (0.0, 0.0)
    for (a, b) in zip(exact.parameters, short.parameters) {
      let (long, brief) = (
        try #require(try a.tensor.gradient()), try #require(try b.tensor.gradient())
      )
      error += try (brief - long).square().sum().item()
      length += try long.square().sum().item()
    }
    let relative = (error / length).squareRoot()
    #expect(relative < bound, "gradient: \(relative)")
  }

  // MARK: Modes of a thread

  @Test func `tasks that take turns on threads keep their own format`() async throws {
    let results = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          let precision: ArithmeticPrecision = index % 2 == 0 ? .bfloat16 : .float32
          let expected: DType = index % 2 == 0 ? .bfloat16 : .float32
          var isRight = true
          for _ in 0..<20 {
            let inside = try? precision.training {
              let a = try Tensor.ones(shape: [2, 2])
              return try a.matmul(a).dtype
            }
            // Whoever runs next on this thread finds it as it was.
            await Task.yield()
            let outside = try? Tensor.ones(shape: [2, 2]).matmul(Tensor.ones(shape: [2, 2])).dtype
            isRight = isRight && inside == expected && outside == .float32
          }
          return isRight
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 64 && results.allSatisfy(\.self))
  }

  @Test func `an error inside leaves the format as it was`() throws {
    let a = try Tensor.ones(shape: [2, 2])
    #expect(throws: TorchError.self) {
      try ArithmeticPrecision.bfloat16.inference { try a.matmul(Tensor.ones(shape: [3, 3])) }
    }
    #expect(try a.matmul(a).dtype == .float32)
    try a.setRequiresGradient(true)
    #expect(try a.matmul(a).requiresGradient)
  }
}
