import CommandConsole
import DatasetInspection
import DetectionDatasets
import Foundation

/// An inspection: what is read, looked at and printed.
package struct InspectionJob {
  private let options: InspectOptions

  /// An inspection to be run.
  ///
  /// - Parameter options: What to read and print.
  package init(_ options: InspectOptions) { self.options = options }

  /// Reads, looks and prints.
  ///
  /// - Throws: What is wrong with an option, or with data that cannot be used at all.
  package func run() throws {
    if let groundTruth = options.groundTruth {
      return try ResultsInspection(groundTruth: groundTruth, options).run()
    }
    var splits = try InspectionInput.splits(options)
    if !options.noDecode { try decode(&splits) }
    try refuseUnusable(splits)
    let figures = InspectionFigures(splits)
    if options.json {
      try JSONLine.print(figures)
    } else {
      try StandardOutput.print(InspectionText.text(figures, splits, options), terminator: "")
    }
  }

  private func decode(_ splits: inout [InspectedSplit]) throws {
    let total = splits.reduce(0) { $0 + $1.dataset.samples.count }
    var progress = ProgressLine(
      "inspect",
      total: total,
      unit: "pictures",
      isQuiet: options.quiet
    )
    var count = 0
    for index in splits.indices {
      try PictureScan.scan(
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
