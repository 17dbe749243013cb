import CommandConsole
package import DatasetInspection
import DetectionDatasets
package import DetectionReport
import Foundation

/// An inspection: what is read, looked at and printed.
package struct InspectionJob {
  private let options: InspectOptions
  private let settings: AnchorSettings
  private let environment: [RunReport.Fact]

  /// An inspection to be run.
  ///
  /// - Parameters:
  ///   - options: What to read and print.
  ///   - settings: What the anchors are held against.
  ///   - environment: What the page says of the program.
  package init(
    _ options: InspectOptions,
    settings: AnchorSettings = AnchorSettings(),
    environment: [RunReport.Fact] = ProgramFacts.environment
  ) {
    self.options = options
    self.settings = settings
    self.environment = environment
  }

  /// Reads, looks and prints.
  ///
  /// - Throws: What is wrong with an option, or with data that cannot be used at all.
  package func run() throws {
    try check()
    if let groundTruth = options.groundTruth {
      return try ResultsInspection(groundTruth: groundTruth, options).run()
    }
    var splits = try InspectionInput.splits(options)
    let thumbnails = options.noDecode ? nil : try decode(&splits)
    try refuseUnusable(splits)
    let inspection = try Inspection(splits, thumbnails: thumbnails, settings: settings)
    let figures = InspectionFigures(inspection)
    if let report = options.report {
      try InspectionPage.report(of: inspection, figures, options, environment: environment)
        .write(to: FileFailure.goal(ofWriting: report))
    }
    if options.json {
      try JSONLine.print(figures)
    } else {
      try StandardOutput.print(
        InspectionText.text(inspection, figures, options),
        terminator: ""
      )
    }
  }

  /// Tells before the work, and not after it, what makes no sense or cannot be written.
  private func check() throws {
    let places = options.data.map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL
    }
    for (index, place) in places.enumerated() where places.prefix(index).contains(place) {
      throw CommandFailure.usage("\(options.data[index]): is named twice; name each split once")
    }
    guard let report = options.report else { return }
    if options.groundTruth != nil {
      throw CommandFailure.usage(
        "--report: a results file has no page here; focal eval --report makes one"
      )
    }
    if let obstacle = FileFailure.obstacle(toWriting: report) {
      throw CommandFailure.failed("\(report): cannot write the report: \(obstacle)")
    }
    try InspectionOutput.check(report: report, inputs: options.data)
  }

  private func decode(_ splits: inout [InspectedSplit]) throws -> [PictureThumbnail] {
    let total = splits.reduce(0) { $0 + $1.dataset.samples.count }
    var progress = ProgressLine(
      "inspect",
      total: total,
      unit: "pictures",
      isQuiet: options.quiet
    )
    var count = 0
    var thumbnails: [PictureThumbnail] = []
    for index in splits.indices {
      thumbnails += try PictureScan.scan(
        &splits[index].dataset,
        onBadData: options.onBadData,
        workers: ProcessInfo.processInfo.activeProcessorCount
      ) {
        count += 1
        // Off a terminal a job that is done at once is not worth a line.
        if Console.isTerminal || count < total { progress.update(count) }
      }
    }
    progress.clear()
    return thumbnails
  }

  /// Pictures were named, and not one is left.
  private func refuseUnusable(_ splits: [InspectedSplit]) throws {
    guard splits.allSatisfy({ $0.dataset.samples.isEmpty }) else { return }
    let problems = splits.flatMap(\.dataset.problems).filter(\.kind.isPictureLeftOut)
    guard let first = problems.first else { return }
    throw CommandFailure.failed(
      problems.count == 1
        ? "\(first)" : "\(first) (and none of the other \(problems.count - 1) pictures can be used)"
    )
  }
}
