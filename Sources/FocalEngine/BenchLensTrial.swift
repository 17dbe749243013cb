import DetectionAnalysis
import Torch

/// What is said of one case besides its times.
struct BenchLensDetails: Encodable {
  /// The dtype of the logits.
  let dtype: String
  /// The median over the number of logits.
  let nanosecondsPerLogit: Double
}

/// The lens's look at one kind of logits, timed.
struct BenchLensTrial {
  static let bound =
    "memory: reading the logits by as many threads; above it the pass is bound by one table addition a logit"

  private let inputs: BenchLossInputs
  private let classIndices: [Int32]
  private let threads: Int
  /// As many, all close to the prior's.
  private let alike: Tensor

  init(_ inputs: BenchLossInputs, threads: Int) throws {
    self.inputs = inputs
    self.threads = threads
    classIndices = inputs.classIndices.map { Int32($0) }
    alike = try (inputs.logits.detach().to(.float32) * 0.01 - 4.55).to(inputs.logits.dtype)
      .contiguous()
  }

  /// Times the pass, and the whole look, in turns with the limit.
  ///
  /// - Parameters:
  ///   - rounds: How many rounds are timed.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The cases.
  /// - Throws: `TorchError` if logits cannot be read, and what `observe` throws.
  func cases(
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchLensDetails>] {
    let name = "\(inputs.logits.dtype)"
    let spread = try inputs.logits.detach()
    let limit = BenchJob(name: "limit") {
      _ = try spread.withUnsafeBytes { MarginHistogram.readingPass(over: $0, threads: threads) }
    }
    let jobs = [
      BenchJob(name: "count-\(name)") { _ = try count(spread) },
      BenchJob(name: "count-\(name)-alike") { _ = try count(alike) },
      BenchJob(name: "look-\(name)") {
        _ = ImbalanceFigures(
          of: try count(spread),
          setting: .init(gamma: 2, alpha: 0.25, priorProbability: 0.01)
        )
      },
    ]
    let times = try BenchTiming.interleaved([limit] + jobs, rounds: rounds, observe: observe)
    return jobs.compactMap { job in
      guard let time = times[job.name], let limit = times[limit.name] else { return nil }
      return BenchCase(
        job.name,
        times: time,
        limit: limit,
        bound: Self.bound,
        details: BenchLensDetails(
          dtype: name,
          nanosecondsPerLogit: time.median * 1e6 / Double(spread.count)
        )
      )
    }
  }

  private func count(_ logits: Tensor) throws -> MarginHistogram {
    try logits.withUnsafeBytes { bytes in
      var histogram = MarginHistogram()
      histogram.insert(
        logits: bytes,
        format: logits.dtype == .float32 ? .float32 : .bfloat16,
        classIndices: classIndices,
        columnCount: inputs.settings.classes,
        threads: threads
      )
      return histogram
    }
  }
}
