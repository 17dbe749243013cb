import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

/// What a training step is timed on.
struct BenchTrainSettings: Encodable {
  let backbone: ResNetDepth
  let norm: BackboneNorm
  let size: Int
  let batch: Int
  let boxes: Int
  /// Logits of an anchor.
  let classes: Int
  let seed: UInt64
  /// Timed steps.
  let repetitions: Int
}

/// What is said of a step, or of a part of it, besides its times.
struct BenchTrainDetails: Encodable {
  /// `float32` or `bfloat16`.
  let dtype: String
  /// The part's median over the whole step's.
  let share: Double
  /// Two for each multiply-add, over the time; absent where there are none to speak of.
  let gigaflops: Double?
  /// The most memory the process occupied since it began, with the whole step alone.
  let peakBytes: Int?
}

/// A network, a batch, and the step of training that is timed on them.
struct BenchTrainTrial {
  static let bound =
    "arithmetic: all multiply-adds at the rate of LibTorch's 3x3 convolution of 256 channels, forward and "
    + "backward; less than that is to be had where Winograd's filtering saves multiplications"

  private static let parts = [
    "targets", "backbone", "pyramid", "heads", "loss", "backward", "optimizer",
  ]

  private let settings: BenchTrainSettings
  private let precision: ArithmeticPrecision
  private let model: RetinaNet
  private let optimizer: SGD
  private let images: Tensor
  private let objects: [[LabeledBox]]

  init(_ settings: BenchTrainSettings, precision: ArithmeticPrecision) throws {
    self.settings = settings
    self.precision = precision
    var configuration = RetinaNetConfiguration(
      .torchvisionV1,
      categories: (1..<settings.classes).map { "class \($0)" }
    )
    configuration.backbone = ResNetConfiguration(depth: settings.backbone, norm: settings.norm)
    configuration.backbone.trainableStages = settings.norm == .frozen ? 3 : 5
    var generator = SplitMix64(state: settings.seed)
    model = try RetinaNet(configuration: configuration, using: &generator)
    optimizer = try SGD([ParameterGroup(model.parameters, weightDecay: 1e-4)], momentum: 0.9)
    let side = settings.size
    images = try Tensor.uniform(shape: [settings.batch, 3, side, side], using: &generator)
      .channelsLast()
    objects = (0..<settings.batch).map { _ in
      (0..<settings.boxes).map { _ in
        Self.box(within: Float(side), classes: settings.classes - 1, using: &generator)
      }
    }
  }

  private static func box(
    within side: Float,
    classes: Int,
    using generator: inout SplitMix64
  ) -> LabeledBox {
    // The shares of the picture at which it begins, and of its width and height.
    let corner = (0..<2).map { _ in Float(generator.uniform(in: 0...0.7)) * side }
    let extent = (0..<2).map { _ in Float(generator.uniform(in: 0.04...0.29)) * side }
    return LabeledBox(
      box: BoundingBox(
        x1: corner[0],
        y1: corner[1],
        x2: corner[0] + extent[0],
        y2: corner[1] + extent[1]
      ),
      label: generator.integer(below: classes)
    )
  }

  /// Times the step.
  ///
  /// - Parameter observe: Told of each timed step's end; may throw to stop.
  /// - Returns: The whole step, then its parts.
  /// - Throws: `TorchError` if memory runs out, and what `observe` throws.
  func cases(observe: (_ step: Int) throws -> Void) throws -> [BenchCase<BenchTrainDetails>] {
    let work = try multiplyAdds()
    let rate = BenchConvolutionRate(precision: precision)
    var times: [String: BenchTimes] = [:]
    var limits: [Double] = []
    for step in 0...settings.repetitions {
      let spans = try takeStep()
      limits.append(try rate.multiplyAddsPerMillisecond())
      guard step > 0 else { continue }
      for (name, span) in spans { times[name, default: BenchTimes()].append(span) }
      try observe(step)
    }
    let perMillisecond = BenchTimes(milliseconds: limits).median
    let whole = times["step"] ?? BenchTimes()
    return (["step"] + Self.parts).compactMap { part in
      guard let time = times[part] else { return nil }
      let count = work[part] ?? 0
      return BenchCase(
        "\(part)-\(precision.rawValue)",
        times: time,
        limit: BenchTimes(milliseconds: [count / perMillisecond]),
        bound: Self.bound,
        details: BenchTrainDetails(
          dtype: precision.rawValue,
          share: time.median / whole.median,
          gigaflops: count > 0 ? 2 * count / time.median / 1e6 : nil,
          peakBytes: part == "step" ? BenchMemory.peak : nil
        )
      )
    }
  }

  /// Multiply-adds of each part with convolutions, and of the whole step.
  ///
  /// The way back takes the gradient of each trained weight and of each input, but the pictures'.
  private func multiplyAdds() throws -> [String: Double] {
    var counts: [String: Double] = [:]
    var isFirst = true
    for layer in try model.layers(width: settings.size, height: settings.size) {
      let count = Double(layer.multiplyAdds * settings.batch)
      let part =
        switch layer.part {
        case "backbone.body": "backbone"
        case "backbone.fpn": "pyramid"
        default: "heads"
        }
      counts[part, default: 0] += count
      // Nothing before a frozen layer is trained, so no gradient goes there.
      let isTrained = layer.trainable > 0
      counts["backward", default: 0] += isTrained ? (isFirst ? count : 2 * count) : 0
      if count > 0 && isTrained { isFirst = false }
    }
    counts["step"] = counts.values.reduce(0, +)
    return counts
  }

  /// Takes one step and says how long each part of it took.
  private func takeStep() throws -> [String: Duration] {
    let clock = ContinuousClock()
    var spans: [String: Duration] = [:]
    func timed<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
      let start = clock.now
      let result = try body()
      spans[name] = clock.now - start
      return result
    }
    let start = clock.now
    let configuration = model.configuration
    let targets = timed("targets") {
      let anchors = model.anchors(imageWidth: settings.size, imageHeight: settings.size)
      return objects.map {
        AnchorTargets(
          anchors: anchors,
          boxes: $0,
          matcher: configuration.matcher,
          coder: configuration.boxCoder
        )
      }
    }
    let outputs = try precision.training {
      let features = try timed("backbone") { try model.features(of: images, mode: .training) }
      let levels = try timed("pyramid") { try model.levels(of: features) }
      return try timed("heads") { try model.outputs(of: levels) }
    }
    var average = ForegroundAverage()
    let losses = try timed("loss") {
      try configuration.losses(of: outputs, targets: targets, average: &average)
    }
    try timed("backward") { try losses.total.backward() }
    try timed("optimizer") {
      try optimizer.step(learningRate: 1e-4)
      try optimizer.clearGradients()
    }
    spans["step"] = clock.now - start
    return spans
  }
}
