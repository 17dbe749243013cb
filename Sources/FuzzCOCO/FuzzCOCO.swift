import ArgumentParser
import COCOFuzzing
import Foundation

/// Feeds damaged files to the reader and the evaluators until something breaks, or a number of them.
///
/// The work is done by processes of its own, so that a crash, a hang or a lack of memory ends one of
/// them and not the search; the seed of every pair is written down before the pair is made.
@main
struct FuzzCOCO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FuzzCOCO",
    abstract: "Damaged COCO files against the reader and the evaluators.",
    discussion: """
      Examples:
        swift run -c release FuzzCOCO --count 1000000
        swift run -c release FuzzCOCO --only 4711 --folder findings

      A pair that crashes, takes longer than --seconds or more than --memory, or breaks a promise, is saved in \
      --folder as SEED-truth.json and SEED-found.json. Exit status 1 if there was one.
      """
  )

  @Option(help: "Pairs of files.")
  var count: UInt64 = 1_000_000

  @Option(help: "The first seed.")
  var first: UInt64 = 0

  @Option(help: "Processes at work.")
  var workers = 2

  @Option(help: "Address space of a process, in MiB.")
  var memory = 2048

  @Option(help: "Seconds after which a pair counts as endless.")
  var seconds = 10.0

  @Option(help: "Where findings are saved.")
  var folder = "fuzz-findings"

  @Option(help: "Saves and runs the pair of one seed.")
  var only: UInt64?

  @Option(help: .hidden)
  var record: String?

  func validate() throws {
    guard count > 0, workers > 0, memory > 0, seconds > 0 else {
      throw ValidationError("expected positive numbers")
    }
  }

  func run() throws {
    if let record {
      try FuzzWorker(record: FuzzRecord(path: record), folder: folder, memory: memory)
        .run(first..<first + count)
    } else if let only {
      try FuzzFinding.save(seed: only, reason: "asked for", in: folder)
      print(try FuzzTrial(seed: only).run())
    } else {
      try FuzzSupervisor(options: self).run()
    }
  }
}
