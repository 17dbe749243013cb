import DetectionAnalysis
import DetectionReport
import DetectionTraining
import Foundation
import RunLogs
import Testing

@testable import FocalEngine

@Suite struct RunPageTests {
  private func step(_ number: Int, loss: Double, lens: Bool = false) -> MetricsEntry {
    var line = MetricsEntry(
      step: number,
      [
        "kind": "step", "epoch": .integer(1 + (number - 1) / 10), "loss": .number(loss),
        "classificationLoss": .number(loss / 2), "boxLoss": .number(loss / 2), "images": 4,
        "learningRate": 0.01, "gradientNorm": 1, "seconds": 0.5, "dataSeconds": 0.05,
        "memoryMiB": 2048,
      ]
    )
    if lens { line["lensPositiveLossShare"] = 0.25 }
    return line
  }

  private func evaluation(_ step: Int, _ ap: Double) -> MetricsEntry {
    MetricsEntry(
      step: step,
      [
        "kind": "evaluation", "epoch": .integer(step / 10), "seconds": 2, "AP": .number(ap),
        "AP50": .number(ap + 0.1), "AP75": -1,
      ]
    )
  }

  private func page(_ lines: [MetricsEntry]) -> RunPage {
    var page = RunPage(title: "first", recipe: TrainingRecipe())
    lines.forEach { page.course.add($0) }
    page.totalSteps = 120
    return page
  }

