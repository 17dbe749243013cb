import ArgumentParser
import CommandConsole
import DetectionDatasets
import DetectionReport
import DetectionTraining
import FileCommands
import Foundation
import RunLogs

/// `focal report`: a run's page, made from its folder alone.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make the page of a training run again from its folder.",
    discussion: """
      Examples:
        focal report runs/first
        focal report runs/first --output first.html

      Training writes report.html by itself. This command makes it for a run whose process was killed, for one of an \
      older release, or from a copy of the folder; it says whether a process trains there now. A page of a run that \
      is under way is left to that process, unless --output names another file.
      """
  )

  @Argument(help: ArgumentHelp("The run folder.", valueName: "run"))
  var runFolder: String

  @Option(
    help: ArgumentHelp("The page. (default: report.html in the run folder)", valueName: "file")
  )
  var output: String?

  func run() throws {
    let folder = RunFolder(URL(fileURLWithPath: runFolder, isDirectory: true))
    let target = output ?? folder.report.path
    if folder.isInUse, output == nil {
      throw CommandFailure.failed(
        "\(folder.url.path): a process trains here now and writes \(folder.report.lastPathComponent) itself; name "
          + "another file with --output"
      )
    }
    let page = try Self.page(of: folder)
    try FileFailure.write(Data(page.report(now: Date()).html().utf8), to: target)
    try StandardOutput.print("report: \(target)")
  }

  /// What a run's folder tells.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The page; parts that were not kept are left out.
  /// - Throws: `CommandFailure` where there is no run; errors of files that are there and cannot be read.
  static func page(of folder: RunFolder) throws -> RunPage {
    guard let text = try? String(contentsOf: folder.recipe, encoding: .utf8) else {
      throw CommandFailure.failed(
        "\(folder.recipe.path): cannot be read; name the folder of a training run"
      )
    }
    let recipe = try RecipeOptions.recipe(parsing: text, file: folder.recipe.path)
    var page = RunPage(title: folder.url.lastPathComponent, recipe: recipe)
    if FileManager.default.fileExists(atPath: folder.metrics.path) {
      for line in try entries(of: folder.metrics) { page.course.add(line) }
    }
    page.facts = (try? RunFacts.all(of: folder)) ?? []
    page.findings = KeptFindings.all(of: folder)
    page.evaluation = ShownEvaluation(contentsOf: folder.validation, upTo: page.course.step)
    if let data = try? RunData(contentsOf: folder) {
      page.subject = "Learns from \(data.train) and is scored on \(data.validation)."
    }
    page.status = status(of: folder, page.facts.last?.ending)
    page.totalSteps = page.status == .complete ? page.course.step : nil
    return page
  }

  /// The lines of a log; those that are damaged are told and left out.
  private static func entries(of log: URL) throws -> [MetricsEntry] {
    let contents = try MetricsLog.contents(of: log)
    guard let first = contents.damage.first else { return contents.entries }
    let found = "\(log.path): line \(first.line): \(first.message)"
    if contents.entries.isEmpty {
      throw CommandFailure.failed("\(found); no line of the file can be used")
    }
    let rest = contents.damage.count - 1
    Console.warning("\(found); left out of the page" + (rest > 0 ? ", and \(rest) more" : ""))
    return contents.entries
  }

  private static func status(
    of folder: RunFolder,
    _ ending: RunFacts.Ending?
  ) -> TrainingReport.Status {
    if folder.isInUse { return .running }
    let resume = ShellWords.line(["focal", "train", "--resume", folder.url.path])
    switch ending?.kind {
    case .complete: return .complete
    case .stopped: return .stopped(resume: resume)
    case .failed:
      return .failed(reason: ending?.reason ?? "it did not say why", resume: resume)
    case nil: break
    }
    if FileManager.default.fileExists(atPath: folder.final.path) { return .complete }
    return .interrupted(resume: resume)
  }
}
