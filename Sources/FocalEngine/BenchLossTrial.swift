import FocalLoss
import Foundation
import Torch

/// What is said of one case besides its times.
struct BenchLossDetails: Encodable {
  /// The dtype of the logits.
  let dtype: String
  /// `fused` or `composed`.
  let form: String
  /// Whether the gradient is computed too.
  let hasGradient: Bool
  /// The vector instructions of the fused kernel.
  let instructionSet: String?
  /// Memory at the peak of a call beyond logits, targets and gradient; absent where it is not known.
  let extraBytes: Int?
  /// |loss / exact − 1|, the exact loss being that of the same, already rounded, logits.
  let relativeError: Double
  /// The greatest difference from the exact gradient within a row, relative to the row's greatest.
  let gradientError: Double?

  /// Two digits and an exponent; `n/a` where there is none.
  static func text(_ error: Double?) -> String {
    guard let error else { return "n/a" }
    // Not "-nan", as a NaN may have a sign.
    if error.isNaN { return "nan" }
    return String(format: "%.1e", locale: Locale(identifier: "en_US_POSIX"), error)
  }
}

/// The focal loss of one kind of logits, checked and timed.
struct BenchLossTrial {
  static let bound =
    "memory: one pass (torch.neg) that reads the logits and writes a ready buffer of their size; "
    + "above it the fused form is bound by arithmetic"

  private struct Variant {
    let form: LossForm
    let hasGradient: Bool
  }

  private static let variants = [
    Variant(form: .fused, hasGradient: true),
    Variant(form: .fused, hasGradient: false),
    Variant(form: .composed, hasGradient: true),
  ]

  private let inputs: BenchLossInputs
  private let exactLoss: Double
  private let buffer: Tensor

  init(_ inputs: BenchLossInputs) throws {
    self.inputs = inputs
    exactLoss = try inputs.exactLoss()
    buffer = try Tensor.zeros(shape: inputs.logits.shape, dtype: inputs.logits.dtype)
  }

  /// Checks each variant against double precision, then times all of them in turns with the limit.
  ///
  /// - Parameters:
  ///   - rounds: How many rounds are timed.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The cases.
  /// - Throws: `TorchError` if memory runs out, and what `observe` throws.
  func cases(
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchLossDetails>] {
    let details = try Self.variants.map { try check($0) }
    let jobs = Self.variants.map { variant in
      BenchJob(name: name(variant)) { _ = try call(variant) }
    }
    let limit = BenchJob(name: "limit") {
      try withoutGradient { try inputs.logits.streamingPass(into: buffer) }
    }
    let times = try BenchTiming.interleaved([limit] + jobs, rounds: rounds, observe: observe)
    try inputs.logits.clearGradient()
    return zip(Self.variants, details).compactMap { variant, details in
      guard let time = times[name(variant)], let limit = times[limit.name] else { return nil }
      return BenchCase(
        name(variant),
        times: time,
        limit: limit,
        bound: Self.bound,
        details: details
      )
    }
  }

  private func name(_ variant: Variant) -> String {
    "\(variant.form.rawValue)-\(inputs.logits.dtype)" + (variant.hasGradient ? "" : "-forward")
  }

  /// One step of training as far as the loss is concerned; the gradient stays at the logits.
  private func call(_ variant: Variant) throws -> Double {
    let loss = SigmoidFocalLoss(
      alpha: inputs.settings.alpha,
      gamma: inputs.settings.gamma,
      form: variant.form
    )
    guard variant.hasGradient else {
      return try withoutGradient {
        try loss.sum(logits: inputs.logits, targets: inputs.targets).item()
      }
    }
    try inputs.logits.clearGradient()
    let sum = try loss.sum(logits: inputs.logits, targets: inputs.targets)
    try sum.backward()
    return try sum.item()
  }

  /// What is to be known of a variant before it is timed.
  private func check(_ variant: Variant) throws -> BenchLossDetails {
    let value = try call(variant)
    let gradient = variant.hasGradient ? try inputs.logits.gradient() : nil
    let gradientError = try gradient.map { try inputs.gradientError(of: $0) }
    let growth = try extraBytes(variant)
    return BenchLossDetails(
      dtype: "\(inputs.logits.dtype)",
      form: variant.form.rawValue,
      hasGradient: variant.hasGradient,
      instructionSet: variant.form == .fused ? TorchRuntime.fusedLossInstructionSet : nil,
      extraBytes: growth,
      relativeError: exactLoss == 0 ? abs(value) : abs(value / exactLoss - 1),
      gradientError: gradientError
    )
  }

  /// The middle of three measurements.
  private func extraBytes(_ variant: Variant) throws -> Int? {
    let growths = try (0..<3).compactMap { _ in
      try inputs.logits.clearGradient()
      return try BenchMemory.peakGrowth {
        // The gradient is what the call is for.
        try Tensor.zeros(
          shape: variant.hasGradient ? inputs.logits.shape : [1],
          dtype: inputs.logits.dtype
        )
      } _: {
        _ = try call(variant)
      }
    }
    return growths.count == 3 ? growths.sorted()[1] : nil
  }
}
