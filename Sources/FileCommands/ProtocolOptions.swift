package import ArgumentParser
package import COCOEvaluation
package import COCOFormat
import CommandConsole
import Foundation

/// The settings of the COCO protocol on the command line; the defaults are COCO's own.
package struct ProtocolOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "IoUs from which a detection matches, up to 32. (default: 0.5 to 0.95 in steps of 0.05)",
      valueName: "list"
    )
  )
  package var iouThresholds: String?

  @Option(
    help: ArgumentHelp(
      "Sizes to tell apart, in square pixels: tiny=0..256,rest=256.. (default: COCO's small, medium, large)",
      valueName: "list"
    )
  )
  package var areas: String?

  @Option(
    help: ArgumentHelp(
      "How many detections of a picture and class count; the last for AP. (default: 1,10,100)",
      valueName: "list"
    )
  )
  package var maxDetections: String?

  @Option(help: ArgumentHelp("Only these classes, by name or id: cat,dog,17.", valueName: "list"))
  package var classes: String?

  @Flag(help: "Forget classes: any detection may find any object.")
  package var classAgnostic = false

  @Flag(
    name: .customLong("pycocotools-ids"),
    help: "Give annotation id 0 the treatment pycocotools gives it: never matched."
  )
  package var pycocotoolsIDs = false

  @Option(help: ArgumentHelp("How many threads. (default: one for each core)", valueName: "n"))
  package var threads: Int?

  package init() {}

  /// Refuses values that make no sense, before any work.
  ///
  /// - Throws: `CommandFailure` that names the option.
  package func checkValues() throws {
    if let threads, !(1...1024).contains(threads) {
      throw CommandFailure.usage("--threads: expected 1 to 1024, found \(threads)")
    }
    _ = try thresholds()
    _ = try ranges()
    _ = try limits()
  }

  /// The settings for a ground truth.
  ///
  /// - Parameter groundTruth: What classes are looked up in.
  /// - Returns: The settings.
  /// - Throws: `CommandFailure` that names the option.
  package func parameters(for groundTruth: COCOGroundTruth) throws -> COCOEvaluationParameters {
    var parameters = COCOEvaluationParameters()
    if let thresholds = try thresholds() { parameters.iouThresholds = thresholds }
    if let ranges = try ranges() { parameters.areaRanges = ranges }
    if let limits = try limits() { parameters.detectionLimits = limits }
    parameters.categoryIDs = try categoryIDs(groundTruth.categories)
    parameters.classAgnostic = classAgnostic
    parameters.pycocotoolsIDs = pycocotoolsIDs
    return parameters
  }

  // MARK: Lists

  func thresholds() throws -> [Double]? {
    try iouThresholds.map { list in
      let values = try numbers(list, "--iou-thresholds", "numbers from 0 to 1, such as 0.5,0.75")
      guard (1...32).contains(values.count), values.allSatisfy({ (0...1).contains($0) }),
        Set(values).count == values.count
      else {
        throw CommandFailure.usage(
          "--iou-thresholds: expected 1 to 32 different numbers from 0 to 1, such as 0.5,0.75, found \(list)"
        )
      }
      return values
    }
  }

  private func limits() throws -> [Int]? {
    try maxDetections.map { list in
      let values = list.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      let limits = values.compactMap { $0 }
      guard limits.count == values.count, limits.first ?? 0 > 0,
        zip(limits, limits.dropFirst()).allSatisfy(<)
      else {
        throw CommandFailure.usage(
          "--max-detections: expected ascending whole numbers above 0, such as 1,10,300, found \(list)"
        )
      }
      return limits
    }
  }

  /// The ranges, after one of all sizes.
  private func ranges() throws -> [COCOAreaRange]? {
    try areas.map { list in
      let entries = list.split(separator: ",", omittingEmptySubsequences: false)
      var ranges: [COCOAreaRange] = []
      for entry in entries {
        guard let range = range(entry), !ranges.contains(where: { $0.name == range.name }) else {
          throw CommandFailure.usage(
            "--areas: expected ranges of their own names, such as tiny=0..256,rest=256.., found \(entry)"
          )
        }
        ranges.append(range)
      }
      if let all = ranges.firstIndex(where: { $0.name == "all" }) {
        ranges.insert(ranges.remove(at: all), at: 0)
      } else {
        ranges.insert(.all, at: 0)
      }
      guard ranges.count <= 32 else {
        throw CommandFailure.usage("--areas: expected at most 31 ranges, found \(entries.count)")
      }
      return ranges
    }
  }

  private func range(_ entry: Substring) -> COCOAreaRange? {
    guard let equals = entry.firstIndex(of: "="),
      let dots = entry.range(of: "..")
    else { return nil }
    let (name, low) = (entry[..<equals], entry[entry.index(after: equals)..<dots.lowerBound])
    let high = entry[dots.upperBound...]
    guard !name.isEmpty, let lower = Double(low), let upper = high.isEmpty ? 1e10 : Double(high),
      lower >= 0, upper.isFinite, lower <= upper
    else { return nil }
    return COCOAreaRange(name: String(name), bounds: lower...upper)
  }

  private func numbers(_ list: String, _ option: String, _ expected: String) throws -> [Double] {
    try list.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let value = Double(text), value.isFinite else {
        throw CommandFailure.usage("\(option): expected \(expected), found \(list)")
      }
      return value
    }
  }

  func categoryIDs(_ categories: [COCOCategory]) throws -> [Int]? {
    try classes.map { list in
      let ids = Set(categories.map(\.id))
      return try list.split(separator: ",", omittingEmptySubsequences: false).flatMap { entry in
        let named = categories.filter { $0.name == entry }.map(\.id)
        if !named.isEmpty { return named }
        if let id = Int(entry), ids.contains(id) { return [id] }
        throw CommandFailure.usage(
          "--classes: \(entry): no class of this name or id; there are "
            + categories.prefix(20).map { PlainText.escaped($0.name) }.joined(separator: ", ")
            + (categories.count > 20 ? " and \(categories.count - 20) more" : "")
        )
      }
    }
  }
}
