import Foundation
import RunLogs
import Testing

/// A folder that goes away with the test.
private final class Scratch {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("focal-runlogs-\(UUID().uuidString)", isDirectory: true)
  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: folder) }
  var log: URL { folder.appendingPathComponent("metrics.jsonl") }
  func write(_ text: String) throws { try Data(text.utf8).write(to: log) }
  func text() throws -> String { try String(contentsOf: log, encoding: .utf8) }
}

@Suite struct MetricsLogTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func `A line is the JSON one would write by hand`() throws {
    let log = try MetricsLog(url: scratch.log)
    try log.append(
      MetricsEntry(step: 3, ["loss": 0.5, "images": 16, "phase": "train", "resumed": false])
    )
    #expect(
      try scratch.text()
        == "{\"step\":3,\"loss\":0.5,\"images\":16,\"phase\":\"train\",\"resumed\":false}\n"
    )
  }

  @Test func `What is written is read back, bit for bit and in order`() throws {
    let values: KeyValuePairs<String, MetricValue> = [
      "third": .number(1.0 / 3), "tiny": .number(.leastNonzeroMagnitude),
      "huge": .number(-.greatestFiniteMagnitude), "negative zero": .number(-0.0),
      "whole number": .number(3), "integer": .integer(.min), "": .text(""),
      "hostile \"\\\n\u{0}\u{2028}": .text("</script>\r\n\u{1F600}\u{7F} é"), "yes": .flag(true),
    ]
    let entries = [MetricsEntry(step: 0), MetricsEntry(step: 7, values)]
    let log = try MetricsLog(url: scratch.log)
    for entry in entries { try log.append(entry) }
    let contents = try MetricsLog.contents(of: scratch.log)
    #expect(contents.entries == entries)
    #expect(contents.entries.last?.keys == entries.last?.keys)
    #expect(contents.tornBytes == 0)
    #expect(try scratch.text().split(separator: "\n").count == 2)
  }

  @Test func `A value that is not finite is null with a note, and comes back as it was`() throws {
    let log = try MetricsLog(url: scratch.log)
    try log.append(
      MetricsEntry(
        step: 1,
        ["a": .number(.nan), "b": .number(.infinity), "c": .number(-.infinity), "d": 1.5]
      )
    )
    #expect(
      try scratch.text() == """
        {"step":1,"a":null,"b":null,"c":null,"d":1.5,\
        "nonfinite":{"a":"NaN","b":"Infinity","c":"-Infinity"}}

        """
    )
    let entry = try #require(try MetricsLog.contents(of: scratch.log).entries.first)
    #expect(entry["a"]?.number?.isNaN == true)
    #expect(entry["b"] == .number(.infinity))
    #expect(entry["c"] == .number(-.infinity))
    #expect(entry["d"] == 1.5)
  }

  @Test(arguments: ["{\"step\":2,\"lo", "{", "\u{0}\u{0}\u{0}", "{\"step\":2}garbage"])
  func `A torn last line is passed over by the reader and removed on reopening`(
    tail: String
  ) throws {
    try scratch.write("{\"step\":1,\"loss\":2.0}\n" + tail)
    let contents = try MetricsLog.contents(of: scratch.log)
    #expect(contents.entries == [MetricsEntry(step: 1, ["loss": 2.0])])
    #expect(contents.tornBytes == tail.utf8.count)
    let log = try MetricsLog(url: scratch.log)
    #expect(log.tornBytes == tail.utf8.count)
    try log.append(MetricsEntry(step: 2, ["loss": 1.0]))
    #expect(try scratch.text() == "{\"step\":1,\"loss\":2.0}\n{\"step\":2,\"loss\":1.0}\n")
  }

  @Test func `A whole last line that lacks only its line break is kept`() throws {
    try scratch.write("{\"step\":1}\n{\"step\":2}")
    #expect(try MetricsLog.contents(of: scratch.log).entries.map(\.step) == [1, 2])
    let log = try MetricsLog(url: scratch.log)
    #expect(log.tornBytes == 0)
    try log.append(MetricsEntry(step: 3))
    #expect(try scratch.text() == "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n")
  }

  @Test func `Cut anywhere, the log keeps its whole lines and goes on`() throws {
    let whole =
      "{\"step\":1,\"é\":null,\"nonfinite\":{\"é\":\"NaN\"}}\n{\"step\":2,\"x\":-1.5e-07}\n"
    let lines = whole.utf8.split(separator: 10).map(\.count)
    for length in 0...whole.utf8.count {
      try Data(whole.utf8.prefix(length)).write(to: scratch.log)
      let log = try MetricsLog(url: scratch.log)
      try log.append(MetricsEntry(step: 9))
      let expected =
        (length >= lines[0] ? [1] : []) + (length >= lines[0] + 1 + lines[1] ? [2] : []) + [9]
      let contents = try MetricsLog.contents(of: scratch.log)
      #expect(contents.entries.map(\.step) == expected)
      #expect(contents.tornBytes == 0)
    }
  }

  @Test func `Resuming removes what came after the checkpoint, and nothing else`() throws {
    let lines = (1...6).map { "{\"step\":\($0), \"kept as written\":1e0}\n" }
    try scratch.write(lines.joined() + "{\"step\":7,\"torn")
    let log = try MetricsLog(resuming: scratch.log, keeping: { $0.step <= 4 })
    try log.append(MetricsEntry(step: 5, ["second": true]))
    #expect(try scratch.text() == lines[..<4].joined() + "{\"step\":5,\"second\":true}\n")
  }

  @Test func `Resuming at the last step, or without a file, changes nothing`() throws {
    _ = try MetricsLog(resuming: scratch.log, keeping: { $0.step <= 3 })
    #expect(try scratch.text() == "")
    try scratch.write("{\"step\":1}\n{\"step\":3}\n")
    _ = try MetricsLog(resuming: scratch.log, keeping: { $0.step <= 3 })
    #expect(try scratch.text() == "{\"step\":1}\n{\"step\":3}\n")
    _ = try MetricsLog(resuming: scratch.log, keeping: { $0.step <= 0 })
    #expect(try scratch.text() == "")
  }

  @Test(arguments: [
    "{}", "[]", "", "{\"step\":1.5}", "{\"step\":\"1\"}", "{\"step\":1,\"step\":2}",
    "{\"step\":1,\"a\":{}}", "{\"step\":1,\"a\":[1]}", "{\"step\":1,\"a\":NaN}",
    "{\"step\":1,\"a\":01}", "{\"step\":1,\"a\":1.}", "{\"step\":1,\"a\":+1}", "{\"step\":1,}",
    "{\"step\":1,\"a\":1e999}", "{\"step\":1,\"a\":\"\\ud800\"}", "{\"step\":1,\"a\":\"\\u12\"}",
    "{\"step\":1,\"a\":tru}", "{\"step\":1,\"a\":\"\u{1}\"}", "{\"step\":1,\"a\":-}",
    "{\"step\":1,\"nonfinite\":{\"a\":\"nan\"}}", "{\"step\":1} {\"step\":2}",
  ])
  func `A damaged line in the middle is told by its number, and the others are read`(
    line: String
  ) throws {
    try scratch.write("{\"step\":0}\n\(line)\n{\"step\":3}\n")
    let contents = try MetricsLog.contents(of: scratch.log)
    #expect(contents.entries.map(\.step) == [0, 3])
    #expect(contents.damage.map(\.line) == [2])
    #expect(contents.damage.first?.message.isEmpty == false)
    #expect(contents.tornBytes == 0)
  }

  @Test func `Resuming keeps damaged lines byte for byte`() throws {
    let damaged = "{\"step\":2,\"lo\u{0}\n"
    try scratch.write("{\"step\":1}\n\(damaged){\"step\":3}\n{\"step\":4}\n{\"step\":5,\"torn")
    let log = try MetricsLog(resuming: scratch.log, keeping: { $0.step <= 3 })
    try log.append(MetricsEntry(step: 4))
    #expect(try scratch.text() == "{\"step\":1}\n\(damaged){\"step\":3}\n{\"step\":4}\n")
    let contents = try MetricsLog.contents(of: scratch.log)
    #expect(contents.entries.map(\.step) == [1, 3, 4] && contents.damage.map(\.line) == [2])
  }

  @Test func `Other writers' lines are read: spaces, escapes, null, carriage returns`() throws {
    try scratch.write(
      "{ \"step\" : 4 , \"a\" : null , \"b\" : \"\\u00e9\\ud83d\\ude00\\/\" , \"c\":1E2 }\r\n"
    )
    let entry = try #require(try MetricsLog.contents(of: scratch.log).entries.first)
    #expect(entry.step == 4)
    #expect(entry["a"]?.number?.isNaN == true)
    #expect(entry["b"] == "é\u{1F600}/")
    #expect(entry["c"] == 100.0)
  }

  @Test func `A missing file and a missing folder are named`() throws {
    let missing = scratch.folder.appendingPathComponent("none/metrics.jsonl")
    let reason = "the metrics log: no such file or folder; check the path"
    let unread = #expect(throws: MetricsLogError.self) { try MetricsLog.contents(of: missing) }
    #expect(unread?.description == "\(missing.path): cannot read \(reason)")
    let error = #expect(throws: MetricsLogError.self) { _ = try MetricsLog(url: missing) }
    #expect(error?.code == .unwritable)
    #expect(error?.description == "\(missing.path): cannot write \(reason)")
  }

  @Test func `A folder or a device in the place of the log is refused`() throws {
    for path in [scratch.folder.path, "/dev/null"] {
      let error = #expect(throws: MetricsLogError.self) {
        _ = try MetricsLog(url: URL(fileURLWithPath: path))
      }
      #expect(error?.code == .unreadable)
      #expect(error?.description.hasPrefix(path) == true)
    }
  }

  @Test func `A series holds the steps that have the value, non-finite ones too`() {
    let entries = [
      MetricsEntry(step: 1, ["loss": 2.5]), MetricsEntry(step: 2, ["AP": 0.5]),
      MetricsEntry(step: 3, ["loss": .number(.infinity)]), MetricsEntry(step: 4, ["loss": "high"]),
      MetricsEntry(step: 5, ["loss": 1]),
    ]
    let series = entries.series("loss")
    #expect(series.map(\.step) == [1, 3, 5])
    #expect(series.map(\.value) == [2.5, .infinity, 1])
    #expect(entries.series("absent").isEmpty)
  }

  @Test func `An entry's value can be replaced and removed`() {
    var entry = MetricsEntry(step: 1, ["a": 1, "b": 2])
    entry["a"] = 3
    entry["c"] = "x"
    entry["b"] = nil
    #expect(entry.keys == ["a", "c"])
    #expect(entry["a"] == 3)
    #expect(entry["b"] == nil)
  }
}
