import ArgumentParser

/// What every benchmark can be told.
struct BenchOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Threads. (default: LibTorch's own choice; of eval, load and nms, one for each core)"
  )
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help:
      "How often everything is timed. (default: loss 15 rounds, infer 5, train 7 steps, eval 3, load 5, nms 15)"
  )
  var repetitions: Int?

  @Option(
    parsing: .unconditional,
    help: "The seed of what is drawn: inputs, weights. (default: 0)",
    transform: SeedOption.seed(from:)
  )
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
    if let repetitions, !(1...100_000).contains(repetitions) {
      throw ValidationError("--repetitions \(repetitions): expected 1 to 100000")
    }
  }
}
