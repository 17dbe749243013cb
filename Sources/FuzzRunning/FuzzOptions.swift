package import ArgumentParser
import Foundation

/// What every search can be told, and how it is done.
///
/// The work is done by processes of its own, so that a crash, a hang or a lack of memory ends one of
/// them and not the search; the seed of every input is written down before the input is made.
package struct FuzzOptions: ParsableArguments {
  @Option(help: "Inputs.")
  package var count: UInt64 = 1_000_000

  @Option(help: "The first seed.")
  package var first: UInt64 = 0

  @Option(help: "Processes at work.")
  package var workers = 2

  @Option(help: "Address space of a process, in MiB; 0 sets no limit.")
  package var memory = 2048

  @Option(help: "Seconds after which an input counts as endless.")
  package var seconds = 10.0

  @Option(help: "Where findings are saved.")
  package var folder = "fuzz-findings"

  @Option(help: "Saves and runs the input of one seed.")
  package var only: UInt64?

  @Option(help: .hidden)
  package var record: String?

  package init() {}

  package func validate() throws {
    guard count > 0, workers > 0, memory >= 0, seconds > 0 else {
      throw ValidationError("expected positive numbers")
    }
  }

  /// Searches, or runs one input, or works for another process that searches.
  ///
  /// - Parameter inputs: What inputs are made of.
  /// - Throws: `ExitCode` 1 if something was found; what saving a finding throws.
  package func search<Input: FuzzCase>(_ inputs: Input.Type) throws {
    if let record {
      try FuzzWorker<Input>(record: FuzzRecord(path: record), folder: folder, memory: memory)
        .run(first..<first + count)
    } else if let only {
      try FuzzFinding<Input>.save(seed: only, reason: "asked for", in: folder)
      print(Input.outcomes[try Input(seed: only).outcome()])
    } else {
      try FuzzSupervisor<Input>(options: self).run()
    }
  }
}
