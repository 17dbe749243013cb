import ArgumentParser
import COCOFuzzing
import FuzzRunning

/// Feeds damaged files to the reader and the evaluators until something breaks, or a number of them.
@main
struct FuzzCOCO: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FuzzCOCO",
    abstract: "Damaged COCO files against the reader and the evaluators.",
    discussion: """
      Examples:
        swift run -c release FuzzCOCO --count 1000000
        swift run -c release FuzzCOCO --only 4711 --folder findings

      A pair that crashes, takes longer than --seconds or more than --memory, or breaks a promise, is saved in \
      --folder as SEED-truth.json and SEED-found.json. Exit status 1 if there was one.
      """
  )

  @OptionGroup
  var options: FuzzOptions

  func run() throws { try options.search(FuzzTrial.self) }
}

extension FuzzTrial: FuzzCase {
  static var outcomes: [String] {
    ["ground truth refused", "detections refused", "refused by the evaluator", "evaluated"]
  }

  func outcome() throws -> Int {
    switch try run() {
    case .refusedGroundTruth: 0
    case .refusedDetections: 1
    case .refusedByEvaluator: 2
    case .evaluated: 3
    }
  }

  var files: [(name: String, bytes: [UInt8])] {
    [("truth.json", groundTruth), ("found.json", detections)]
  }
}
