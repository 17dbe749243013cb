import CommandConsole
import DetectionAnalysis
import DetectionReport
import DetectionTraining
import FileCommands
import Foundation
import RunLogs

/// All that the page of a run is made of; a value, so that another thread can make it.
struct RunPage: Sendable {
  var title: String
  var status = TrainingReport.Status.running
  var course = RunCourse()
  var recipe: TrainingRecipe
  /// One a process of the run, the first first.
  var facts: [RunFacts] = []
  /// What the doctor found before the run.
  var findings: [TrainingFinding] = []
  /// Steps of the whole run; `nil` where nobody knows yet.
  var totalSteps: Int?
  /// Such as `205 pictures, 3 classes`.
  var subject = ""
  /// Mean wall time of a step of this process, evaluations included.
  var secondsPerStep: Double?
  var evaluation: ShownEvaluation?
  var leftOut: [String] = []
  var notes: [String] = []

  /// The page as it is now.
  ///
  /// - Parameter now: When it is made.
  /// - Returns: The page.
  func report(now: Date) -> TrainingReport {
    TrainingReport(
      title: title,
      subject: subject,
      status: status,
      updated: now,
      progress: totalSteps.map { total in
        .init(
          done: course.step,
          total: total,
          text: "epoch \(max(course.epoch, 1)) of \(recipe.schedule.epochs)",
          elapsed: course.seconds,
          remaining: secondsPerStep.map { Double(max(total - course.step, 0)) * $0 }
        )
      },
      figures: figures,
      findings: findings,
      charts: RunCharts.course(course),
      lensAdvice: lensAdvice,
      lensCharts: RunCharts.lens(course),
      evaluation: evaluation.map { "after epoch \($0.epoch)" } ?? "",
      classes: evaluation?.classes ?? [],
      curves: evaluation?.curves,
      pictures: evaluation?.pictures,
      leftOut: leftOut,
      notes: notes + brokenNote,
      details: .init(
        command: facts.map { ShellWords.line(["focal"] + $0.command) }.joined(separator: "\n"),
        configuration: (try? RecipeYAML.text(recipe)) ?? "",
        environment: environment
      )
    )
  }

  /// What the imbalance lens advises by its newest looks.
  private var lensAdvice: [String] {
    let looks = course.looks.compactMap { line in
      ImbalanceFigures(metrics: { line[$0]?.number })
    }
    return ImbalanceAdvice(looks)?.lines ?? []
  }

  private var brokenNote: [String] {
    guard course.brokenSteps > 0 else { return [] }
    return [
      "\(course.brokenSteps) steps had a loss or gradient that is not finite; each is marked in its chart."
    ]
  }

  // MARK: Numbers

  private var figures: [RunReport.Figure] {
    var figures: [RunReport.Figure] = []
    if let best = course.best {
      let note = best["epoch"]?.number.map { "after epoch \(ProgressLine.decimals($0, 0))" } ?? ""
      for (label, key) in [("Best AP", "AP"), ("AP50", "AP50")] {
        figures.append(
          .init(label: label, averagePrecision: best[key]?.number ?? -1, note: note)
        )
      }
    }
    if let loss = recentMean("loss") {
      figures.append(.init(label: "Loss", value: number(loss, 3), note: recentNote))
    }
    let seconds = course.recentSum("seconds")
    if seconds > 0 {
      let rate = ProgressLine.rate(course.recentSum("images") / seconds)
      figures.append(.init(label: "Images a second", value: rate, note: recentNote))
      let wait = 100 * course.recentSum("dataSeconds") / seconds
      figures.append(
        .init(label: "Data wait", value: "\(number(wait, 1)) %", note: "of a step's time")
      )
    }
    if let memory = course.last("memoryMiB") {
      let isSmall = memory < 1024
      figures.append(
        .init(
          label: "Memory",
          value: number(isSmall ? memory : memory / 1024, isSmall ? 0 : 2),
          note: "\(isSmall ? "MiB" : "GiB") of the process"
        )
      )
    }
    return figures
  }

  private var recentNote: String {
    let count = min(RunCourse.recent, course.series["loss"]?.count ?? 0)
    return count == 1 ? "the first step" : "mean of \(count) steps"
  }

  private func recentMean(_ key: String) -> Double? {
    let count = min(RunCourse.recent, course.series[key]?.count ?? 0)
    return count > 0 ? course.recentSum(key) / Double(count) : nil
  }

  private func number(_ value: Double, _ places: Int) -> String {
    value.isFinite ? ProgressLine.decimals(value, places) : "not finite"
  }

  // MARK: Environment

  private var environment: [RunReport.Fact] {
    guard let first = facts.first, let last = facts.last else { return [] }
    var times = [RunReport.Fact("Started", moment: first.startedAt)]
    if facts.count > 1 { times.append(.init("Resumed", moment: last.startedAt)) }
    if let ending = last.ending { times.append(.init("Ended", moment: ending.endedAt)) }
    return times + [
      .init("focal", last.focal), .init("LibTorch", last.libtorch),
      .init("Processor", "\(last.processor), \(CountText.of(last.cores, "core"))"),
      .init("Vector units", last.instructions),
      .init("Memory", "\(last.memoryMiB) MiB"),
      .init("System", last.system), .init("Arithmetic", last.precision),
      .init("Threads", "\(last.threads) of the network, \(last.workers) that decode pictures"),
      .init("Started in", last.folder), .init("Processes of the run", "\(facts.count)"),
    ]
  }
}
