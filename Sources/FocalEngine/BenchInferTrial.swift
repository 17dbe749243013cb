import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Torch
import TorchNN

/// What is said of a pass, or of a part of it, besides its times.
struct BenchInferDetails: Encodable {
  /// `float32`, `bfloat16` or `int8`; `plain` for the network as it trains, in float32.
  let form: String
  /// The part's median over the whole pass's.
  let share: Double
  /// Two for each multiply-add of the definition, over the time; absent where there are none.
  let gigaflops: Double?
  /// The most memory that the process has occupied, of whole passes: with every form that it holds.
  let peakBytes: Int?
}

/// A network in several forms and a batch of pictures, timed in turns.
struct BenchInferTrial {
  static let bound =
    "arithmetic: all multiply-adds at the rate of LibTorch's 3x3 convolution of 256 channels in the same "
    + "precision (int8: oneDNN's); less is to be had where Winograd's filtering saves multiplications"

  private let model: RetinaNet
  private let takesPlain: Bool
  private let forms: [(precision: PredictionPrecision, network: CompiledNetwork)]
  private let images: Tensor

  /// - Parameters:
  ///   - inputs: The network and its pictures, which int8 is calibrated on.
  ///   - precisions: The compiled forms.
  ///   - takesPlain: Whether the network as it trains is timed too.
  /// - Throws: `TorchError` if memory runs out.
  init(_ inputs: BenchInferInputs, precisions: [PredictionPrecision], takesPlain: Bool) throws {
    (model, images, self.takesPlain) = (inputs.model, inputs.images, takesPlain)
    let calibration =
      precisions.contains(.int8) ? try Calibration(extremesOf: model, on: [inputs.images]) : nil
    forms = try precisions.map { precision in
      (precision, try CompiledNetwork(inputs.model, precision: precision, calibration: calibration))
    }
  }

  /// Times the passes.
  ///
  /// - Parameters:
  ///   - rounds: How often everything is timed, 1 or more.
  ///   - tellsParts: Whether the parts of a pass are cases of their own.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The network as it trains, then each compiled form, with its parts if asked for.
  /// - Throws: `TorchError` if memory runs out, and what `observe` throws.
  func cases(
    rounds: Int,
    tellsParts: Bool,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchInferDetails>] {
    let work = try multiplyAdds()
    let total = work.values.reduce(0, +)
    var parts: [String: BenchTimes] = [:]
    var rates: [PredictionPrecision: [Double]] = [:]
    var jobs: [BenchJob] = []
    if takesPlain { jobs.append(BenchJob(name: "plain") { _ = try plainOutputs() }) }
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
    let times = try BenchTiming.interleaved(jobs, rounds: rounds) { round in
      for (precision, _) in forms {
        rates[precision, default: []]
          .append(try BenchPredictionRate(precision: precision).multiplyAddsPerMillisecond())
      }
      try observe(round)
    }
    let peak = BenchMemory.peak
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
          gigaflops: count > 0 ? 2 * count / time.median / 1e6 : nil,
          peakBytes: name == form ? peak : nil
        )
      )
    }
    var cases: [BenchCase<BenchInferDetails>] = []
    if let plain = times["plain"] {
      let rate = try BenchPredictionRate(precision: .float32).multiplyAddsPerMillisecond()
      cases.append(entry("plain", "plain", plain, of: plain, count: total, rate: rate))
    }
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

  /// What each form makes of the pictures.
  ///
  /// - Returns: `logits-FORM` [N, R, L] and `deltas-FORM` [N, R, 4], float32, anchors in the order level, row, column,
  ///   anchor of the cell.
  /// - Throws: `TorchError` if memory runs out.
  func outputs() throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    func add(_ form: String, _ logits: Tensor, _ deltas: Tensor) {
      tensors.append(NamedTensor(name: "logits-\(form)", tensor: logits))
      tensors.append(NamedTensor(name: "deltas-\(form)", tensor: deltas))
    }
    if takesPlain {
      let outputs = try plainOutputs()
      add("plain", outputs.logits, outputs.deltas)
    }
    for (precision, network) in forms {
      try withInferenceMode {
        let outputs = try network.outputs(of: images)
        add(
          precision.rawValue,
          try rows(outputs.logits, values: model.configuration.logitsPerAnchor),
          try rows(outputs.deltas, values: 4)
        )
      }
    }
    return tensors
  }

  /// Levels of [N, A · values, H, W] as one [N, R, values].
  private func rows(_ levels: [Tensor], values: Int) throws -> Tensor {
    try Tensor.cat(
      levels.map { try $0.permute([0, 2, 3, 1]).reshape([images.shape[0], -1, values]) },
      dim: 1
    )
  }

  private func plainOutputs() throws -> HeadOutputs {
    try ArithmeticPrecision.float32.inference { try model(images, mode: .inference) }
  }

  private func multiplyAdds() throws -> [NetworkPart: Double] {
    var counts: [NetworkPart: Double] = [:]
    for layer in try model.layers(width: images.shape[3], height: images.shape[2]) {
      counts[NetworkPart(name: "\(layer.part).\(layer.name)"), default: 0] += Double(
        layer.multiplyAdds * images.shape[0]
      )
    }
    return counts
  }
}
