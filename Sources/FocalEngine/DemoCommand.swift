import ArgumentParser
import COCOEvaluation
import CommandConsole
import DetectionDatasets
import DetectionReport
import DetectionTraining
import Foundation

/// `focal demo`: the main job on data it makes itself.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Render sample pictures, train on them twice, write a report.",
    discussion: """
      Examples:
        focal demo
        focal demo --out demo --seed 3
        focal demo --train-images 300 --epochs 4 --out quick

      Trains the focal loss with its prior initialisation, then plain cross entropy without it: same pictures, same
      network, same schedule, same seed. The report shows both on pictures that neither has seen. A demo over an older
      one starts afresh.
      """
  )

  @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"))
  var out: String = "demo"

  @Option(
    parsing: .unconditional,
    help: "The seed of pictures and weights, 0 or more. (default: 1)",
    transform: SeedOption.seed(from:)
  )
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "Pictures to train on, 8 or more; those to score by are in proportion."
  )
  var trainImages: Int = DemoData.Counts.standardTraining

  @Option(parsing: .unconditional, help: "Passes over the training pictures, 1 or more.")
  var epochs: Int?

  @Flag(help: "Train the focal loss alone, without the comparison.")
  var focalOnly = false

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): expected 1 or more") }
    let most = 100_000
    guard (DemoData.Counts.fewest...most).contains(trainImages) else {
      throw ValidationError(
        "--train-images \(trainImages): expected \(DemoData.Counts.fewest) to \(most)"
      )
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    try FileFailure.check(folder: out)
    try Self.clear(folder)
    Interruption.listen(isQuiet: quiet)
    let data = try DemoData.render(
      DemoData.Counts(training: trainImages),
      to: folder.appendingPathComponent("data"),
      seed: seed,
      isQuiet: quiet
    )
    var runs: [DemoRun] = []
    for kind in DemoRun.Kind.allCases where !focalOnly || kind == .focal {
      runs.append(
        try DemoRun.train(
          kind,
          data: data,
          folder: kind.folder(in: folder),
          recipe: DemoRun.recipe(kind, seed: seed, epochs: epochs),
          isQuiet: quiet
        )
      )
      if Interruption.isRequested {
        throw Interruption.failure("what was trained so far is in \(folder.path)/runs")
      }
    }
    let report = folder.appendingPathComponent("report.html")
    try DemoPage.report(data: data, runs: runs, command: commandLine).write(to: report)
    try announce(runs, report: report)
  }

  private var commandLine: String {
    "focal demo --out \(out) --seed \(seed)"
      + (trainImages == DemoData.Counts.standardTraining ? "" : " --train-images \(trainImages)")
      + (epochs.map { " --epochs \($0)" } ?? "") + (focalOnly ? " --focal-only" : "")
  }

  private func announce(_ runs: [DemoRun], report: URL) throws {
    if json {
      try JSONLine.print(
        Figures(
          report: report.path,
          runs: runs.map {
            .init(
              name: $0.kind.rawValue,
              AP: $0.evaluation?.result.summary.AP,
              AP50: $0.evaluation?.result.summary.AP50,
              seconds: $0.seconds,
              failure: $0.failure
            )
          }
        )
      )
      return
    }
    for run in runs {
      let summary = run.evaluation?.result.summary
      try StandardOutput.print(
        run.kind.title.padding(toLength: 44, withPad: " ", startingAt: 0)
          + "AP \(TrainingDisplay.figure(summary?.AP ?? -1))  AP50 \(TrainingDisplay.figure(summary?.AP50 ?? -1))"
          + "  trained in \(ProgressLine.clock(run.seconds))"
          + (run.failure == nil ? "" : "  (diverged)")
      )
    }
    try StandardOutput.print("report: \(report.path)")
  }

  private struct Figures: Encodable {
    struct Run: Encodable {
      let name: String
      let AP: Double?
      let AP50: Double?
      let seconds: Double
      let failure: String?
    }
    let report: String
    let runs: [Run]
  }

  /// A demo over an older demo starts afresh; a folder that is something else is left alone.
  private static func clear(_ folder: URL) throws {
    let manager = FileManager.default
    guard let entries = try? manager.contentsOfDirectory(atPath: folder.path), !entries.isEmpty
    else { return }
    let own: Set<String> = ["data", "runs", "report.html"]
    if let foreign = entries.sorted().first(where: { !own.contains($0) }) {
      throw CommandFailure.failed(
        "\(folder.path): holds \(foreign), which is not of a demo; choose another folder with --out"
      )
    }
    if let run = DemoRun.Kind.allCases.first(where: { $0.folder(in: folder).isInUse }) {
      throw CommandFailure.failed(
        "\(folder.path): another demo trains in this folder now (\(run.rawValue)); wait for its end, or choose "
          + "another folder with --out"
      )
    }
    for entry in entries { try manager.removeItem(at: folder.appendingPathComponent(entry)) }
  }
}
