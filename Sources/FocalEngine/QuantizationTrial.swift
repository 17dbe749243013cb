import BoxGeometry
import COCOEvaluation
import CommandConsole
import DetectionDatasets
import DetectionInference
import DetectionModels
import DetectionTraining
import Torch

/// A model in 8-bit integers against itself in float32.
struct QuantizationTrial {
  /// Layers are compared on this many of the pictures: an error shows in any of them.
  private static let comparedPictures = 4

  let model: RetinaNet
  /// What it is scored on; its categories are aligned to the model's.
  let scored: DetectionDataset
  let onBadData: BadDataPolicy
  let maxLoss: Double
  let isQuiet: Bool

  /// What a model scores in one precision.
  struct Score {
    let summary: COCOSummary
    /// Time from a normalised picture to detections.
    let millisecondsPerPicture: Double
  }

  /// What came out.
  struct Outcome {
    var calibration: Calibration
    let float32: Score
    var int8: Score
    /// Convolutions of the network that could be in 8-bit integers.
    var layers: Int
    let maxLoss: Double

    /// The AP that 8-bit integers lose.
    var loss: Double { float32.summary.AP - int8.summary.AP }
    var isGoodEnough: Bool { loss <= maxLoss }
  }

  /// Some pictures of a dataset, chosen by lot, in their order.
  static func subset(of dataset: DetectionDataset, count: Int, seed: UInt64) -> DetectionDataset {
    var generator = SplitMix64(state: seed)
    let chosen = dataset.samples.indices.shuffled(using: &generator).prefix(count).sorted()
    var subset = dataset
    subset.samples = chosen.map { dataset.samples[$0] }
    return subset
  }

  /// Finds ranges, scores both precisions, and lets layers stay in bfloat16 until little enough is lost.
  ///
  /// - Parameters:
  ///   - pictures: What to calibrate by.
  ///   - method: How ranges are chosen.
  ///   - origin: What the calibration says of itself.
  /// - Returns: The calibration and both scores.
  /// - Throws: `DatasetError` for a picture that cannot be used; `CommandFailure` where nothing can be scored.
  func run(
    on pictures: DetectionDataset,
    method: ClippingMethod,
    origin: String
  ) throws -> Outcome {
    let float32 = try score(.float32, nil)
    guard float32.summary.AP >= 0 else {
      throw CommandFailure.failed(
        "\(scored.location): holds no object to score by; name data with objects by --val"
      )
    }
    let (ranges, samples) = try ranges(on: pictures, method)
    for name in ranges.nonFinite {
      Console.warning(
        "\(name): found NaN or infinite values on the pictures; what reads it stays in bfloat16"
      )
    }
    let calibration = Calibration(ranges: ranges.ranges, origin: origin)
    var outcome = Outcome(
      calibration: calibration,
      float32: float32,
      int8: try score(.int8, calibration),
      layers: try calibration.quantizedLayers(of: model).count,
      maxLoss: maxLoss
    )
    if outcome.isGoodEnough { return outcome }
    try keepLayers(&outcome, samples)
    return outcome
  }

  /// The layers of the greatest error stay in bfloat16: one, two, four, … until little enough is lost.
  ///
  /// No more than half of them: the rest would no longer be worth calling int8.
  private func keepLayers(_ outcome: inout Outcome, _ samples: [Tensor]) throws {
    var progress = ProgressLine(
      "quantize: errors",
      total: outcome.layers,
      unit: "layers",
      isQuiet: isQuiet
    )
    let worst = try LayerErrors(of: model, calibration: outcome.calibration, on: samples) {
      done,
      _ in
      progress.update(done)
    }.layers
    progress.clear()
    var count = 1
    while !outcome.isGoodEnough, count <= worst.count / 2 {
      outcome.calibration.kept = Set(worst.prefix(count))
      outcome.int8 = try score(.int8, outcome.calibration, "int8, \(count) layers kept")
      count *= 2
    }
  }

  /// The ranges, and the first pictures as the network takes them.
  private func ranges(
    on pictures: DetectionDataset,
    _ method: ClippingMethod
  ) throws -> (ranges: ValueRanges, samples: [Tensor]) {
    let input = model.configuration.input
    var configuration = EvaluationLoaderConfiguration(resize: input.resize)
    (configuration.mean, configuration.standardDeviation) = input.normalization
    configuration.onBadData = onBadData
    var samples: [Tensor] = []
    var isFirst = true
    let passes = method == .minmax ? 1 : 2
    var progress = ProgressLine(
      "quantize: calibrate",
      total: pictures.samples.count * passes,
      unit: "pictures",
      isQuiet: isQuiet
    )
    var done = 0
    let ranges = try ValueRanges(of: model, method: method) { body in
      let loader = EvaluationLoader(dataset: pictures, configuration: configuration)
      defer { loader.cancel() }
      while let batch = try loader.next() {
        let images = try Tensor.channelsLast(
          nhwc: batch.pixels,
          images: batch.count,
          height: batch.height,
          width: batch.width,
          channels: 3
        )
        try body(images)
        if isFirst, samples.count < Self.comparedPictures { samples.append(images) }
        done += batch.count
        progress.update(done)
      }
      if isFirst {
        for problem in loader.skipped { Console.warning("left out: \(problem)") }
      }
      isFirst = false
    }
    progress.clear()
    guard !samples.isEmpty else {
      throw CommandFailure.failed(
        "\(pictures.location): holds no picture to calibrate by that can be used"
      )
    }
    return (ranges, samples)
  }

  private func score(
    _ precision: PredictionPrecision,
    _ calibration: Calibration?,
    _ title: String? = nil
  ) throws -> Score {
    let detector = TimedDetector(
      Detector(model: model, precision: precision, calibration: calibration)
    )
    var progress = ProgressLine(
      "quantize: \(title ?? precision.rawValue)",
      total: scored.samples.count,
      unit: "pictures",
      isQuiet: isQuiet
    )
    let evaluation = try ModelEvaluation.run(
      detector: detector,
      dataset: scored,
      batchSize: 1,
      onBadData: onBadData
    ) { progress.update($0) }
    progress.clear()
    return Score(
      summary: evaluation.result.summary,
      millisecondsPerPicture: detector.millisecondsPerPicture
    )
  }
}

/// A detector with a clock.
private final class TimedDetector: BatchDetector {
  private let detector: Detector
  private var time = Duration.zero
  private var pictures = 0
  private var isWarm = false

  init(_ detector: Detector) { self.detector = detector }

  var configuration: RetinaNetConfiguration { detector.configuration }

  /// Without the first picture, which packs weights.
  var millisecondsPerPicture: Double {
    pictures > 0 ? time / .milliseconds(1) / Double(pictures) : 0
  }

  func detections(
    in images: Tensor,
    sizes: [(width: Int, height: Int)]
  ) throws -> [[ScoredBox]] {
    let start = ContinuousClock.now
    let found = try detector.detections(in: images, sizes: sizes)
    if isWarm {
      time += ContinuousClock.now - start
      pictures += sizes.count
    }
    isWarm = true
    return found
  }
}
