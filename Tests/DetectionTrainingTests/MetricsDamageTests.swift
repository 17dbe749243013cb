import Foundation
import RunLogs
import Testing

@testable import DetectionTraining

/// Runs whose log was damaged between two processes.
///
/// Serialized, as each of these occupies a core.
@Suite(.serialized) struct MetricsDamageTests {
  // MARK: - In words

  private func faults(_ text: String, throughStep step: Int) throws -> [String] {
    let temporary = try TemporaryFolder()
    let url = temporary.url.appendingPathComponent("m.jsonl")
    try FileManager.default.createDirectory(at: temporary.url, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return try MetricsLog.contents(of: url).faults(in: url, throughStep: step).map {
      $0.replacingOccurrences(of: url.path, with: "m.jsonl")
    }
  }

  private func lines(_ steps: [Int]) -> String {
    steps.map { "{\"step\":\($0),\"kind\":\"step\"}\n" }.joined()
  }

  @Test func `a whole log has no faults`() throws {
    #expect(try faults("", throughStep: 0).isEmpty)
    #expect(try faults(lines([1, 2, 3]), throughStep: 3).isEmpty)
    #expect(
      try faults(lines([1]) + "{\"step\":1,\"kind\":\"evaluation\"}\n", throughStep: 1).isEmpty
    )
  }

  @Test(arguments: [
    ([Int](), 1, "step 1"), ([], 3, "steps 1 to 3"), ([1], 3, "steps 2 to 3"),
    ([2], 3, "steps 1, 3"), ([1, 2, 3, 6, 8], 9, "steps 4 to 5, 7, 9"),
    ([2, 4, 6, 8, 10, 12, 14], 14, "steps 1, 3, 5, 7, 9 and others, 7 in all"),
  ])
  func `missing steps are told as ranges`(steps: [Int], last: Int, words: String) throws {
    let found = try faults(lines(steps), throughStep: last)
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix("m.jsonl: the lines of \(words) are missing") == true,
      "\(found)"
    )
  }

  @Test func `a damaged line is told by its number, and is no missing step`() throws {
    let found = try faults(lines([1]) + "garbage\n" + lines([3]), throughStep: 3)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("m.jsonl: line 2: expected ") == true, "\(found)")
    let more = try faults("x\ny\n" + lines([9]), throughStep: 9)
    #expect(more.count == 2)
    #expect(more.first?.hasSuffix("; 1 more as this") == true, "\(more)")
    #expect(more.last?.contains("steps 1 to 8") == true, "\(more)")
  }

  // MARK: - In a run

  /// What is told of the log when the run goes on, which must come to its end.
  private func resume(_ folder: RunFolder) throws -> [String] {
    var told: [String] = []
    let outcome = try TinyRun.resume(in: folder) { event in
      if case .started(let start) = event { told = start.logFaults }
    }
    #expect(outcome.isComplete && !outcome.wasComplete && outcome.steps == 6)
    return told
  }

  @Test func `a line damaged before the checkpoint is told, kept, and the run goes on`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    try TinyRun.start(in: folder, stoppingAfter: 3)
    let whole = try String(contentsOf: folder.metrics, encoding: .utf8)
    var lines = whole.split(separator: "\n").map(String.init)
    lines[1] = String(lines[1].dropLast(9))
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.metrics)
    let told = try resume(folder)
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("\(folder.metrics.path): line 2: ") == true, "\(told)")
    let contents = try MetricsLog.contents(of: folder.metrics)
    #expect(contents.damage.map(\.line) == [2])
    #expect(contents.entries.filter { $0["kind"] == "step" }.map(\.step) == [1, 3, 4, 5, 6])
    #expect(try String(contentsOf: folder.metrics, encoding: .utf8).contains(lines[1] + "\n"))
  }

  @Test func `a log emptied or removed is told, and the run goes on to the same weights`() throws {
    let temporary = try TemporaryFolder()
    let undisturbed = temporary.run("whole")
    try TinyRun.start(in: undisturbed)
    for name in ["emptied", "removed"] {
      let folder = temporary.run(name)
      try TinyRun.start(in: folder, stoppingAfter: 4)
      if name == "emptied" {
        try Data().write(to: folder.metrics)
      } else {
        try FileManager.default.removeItem(at: folder.metrics)
      }
      let told = try resume(folder)
      #expect(
        told.first?.hasPrefix("\(folder.metrics.path): the lines of steps 1 to 4 are missing")
          == true,
        "\(told)"
      )
      let isSame = try Data(contentsOf: folder.final) == Data(contentsOf: undisturbed.final)
      #expect(isSame, "\(name)")
    }
  }

  @Test func `a run that was complete says so, and what is frozen is counted`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.model.freeze = ["backbone.body.conv1"]
    var counts: [Int] = []
    let first = try TinyRun.start(recipe, in: folder) { event in
      if case .started(let start) = event { counts = [start.parameterCount, start.frozenCount] }
    }
    #expect(first.isComplete && !first.wasComplete)
    // A 7x7 kernel from 3 to 8 channels.
    #expect(counts.last == 7 * 7 * 3 * 8)
    #expect((counts.first ?? 0) > counts[1])
    let again = try TinyRun.resume(recipe, in: folder)
    #expect(again.isComplete && again.wasComplete && again.steps == first.steps)
  }
}
