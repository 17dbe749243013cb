import BoxGeometry
import CommandConsole
package import DatasetInspection
import Foundation

/// A search for anchors: what it fits, tries, prints and writes.
package struct AnchorsJob {
  private let options: AnchorsOptions
  private let settings: AnchorSettings

  /// A search to be run.
  ///
  /// - Parameters:
  ///   - options: What to fit, print and write.
  ///   - settings: The anchors to begin with, the thresholds and the network's size.
  package init(_ options: AnchorsOptions, settings: AnchorSettings = AnchorSettings()) {
    self.options = options
    self.settings = settings
  }

  /// Fits, tries, prints and writes.
  ///
  /// - Throws: What is wrong with an option, with the data, or with the file to write.
  package func run() throws {
    if let out = options.out {
      if let obstacle = FileFailure.obstacle(toWriting: out) {
        throw CommandFailure.failed("\(out): cannot write the anchors: \(obstacle)")
      }
      try InspectionOutput.check(
        anchors: out,
        inputs: [options.data] + (options.val.map { [$0] } ?? [])
      )
    }
    let data = try AnchorsData(options)
    let search = search()
    var progress = ProgressLine(
      "anchors",
      total: search.generations,
      unit: "generations",
      isQuiet: options.quiet
    )
    func note(_ count: Int) {
      if Console.isTerminal || count < search.generations { progress.update(count) }
    }
    let found = try search.best(for: data.fitted, settings: settings) { note($0) }
    progress.clear()
    let figures = try AnchorsFigures(
      data,
      settings: settings,
      found: found,
      withFinerLevel: found.withFinerLevel,
      parameters: search.scales + search.ratios
    )
    if let out = options.out {
      try FileFailure.write(Data(AnchorsFragment.yaml(found, figures).utf8), to: out)
    }
    if options.json {
      try JSONLine.print(figures)
    } else {
      try StandardOutput.print(AnchorsText.text(figures, found, options), terminator: "")
    }
  }

  private func search() -> AnchorSearch {
    var search = AnchorSearch()
    search.scales = options.scales
    search.ratios = options.ratios
    search.isBalanced = options.balanced
    search.seed = options.seed
    return search
  }
}

extension AnchorConfiguration {
  /// The same with one more level at half the finest stride, P2 where it is P3.
  fileprivate var withFinerLevel: AnchorConfiguration {
    var finer = self
    guard let stride = strides.first, let size = sizes.first, stride > 1 else { return self }
    finer.strides = [stride / 2] + strides
    finer.sizes = [size / 2] + sizes
    return finer
  }
}
