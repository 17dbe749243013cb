import DatasetFuzzing
import Foundation
import Testing

struct DatasetTrialTests {
  // The long run is `swift run -c release FuzzDatasets`; this keeps its beginning alive.
  @Test(arguments: 0..<4)
  func `two thousand damaged annotation files break nothing`(part: UInt64) throws {
    let folder = try TrialFolder(
      at: FileManager.default.temporaryDirectory
        .appendingPathComponent("focal-fuzz-test-\(UUID().uuidString)", isDirectory: true)
    )
    defer { try? FileManager.default.removeItem(at: folder.url) }
    var outcomes: [DatasetTrial.Kind: [DatasetTrial.Outcome: Int]] = [:]
    for seed in part * 500..<(part + 1) * 500 {
      let trial = DatasetTrial(seed: seed)
      do {
        outcomes[trial.kind, default: [:]][try trial.run(in: folder), default: 0] += 1
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    // A search that always ends at the first mark finds nothing.
    for kind in DatasetTrial.Kind.allCases {
      #expect(outcomes[kind]?[.refused, default: 0] ?? 0 > 15, "\(kind): \(outcomes)")
      let loaded = [DatasetTrial.Outcome.loaded, .loadedWithProblems]
        .reduce(0) { $0 + (outcomes[kind]?[$1] ?? 0) }
      #expect(loaded > 15, "\(kind): \(outcomes)")
    }
  }

  @Test func `equal seeds give equal files and others do not`() {
    #expect(
      DatasetTrial(seed: 5).contents.map(\.bytes) == DatasetTrial(seed: 5).contents.map(\.bytes)
    )
    let files = Set((0..<400).map { DatasetTrial(seed: $0).contents.flatMap(\.bytes) })
    #expect(files.count > 300)
  }
}
