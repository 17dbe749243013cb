import BoxGeometry
import CommandConsole
import DetectionInference
import DetectionModels
import Raster
import Torch
import TorchNN

/// Which pictures a model's detections are timed on.
struct BenchDetectionSettings: Encodable {
  /// The model file's name.
  let model: String
  let backbone: ResNetDepth
  let pictures: Int
  /// The network's input for each picture, as `1088x800`, each size once.
  let inputs: [String]
  /// Timed rounds, of three passes over all pictures each.
  let rounds: Int
}

/// What is said of a step from pictures to detections, besides its times.
struct BenchDetectionDetails: Encodable {
  /// `float32`, `bfloat16` or `int8`; `nil` where the step is the same for all.
  let form: String?
  /// The step's median over that of all steps together.
  let share: Double?
  /// Detections a picture, on average.
  let detections: Double?
}

/// Real pictures and what is found in them, timed step by step in turns; every figure is one picture's.
struct BenchDetectionTrial {
  /// Outputs are kept for all of them at once.
  static let mostPictures = 64

  private static let bounds = (
    prepare: "memory: as many values copied into a tensor",
    post: "memory: the greatest of the same logits found",
    network: BenchInferTrial.bound + "; cells where no class passes need no boxes",
    whole: "the limits of the steps together"
  )

  private let model: RetinaNet
  private let images: [RasterImage]
  private let prepared: [PreparedPicture]
  private let detectors: [Detector]

  /// - Parameters:
  ///   - model: The network.
  ///   - calibration: The ranges of its values, which int8 needs; `nil`: taken from these pictures.
  ///   - images: At least one picture, ``mostPictures`` at most.
  ///   - precisions: The forms.
  /// - Throws: `TorchError` if memory runs out.
  init(
    _ model: RetinaNet,
    calibration: Calibration?,
    images: [RasterImage],
    precisions: [PredictionPrecision]
  ) throws {
    (self.model, self.images) = (model, images)
    prepared = images.map { PreparedPicture($0, for: model.configuration.input) }
    var ranges: Calibration?
    if precisions.contains(.int8) {
      ranges =
        try calibration
        ?? Calibration(extremesOf: model, on: prepared.map { try $0.pixels() })
    }
    detectors = try precisions.map { precision in
      let detector = Detector(model: model, precision: precision, calibration: ranges)
      try detector.compile()
      return detector
    }
  }

  /// The sizes of the network's input, each once.
  var inputs: [String] {
    Set(prepared.map { "\($0.inputSize.width)x\($0.inputSize.height)" }).sorted()
  }

  /// Times the steps.
  ///
  /// - Parameters:
  ///   - rounds: How often everything is timed, 1 or more.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: Preparing and what follows the network, then of each form the network and the whole.
  /// - Throws: `TorchError` if memory runs out, and what `observe` throws.
  func cases(
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchDetectionDetails>] {
    let outputs = try prepared.map { try BenchDetectionOutputs(of: $0, through: model) }
    let configuration = model.configuration.input
    var jobs = [
      BenchJob(name: "prepare") {
        for image in images { _ = PreparedPicture(image, for: configuration) }
      },
      BenchJob(name: "copy") { for picture in prepared { _ = try picture.pixels() } },
      BenchJob(name: "post") { for output in outputs { _ = output.detections() } },
      BenchJob(name: "scan") { for output in outputs { _ = try output.logits.amax() } },
    ]
    var counts: [PredictionPrecision: Double] = [:]
    for detector in detectors {
      let found = try prepared.map { try detector.detections(in: [$0])[0].count }
      counts[detector.precision] = Double(found.reduce(0, +)) / Double(images.count)
      jobs.append(
        BenchJob(name: detector.precision.rawValue) {
          for picture in prepared { _ = try detector.detections(in: [picture]) }
        }
      )
    }
    var rates: [PredictionPrecision: [Double]] = [:]
    let times = try BenchTiming.interleaved(jobs, rounds: rounds) { round in
      for detector in detectors {
        rates[detector.precision, default: []].append(
          try BenchPredictionRate(precision: detector.precision).multiplyAddsPerMillisecond()
        )
      }
      try observe(round)
    }
    func each(_ name: String) -> [Double] {
      (times[name] ?? BenchTimes()).milliseconds.map { $0 / Double(images.count) }
    }
    let (prepare, post) = (each("prepare"), each("post"))
    let (copy, scan) = (
      BenchTimes(milliseconds: each("copy")), BenchTimes(milliseconds: each("scan"))
    )
    let work = try multiplyAdds()
    var cases = [
      entry("prepare", prepare, limit: copy, Self.bounds.prepare),
      entry("post", post, limit: scan, Self.bounds.post),
    ]
    for detector in detectors {
      let form = detector.precision.rawValue
      let rate = BenchTimes(milliseconds: rates[detector.precision] ?? []).median
      let network = zip(each(form), post).map { max($0 - $1, 0) }
      let whole = zip(each(form), prepare).map { $0 + $1 }
      let limit = BenchTimes(milliseconds: [work / rate])
      cases.append(
        entry(
          "network-\(form)",
          network,
          limit: limit,
          Self.bounds.network,
          form: form,
          of: whole
        )
      )
      cases.append(
        entry(
          "detection-\(form)",
          whole,
          limit: BenchTimes(milliseconds: [limit.median + copy.median + scan.median]),
          Self.bounds.whole,
          form: form,
          of: whole,
          detections: counts[detector.precision]
        )
      )
    }
    return cases
  }

