import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

/// What prediction is timed on.
struct BenchInferSettings: Encodable {
  let backbone: ResNetDepth
  let width: Int
  let height: Int
  let batch: Int
  /// Logits of an anchor.
  let classes: Int
  let seed: UInt64
  /// Timed rounds, of three passes each.
  let rounds: Int
}

/// What is said of a pass, or of a part of it, besides its times.
struct BenchInferDetails: Encodable {
  /// `float32`, `bfloat16` or `int8`; `plain` for the network as it trains, in float32.
  let form: String
  /// The part's median over the whole pass's.
  let share: Double
  /// Two for each multiply-add of the definition, over the time; absent where there are none.
  let gigaflops: Double?
}

/// A network in several forms and a batch of pictures, timed in turns.
struct BenchInferTrial {
  static let bound =
    "arithmetic: all multiply-adds at the rate of LibTorch's 3x3 convolution of 256 channels in the same "
    + "precision (int8: oneDNN's); less is to be had where Winograd's filtering saves multiplications"

  private let settings: BenchInferSettings
  private let model: RetinaNet
  private let forms: [(precision: PredictionPrecision, network: CompiledNetwork)]
  private let images: Tensor

  init(_ settings: BenchInferSettings, precisions: [PredictionPrecision]) throws {
    self.settings = settings
    var configuration = RetinaNetConfiguration(
      .torchvisionV1,
      categories: (1..<settings.classes).map { "class \($0)" }
    )
    configuration.backbone = ResNetConfiguration(depth: settings.backbone, norm: .batch)
    var generator = SplitMix64(state: settings.seed)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    // Norms as after training: what passes through keeps its size.
    let sample = try Tensor.uniform(shape: [2, 3, 128, 128], using: &generator).channelsLast()
    try withoutGradient {
      for _ in 0..<20 { _ = try model(sample, mode: .training) }
    }
    images = try Tensor.uniform(
      shape: [settings.batch, 3, settings.height, settings.width],
      using: &generator
    ).channelsLast()
    let calibration =
      precisions.contains(.int8) ? try Calibration(extremesOf: model, on: [images]) : nil
    forms = try precisions.map { precision in
      (precision, try CompiledNetwork(model, precision: precision, calibration: calibration))
    }
    self.model = model
  }

  /// Times the passes.
  ///
  /// - Parameters:
  ///   - tellsParts: Whether the parts of a pass are cases of their own.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The network as it trains, then each compiled form, with its parts if asked for.
  /// - Throws: `TorchError` if memory runs out, and what `observe` throws.
  func cases(
    tellsParts: Bool,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchInferDetails>] {
    let work = try multiplyAdds()
    let total = work.values.reduce(0, +)
    var parts: [String: BenchTimes] = [:]
    var rates: [PredictionPrecision: [Double]] = [:]
    var jobs = [
      BenchJob(name: "plain") {
        try ArithmeticPrecision.float32.inference { _ = try model(images, mode: .inference) }
      }
    ]
    for (precision, network) in forms {
      jobs.append(
        BenchJob(name: precision.rawValue) {
          try withInferenceMode {
            guard tellsParts else {
              _ = try network.outputs(of: images)
              return
            }
            for (part, time) in try network.partTimes(of: images) {
              parts["\(part)-\(precision.rawValue)", default: BenchTimes()].append(time)
            }
          }
        }
      )
    }
    let times = try BenchTiming.interleaved(jobs, rounds: settings.rounds) { round in
      for (precision, _) in forms {
        rates[precision, default: []]
          .append(try BenchPredictionRate(precision: precision).multiplyAddsPerMillisecond())
      }
      try observe(round)
    }
    let plainRate = try BenchPredictionRate(precision: .float32).multiplyAddsPerMillisecond()
    func entry(
      _ name: String,
      _ form: String,
      _ time: BenchTimes,
      of whole: BenchTimes,
      count: Double,
      rate: Double
    ) -> BenchCase<BenchInferDetails> {
      BenchCase(
        name,
        times: time,
        limit: BenchTimes(milliseconds: [count / rate]),
        bound: Self.bound,
        details: BenchInferDetails(
          form: form,
          share: time.median / whole.median,
          gigaflops: count > 0 ? 2 * count / time.median / 1e6 : nil
        )
      )
    }
    let plain = times["plain"] ?? BenchTimes()
    var cases = [entry("plain", "plain", plain, of: plain, count: total, rate: plainRate)]
    for (precision, _) in forms {
      let form = precision.rawValue
      let whole = times[form] ?? BenchTimes()
      let rate = BenchTimes(milliseconds: rates[precision] ?? []).median
      cases.append(entry(form, form, whole, of: whole, count: total, rate: rate))
      guard tellsParts else { continue }
      for part in NetworkPart.allCases {
        guard let time = parts["\(part)-\(form)"] else { continue }
        cases.append(
          entry("\(part)-\(form)", form, time, of: whole, count: work[part] ?? 0, rate: rate)
        )
      }
    }
    return cases
  }

  private func multiplyAdds() throws -> [NetworkPart: Double] {
    var counts: [NetworkPart: Double] = [:]
    for layer in try model.layers(width: settings.width, height: settings.height) {
      counts[NetworkPart(name: "\(layer.part).\(layer.name)"), default: 0] += Double(
        layer.multiplyAdds * settings.batch
      )
    }
    return counts
  }
}
