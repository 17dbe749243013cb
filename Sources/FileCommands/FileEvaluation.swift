import COCOFormat
import CommandConsole
import DetectionDatasets
package import DetectionReport
import Foundation

/// The evaluation of a results file against an annotation file; pictures are read only for a page.
package struct FileEvaluation {
  private let groundTruth: String
  private let detections: String
  private let files: ResultsFileOptions
  private let options: EvaluationOptions

  /// An evaluation to be run.
  ///
  /// - Parameters:
  ///   - groundTruth: The annotation file.
  ///   - detections: The results file.
  ///   - files: Whether unknown ids pass.
  ///   - options: What to compute and print.
  package init(
    groundTruth: String,
    detections: String,
    files: ResultsFileOptions,
    options: EvaluationOptions
  ) {
    self.groundTruth = groundTruth
    self.detections = detections
    self.files = files
    self.options = options
  }

  /// Reads, evaluates and prints.
  ///
  /// - Parameter environment: What the page says of the program.
  /// - Throws: What is wrong with a file or an option.
  package func run(environment: [RunReport.Fact]) throws {
    try options.check()
    try refuseOverwriting()
    let pictures = try options.images.map {
      PictureSource(
        try NamedPictures(folder: URL(fileURLWithPath: $0, isDirectory: true), named: groundTruth)
      )
    }
    let started = ContinuousClock.now
    var reading = COCOReadingOptions(
      faultyBoxes: .kept,
      fileNames: .any,
      unknownIDs: files.allowUnknown ? .leftOut : .refused,
      threads: options.rules.threads
    )
    if options.metric.averaging != nil { reading.difficultObjects = .crowds }
    let truth = try COCOGroundTruth(
      contentsOf: URL(fileURLWithPath: groundTruth),
      options: reading,
      progress: ReadingProgress.observer("reading \(groundTruth)", isQuiet: options.quiet)
    )
    let results = try COCODetections(
      contentsOf: URL(fileURLWithPath: detections),
      for: truth,
      options: reading,
      progress: ReadingProgress.observer("reading \(detections)", isQuiet: options.quiet)
    )
    for problem in (truth.problems + results.problems).prefix(10) {
      Console.warning("\(problem)")
    }
    let rest = truth.problems.count + results.problems.count - 10
    if rest > 0 { Console.warning("\(rest) more problems like these") }
    try EvaluationJob(
      groundTruth: truth,
      detections: results.detections,
      pictures: pictures,
      subject: "\(detections) against \(groundTruth)",
      started: started,
      environment: environment
    )
    .run(options)
  }

  /// Output never takes the place of what is read, under whatever name.
  private func refuseOverwriting() throws {
    func goal(_ path: String) -> URL {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL
    }
    for (option, output) in [("--report", options.report), ("--arrays", options.arrays)] {
      guard let output, [groundTruth, detections].map(goal).contains(goal(output)) else { continue }
      throw CommandFailure.usage("\(option): \(output) is read here; name another file")
    }
  }
}

/// How far a large file is read.
enum ReadingProgress {
  /// Draws a bar for files that take a while; small ones are read before it would be seen.
  static func observer(_ title: String, isQuiet: Bool) -> (@Sendable (Int, Int) -> Void)? {
    if isQuiet { return nil }
    let display = Display(title)
    return { display.update($0, $1) }
  }

  private final class Display: @unchecked Sendable {
    // Sendable: the reader calls its observer from one thread at a time.
    private var line: ProgressLine?
    private var last = -1
    private let title: String
    // 64 MiB take a tenth of a second.
    private let isWorthwhile = 64 << 20

    init(_ title: String) { self.title = title }

    func update(_ read: Int, _ all: Int) {
      guard all >= isWorthwhile, read >> 20 != last else { return }
      last = read >> 20
      if line == nil { line = ProgressLine(title, total: all >> 20, unit: "MiB", isQuiet: false) }
      if last < all >> 20 { line?.update(last) }
      if read >= all { line?.clear() }
    }
  }
}
