import ArgumentParser
import DatasetFuzzing
import FuzzRunning

/// Feeds damaged annotation files to the readers and writers until something breaks, or a number of them.
@main
struct FuzzDatasets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FuzzDatasets",
    abstract: "Damaged VOC, YOLO and COCO files against the readers and writers of datasets.",
    discussion: """
      Examples:
        swift run -c release FuzzDatasets --count 300000
        swift run -c release FuzzDatasets --only 4711 --folder findings

      A file that crashes, takes longer than --seconds or more than --memory, or breaks a promise, is saved in \
      --folder under its seed. Exit status 1 if there was one. Under the address sanitizer: --memory 0.
      """
  )

  @OptionGroup
  var options: FuzzOptions

  func run() throws { try options.search(DatasetTrial.self) }
}

extension DatasetTrial: FuzzCase {
  static var outcomes: [String] { ["refused", "loaded with problems", "loaded"] }

  func outcome() throws -> Int {
    switch try run(in: TrialFolder.ofProcess.get()) {
    case .refused: 0
    case .loadedWithProblems: 1
    case .loaded: 2
    }
  }

  var files: [(name: String, bytes: [UInt8])] {
    contents.map { ($0.name.split(separator: "/").joined(separator: "-"), $0.bytes) }
  }
}
