import ArgumentParser
import BoxGeometry
import CommandConsole
import Foundation

/// `focal bench load`: from encoded pictures to batches, against the JPEG library alone.
struct BenchLoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Time decoding, resizing and the loader against the JPEG library alone.",
    discussion: """
      Examples:
        focal bench load
        focal bench load --images pictures --short-side 320 --json

      Decoding and resizing begin with the files' bytes in memory, the loader with files. Times are of one picture. The \
      limit is what libjpeg takes to unpack the same files (Huffman codes and inverse transforms, no colours) on as \
      many threads: no way of decoding can do without. The loader is that of the preset small: pictures varied, \
      resized, normalised, ten boxes each assigned to anchors. Without --images, 640 x 480 scenes are rendered.
      """
  )

  @Option(help: ArgumentHelp("A folder of JPEG files; the first by name.", valueName: "dir"))
  var images: String?

  @Option(parsing: .unconditional, help: "Pictures at most.")
  var count: Int = 200

  @Option(parsing: .unconditional, help: "The shorter side that pictures are resized to.")
  var shortSide: Int = 320

  @OptionGroup
  var options: BenchOptions

  func validate() throws {
    guard (1...100_000).contains(count) else {
      throw ValidationError("--count \(count): expected 1 to 100000")
    }
    guard (1...10_000).contains(shortSide) else {
      throw ValidationError("--short-side \(shortSide): expected 1 to 10000")
    }
  }

  func run() throws {
    Interruption.listen(isQuiet: options.quiet)
    let threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    let repetitions = options.repetitions ?? 5
    let inputs = try BenchLoadInputs(
      folder: images,
      count: count,
      shortSide: shortSide,
      seed: options.seed
    )
    var progress = ProgressLine(
      "bench load",
      total: repetitions,
      unit: "rounds",
      isQuiet: options.quiet
    )
    let cases = try BenchLoadTrial(inputs, threads: threads).cases(rounds: repetitions) { round in
      try Interruption.check()
      progress.update(round)
    }
    progress.clear()
    let report = BenchReport(
      bench: "load",
      machine: BenchMachine(threads: threads),
      settings: BenchLoadSettings(inputs, seed: options.seed, repetitions: repetitions),
      cases: cases
    )
    try options.json ? JSONLine.print(report) : StandardOutput.print(Self.text(report))
  }

  private static func text(_ report: BenchReport<BenchLoadSettings, BenchLoadDetails>) -> String {
    let table = BenchTable.text(
      heads: BenchCase<BenchLoadDetails>.heads + ["pictures/s"],
      rows: report.cases.map {
        $0.cells + [ProgressLine.decimals($0.details.imagesPerSecond, 0)]
      }
    )
    let settings = report.settings
    return """
      \(settings.images) pictures, \(settings.bytes / settings.images) bytes each, to a short side of \
      \(settings.shortSide)
      \(report.machine.text)

      \(table)

      limit: \(BenchLoadTrial.bound)\(report.machine.warning)
      """
  }
}

/// What was timed.
struct BenchLoadSettings: Encodable {
  let images: Int
  /// Of all files together.
  let bytes: Int
  let shortSide: Int
  let seed: UInt64
  /// Rounds of timed calls.
  let repetitions: Int

  init(_ inputs: BenchLoadInputs, seed: UInt64, repetitions: Int) {
    images = inputs.pictures.count
    bytes = inputs.bytes
    shortSide = inputs.resize.shortSide
    self.seed = seed
    self.repetitions = repetitions
  }
}