  private func entry(
    _ name: String,
    _ times: [Double],
    limit: BenchTimes,
    _ bound: String,
    form: String? = nil,
    of whole: [Double]? = nil,
    detections: Double? = nil
  ) -> BenchCase<BenchDetectionDetails> {
    let time = BenchTimes(milliseconds: times)
    return BenchCase(
      name,
      times: time,
      limit: limit,
      bound: bound,
      details: BenchDetectionDetails(
        form: form,
        share: whole.map { time.median / BenchTimes(milliseconds: $0).median },
        detections: detections
      )
    )
  }

  /// One picture's, on average.
  private func multiplyAdds() throws -> Double {
    var known: [PictureSize: Double] = [:]
    var total = 0.0
    for picture in prepared {
      let size = picture.inputSize
      let count =
        try known[size]
        ?? model.layers(width: size.width, height: size.height)
        .reduce(0.0) { $0 + Double($1.multiplyAdds) }
      known[size] = count
      total += count
    }
    return total / Double(prepared.count)
  }
}

/// What the heads say of a picture, and what makes detections of it.
private struct BenchDetectionOutputs {
  let logits: Tensor
  private let values: (logits: [Float], deltas: [Float])
  private let anchors: [BoundingBox]
  private let levelSizes: [Int]
  private let size: PictureSize
  private let decoder: DetectionDecoder

  init(of picture: PreparedPicture, through model: RetinaNet) throws {
    let (configuration, input) = (model.configuration, picture.inputSize)
    let outputs = try ArithmeticPrecision.float32.inference {
      try model(picture.pixels(), mode: .inference)
    }
    (logits, size) = (outputs.logits, picture.size)
    values = (try outputs.logits.floats(), try outputs.deltas.floats())
    anchors = model.anchors(imageWidth: input.width, imageHeight: input.height)
    levelSizes = AnchorGenerator(configuration: configuration.anchors)
      .featureSizes(imageWidth: input.width, imageHeight: input.height)
      .map { $0.height * $0.width * configuration.anchors.anchorsPerCell }
    decoder = DetectionDecoder(
      configuration: configuration.detection,
      coder: configuration.boxCoder,
      categoryCount: configuration.categories.count,
      classLayout: configuration.classLayout,
      threads: TorchRuntime.threads
    )
  }

  func detections() -> [ScoredBox] {
    values.logits.withUnsafeBufferPointer { logits in
      values.deltas.withUnsafeBufferPointer { deltas in
        decoder.detections(
          logits: logits,
          deltas: deltas,
          anchors: anchors,
          levelSizes: levelSizes,
          width: Float(size.width),
          height: Float(size.height)
        )
      }
    }
  }
}