  @Test func `tiles are of the best epoch and the newest steps`() {
    let lines =
      (1...10).map { step($0, loss: 2) } + [evaluation(10, 0.5)]
      + (11...20).map { step($0, loss: 1) } + [evaluation(20, 0.25)]
    var page = page(lines)
    page.secondsPerStep = 0.6
    let report = page.report(now: Date(timeIntervalSince1970: 0))
    let tiles = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.label, $0.value) })
    #expect(tiles["Best AP"] == "0.500" && tiles["AP50"] == "0.600")
    #expect(tiles["Loss"] == "1.500" && tiles["Images a second"] == "8.00")
    #expect(tiles["Data wait"] == "10.0 %" && tiles["Memory"] == "2.00")
    #expect(report.progress?.elapsed == 14)
    #expect(report.progress?.remaining.map { abs($0 - 60) < 1e-9 } == true)
    #expect(
      report.charts.map(\.title) == [
        "Loss", "Validation", "Learning rate", "Gradient norm", "Time of a step",
        "Memory of the process",
      ]
    )
    // AP75 is nowhere defined, so it has no line.
    #expect(report.charts[1].series.map(\.name) == ["AP", "AP50"])
    #expect(report.charts[1].series[0].points.map(\.x) == [1, 2])
    #expect(report.lensCharts.isEmpty)
  }

  @Test func `a page before the first step has no charts and is written`() {
    let report = page([]).report(now: Date(timeIntervalSince1970: 0))
    #expect(report.charts.isEmpty && report.figures.isEmpty)
    #expect(report.html().contains("step 0 of 120"))
  }

  @Test func `steps that broke are counted and drawn`() {
    let report = page([step(1, loss: 1), step(2, loss: .nan), step(3, loss: .infinity)])
      .report(now: Date(timeIntervalSince1970: 0))
    #expect(report.notes.contains { $0.hasPrefix("2 steps had a loss") })
    #expect(report.figures.first { $0.label == "Loss" }?.value == "not finite")
    #expect(!report.html().isEmpty)
  }

  @Test func `the lens has charts of the steps where it looked`() {
    let course = page([step(1, loss: 1, lens: true), step(2, loss: 1)]).course
    #expect(course.looks.map(\.step) == [1])
    #expect(RunCharts.lens(course).map(\.title) == ["Who carries the classification loss"])
    var skipped = step(2, loss: .nan, lens: true)
    skipped["isSkipped"] = true
    let other = page([step(1, loss: 1, lens: true), skipped]).course
    #expect(other.looks.map(\.step) == [1] && other.brokenSteps == 1)
    #expect(other.steps("lensPositiveLossShare").map { $0.step } == [1])
  }

  @Test func `the console has the lens's line once, and again when it advises something else`() {
    func advice(_ looks: Int, positives: Double) -> ImbalanceAdvice? {
      let numbers = [
        "lensGamma": 2, "lensAlpha": 0.25, "lensPriorProbability": 0.01,
        "lensPositives": positives, "lensEasyNegatives": 10,
      ]
      let figures = ImbalanceFigures(metrics: { numbers[$0] ?? 0 })
      return ImbalanceAdvice(Array(repeating: figures, count: looks).compactMap { $0 })
    }
    var display = TrainingDisplay(title: "first", isQuiet: false)
    #expect(display.lensLine(nil) == nil)
    let silence = "lens: no advice on gamma and alpha yet: 1 of 3 looks so far"
    #expect(display.lensLine(advice(1, positives: 0))?.hasPrefix(silence) == true)
    #expect(display.lensLine(advice(2, positives: 0)) == nil)
    #expect(display.lensLine(advice(2, positives: 1))?.hasPrefix("lens: keep pi 0.01; no") == true)
    #expect(display.lensLine(advice(2, positives: 1)) == nil)
  }

  @Test func `the page says when the run began, went on and ended, with the date`() {
    func facts(_ startedAt: Double) -> RunFacts {
      RunFacts(
        focal: "0.1.0",
        libtorch: "2.13.0",
        command: ["train"],
        folder: "here",
        system: "a system",
        processor: "a processor",
        cores: 2,
        memoryMiB: 7000,
        instructions: "AVX2",
        precision: "float32",
        threads: 1,
        workers: 2,
        startStep: 0,
        startedAt: Date(timeIntervalSince1970: startedAt)
      )
    }
    func times(_ page: RunPage) -> [RunReport.Fact] {
      page.report(now: Date(timeIntervalSince1970: 0)).details.environment
        .filter { ["Started", "Resumed", "Ended"].contains($0.name) }
    }
    var page = page([])
    #expect(times(page).isEmpty)
    page.facts = [facts(1_795_307_485)]
    #expect(times(page) == [.init("Started", "2026-11-22 00:31:25 UTC")])
    page.facts.append(facts(1_795_307_545))
    page.facts[1].ending = .init(.stopped, endedAt: Date(timeIntervalSince1970: 1_795_393_885))
    #expect(
      times(page) == [
        .init("Started", "2026-11-22 00:31:25 UTC"), .init("Resumed", "2026-11-22 00:32:25 UTC"),
        .init("Ended", "2026-11-23 00:31:25 UTC"),
      ]
    )
  }

  @Test func `findings of a folder are read whatever checks they are of, others are none`() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.url)
    #expect(KeptFindings.all(of: folder).isEmpty)
    let kept = """
      {"errors": 0, "findings": [
        {"check": "of another release", "severity": "warning", "found": "f", "why": "w",
         "remedy": "r", "places": ["p"]},
        {"severity": "unheard of", "found": "a", "why": "b", "remedy": "c"}
      ]}
      """
    try Data(kept.utf8).write(to: folder.doctor)
    #expect(
      KeptFindings.all(of: folder) == [
        .init(.warning, found: "f", why: "w", remedy: "r", places: ["p"]),
        .init(.note, found: "a", why: "b", remedy: "c"),
      ]
    )
    for other in ["", "[]", "{\"findings\": 3}", "{\"findings\": [{}]}"] {
      try Data(other.utf8).write(to: folder.doctor)
      #expect(KeptFindings.all(of: folder).isEmpty, "\(other)")
    }
  }

  @Test func `the newest of many pages is on its place when writing has ended`() throws {
    let temporary = try TemporaryFolder()
    let url = temporary.url.appendingPathComponent("report.html")
    let writer = RunPageWriter(url)
    for number in 1...50 { try writer.write(page([step(number, loss: 1)])) }
    var last = page([step(77, loss: 1)])
    last.status = .complete
    try writer.finish(last)
    let html = try String(contentsOf: url, encoding: .utf8)
    #expect(html.contains("step 77 of 120") && html.contains("Complete: first"))
  }

  @Test func `a page that cannot be written is told of once it was tried`() throws {
    let temporary = try TemporaryFolder()
    let writer = RunPageWriter(temporary.url.appendingPathComponent("absent/report.html"))
    #expect(throws: ReportError.self) { try writer.finish(page([])) }
    #expect(throws: ReportError.self) { try writer.write(page([])) }
  }
}
