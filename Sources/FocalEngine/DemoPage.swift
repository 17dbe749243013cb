import BoxGeometry
import COCOEvaluation
import COCOFormat
import CommandConsole
import DetectionDatasets
import DetectionReport
import DetectionTraining
import FileCommands
import Foundation
import Raster
import RunLogs

/// The demo's report.
enum DemoPage {
  private static let shownPictures = 12
  private static let shownScore: Float = 0.5

  static func report(data: DemoData, runs: [DemoRun], command: String) throws -> RunReport {
    let summary = runs.first?.evaluation?.result.summary
    let objects = data.heldOut.samples.reduce(0) { $0 + $1.boxes.count }
    let results = runs.compactMap(\.evaluation?.result)
    return RunReport(
      title: "Focal demo",
      summary:
        "A RetinaNet trained from scratch on \(data.training.samples.count) rendered pictures of small objects in "
        + "clutter, scored on \(data.heldOut.samples.count) pictures it has not seen.",
      figures: [
        .init(label: "AP", averagePrecision: summary?.AP ?? -1, note: "focal loss, IoU 0.50:0.95"),
        .init(label: "AP50", averagePrecision: summary?.AP50 ?? -1, note: "focal loss"),
        .init(
          label: "Training",
          value: ProgressLine.clock(runs.first?.seconds ?? 0),
          note: "minutes, validation included"
        ),
        .init(
          label: "Held-out pictures",
          count: data.heldOut.samples.count,
          note: "\(objects) objects"
        ),
      ],
      runs: try runs.map(summary(of:)),
      charts: try charts(runs),
      classes: results.count == runs.count ? EvaluationPage.classes(of: results) : [],
      curves: results.first.map { EvaluationPage.curves(of: $0) } ?? [],
      gallery: try gallery(data: data, runs: runs),
      notes: notes(runs, shown: min(shownPictures, data.heldOut.samples.count)),
      details: .init(
        command: command,
        configuration: try runs.first.map { try RecipeYAML.text($0.recipe) } ?? "",
        environment: ReportFacts.environment
      )
    )
  }

  private static func summary(of run: DemoRun) throws -> RunSummary {
    let summary = run.evaluation?.result.summary
    return RunSummary(
      name: run.kind.title,
      precisions: summary.map { .init($0) }
        ?? .init(ap: -1, ap50: -1, ap75: -1, small: -1, medium: -1, large: -1),
      finalLoss: try entries(run).last { $0["loss"] != nil }?["loss"]?.number,
      minutes: run.seconds / 60
    )
  }

  private static func charts(_ runs: [DemoRun]) throws -> [LineChart] {
    func chart(
      _ title: String,
      _ key: String,
      _ label: String,
      note: String = "",
      scale: LineChart.Scale = .linear,
      range: ClosedRange<Double>? = nil
    ) throws -> LineChart {
      LineChart(
        title: title,
        note: note,
        xLabel: "step",
        yLabel: label,
        scale: scale,
        yRange: range,
        series: try runs.enumerated().map { index, run in
          .init(name: run.kind.title, steps: series(key, in: try entries(run)), color: index)
        }
      )
    }
    return [
      try chart(
        "Classification loss",
        "classificationLoss",
        "loss for each foreground anchor",
        note: "The two losses are different functions: compare their course, not their height.",
        scale: .logarithmic
      ),
      try chart("Box loss", "boxLoss", "loss for each foreground anchor"),
      try chart("Validation AP50", "AP50", "AP50", range: 0...1),
    ]
  }

  private static func gallery(data: DemoData, runs: [DemoRun]) throws -> Gallery {
    let labels = Dictionary(
      uniqueKeysWithValues: data.heldOut.categories.enumerated().map { ($1.id, $0) }
    )
    let detections = runs.map { run in
      Dictionary(grouping: run.evaluation?.detections ?? [], by: \.imageID).mapValues { found in
        found.map {
          ScoredBox(
            box: $0.box.boundingBox,
            label: labels[$0.categoryID] ?? 0,
            score: Float($0.score)
          )
        }
      }
    }
    return Gallery(
      categories: data.heldOut.categories.map(\.name),
      runs: runs.map(\.kind.title),
      // The first pictures as they come, empty ones too: none is chosen for its looks.
      items: try data.heldOut.samples.prefix(shownPictures).map { sample in
        .init(
          name: sample.name,
          image: try data.heldOut.image(of: sample),
          truth: sample.boxes,
          ignoredRegions: sample.ignoreRegions,
          detections: detections.map { $0[sample.imageID] ?? [] }
        )
      },
      scoreThreshold: shownScore
    )
  }

  private static func notes(_ runs: [DemoRun], shown: Int) -> [String] {
    let failures = runs.compactMap { run in run.failure.map { "\(run.kind.title): \($0)" } }
    let comparison =
      "Both runs see the same pictures in the same order with the same network, schedule and seed; they differ in the "
      + "loss and in the bias the class scores start from."
    let selection =
      "The pictures above are the first \(shown) of the held-out set as they come; detections that score below "
      + "\(ProgressLine.decimals(Double(shownScore), 2)) are not drawn."
    return failures + (runs.count > 1 ? [comparison] : []) + [selection]
  }

  private static func entries(_ run: DemoRun) throws -> [MetricsEntry] {
    try MetricsLog.contents(of: run.folder.metrics).entries
  }

  private static func series(_ key: String, in entries: [MetricsEntry]) -> [(
    step: Int, value: Double
  )] {
    entries.compactMap { entry in entry[key]?.number.map { (entry.step, $0) } }
  }
}
