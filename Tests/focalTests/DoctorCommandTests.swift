import Foundation
import Testing

/// From `focal doctor` to the quick part of it before `focal train`.
@Suite(.serialized) struct DoctorCommandTests {
  /// The smallest network that has every part.
  private static let small = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "precision=float32", "--set", "threads=1", "--set", "workers=1", "--set",
    "schedule.epochs=1",
  ]

  private func findings(_ run: FocalProcess) throws -> [(check: String, severity: String)] {
    let all = try #require(try run.json()["findings"] as? [[String: Any]])
    return all.map { ($0["check"] as? String ?? "", $0["severity"] as? String ?? "") }
  }

  @Test func `without data it looks at the machine and the folder`() throws {
    let folder = try TemporaryFolder()
    let run = try FocalProcess(["doctor", "--out", folder.path("run")])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    for part in ["focal", "processor", "devices", "memory", "disk"] {
      #expect(run.output.contains("\n\(part) ") || run.output.hasPrefix(part), "\(part)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    let file = try folder.write("x", to: "file")
    let blocked = try FocalProcess(["doctor", "--out", "\(file)/run", "--json"])
    #expect(blocked.status == 1)
    #expect(try findings(blocked).contains { $0 == ("folder", "error") })
    #expect(try blocked.json()["errors"] as? Int == 1)
  }

  @Test func `it decodes, takes a step and learns one picture`() throws {
    let run = try FocalProcess(
      ["doctor", "--train", "synth:24:1", "--val", "synth:6:1", "--overfit", "--json"] + Self.small
        + ["--set", "model.norm=group"]
    )
    let object = try run.json()
    // Pictures of one seed are the same ones: a leak that files do not show.
    #expect(try findings(run).contains { $0 == ("leaks", "warning") }, "\(run.output)")
    let step = try #require(object["step"] as? [String: Any])
    #expect(step["pictures"] as? Int == 8 && (step["memory"] as? Int ?? 0) > 1 << 20)
    let overfit = try #require(object["overfit"] as? [String: Any])
    #expect((overfit["steps"] as? Int ?? 0) >= 20 && overfit["objects"] as? Int != 0)
    let hasError = try findings(run).contains { $0.severity == "error" }
    #expect(run.status == (hasError ? 1 : 0))
  }

  @Test func `each finding says what, why and what to do`() throws {
    let run = try FocalProcess(
      ["doctor", "--data", "synth:4:1", "--quick", "--set", "optimizer.learningRatePer16Images=5"]
        + Self.small
    )
    #expect(run.status == 0, "\(run.error)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let place = try #require(lines.firstIndex { $0.hasPrefix("warning: learning-rate: ") })
    #expect(lines[place + 1].hasPrefix("  why: ") && lines[place + 2].hasPrefix("  do:  "))
  }

  @Test(arguments: [
    ["--val", "synth:1:1"], ["--overfit"], ["--train", "synth:1:1", "--quick", "--overfit"],
    ["--nproc", "0"], ["--train", "synth:1:1", "--data", "synth:1:1"],
  ])
  func `options that do not go together are wrong usage`(options: [String]) throws {
    let option = options.first { ["--val", "--overfit", "--nproc", "--data"].contains($0) } ?? ""
    try expectFailure(["doctor"] + options, status: 64, naming: [option])
  }

  @Test func `the options of a training are taken, and --data is --train`() throws {
    let folder = try TemporaryFolder()
    let shared = [
      "--val", "synth:2:2", "--out", folder.path("run"), "--on-bad-data", "skip",
      "--on-non-finite", "skip", "--json", "--quiet",
    ]
    let runs = try ["--train", "--data"].map {
      try FocalProcess(["doctor", $0, "synth:4:1", "--quick"] + shared + Self.small)
    }
    #expect(runs.allSatisfy { $0.status == 0 && $0.error.isEmpty }, "\(runs[0].error)")
    let checks = try runs.map { try findings($0).map(\.check) }
    #expect(checks[0] == checks[1] && !checks[0].isEmpty)
  }

  @Test func `Ctrl-C ends it at once`() throws {
    let running = try RunningFocal(
      ["doctor", "--train", "synth:24:1", "--overfit"] + Self.small
    )
    while running.process.isRunning, try !running.errorSoFar().contains("one training step") {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.process.interrupt()
    let stopped = try running.wait()
    #expect(stopped.status == 130 && stopped.output.isEmpty, "\(stopped.error)")
    #expect(stopped.error.hasSuffix("\nfocal: stopped\n"), "\(stopped.error)")
  }

  // MARK: - Before a training

  private func train(_ out: String, _ more: [String]) throws -> FocalProcess {
    try FocalProcess(
      ["train", "--train", "synth:4:1", "--val", "synth:2:2", "--out", out, "--quiet"]
        + Self.small + more
    )
  }

  @Test func `training tells of warnings and keeps them`() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("run")
    let run = try train(out, [])
    #expect(run.status == 0, "\(run.error)")
    #expect(run.errorLines.allSatisfy { $0.hasPrefix("focal: warning: ") }, "\(run.error)")
    #expect(run.error.contains("focal: warning: 1 step in all (1 epoch of 1): "))
    let kept = try Data(contentsOf: URL(fileURLWithPath: "\(out)/doctor.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: kept) as? [String: Any])
    #expect(object["warnings"] as? Int == run.errorLines.count)
    let page = try String(contentsOfFile: "\(out)/report.html", encoding: .utf8)
    #expect(page.contains("id=\"doctor\"") && page.contains("<b>1 step in all (1 epoch of 1)</b>"))

    let silent = folder.path("silent")
    let unasked = try train(silent, ["--no-doctor"])
    #expect(unasked.status == 0 && unasked.error.isEmpty, "\(unasked.error)")
    #expect(!FileManager.default.fileExists(atPath: "\(silent)/doctor.json"))
    let unmarked = try String(contentsOfFile: "\(silent)/report.html", encoding: .utf8)
    #expect(!unmarked.contains("id=\"doctor\""))
  }

  @Test func `an error ends the training before it starts, unless told otherwise`() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("run")
    // Forty pictures, none of whose objects an anchor of 4,000 pixels and more reaches.
    let hopeless = [
      "--train", "synth:40:1", "--set", "anchors.sizes=[4000, 5000, 6000, 7000, 8000]", "--set",
      "anchors.lowQualityMatches=never",
    ]
    let run = try train(out, hopeless)
    #expect(run.status == 1)
    #expect(run.errorLines.last?.hasPrefix("focal: error: 100 % of ") == true, "\(run.error)")
    #expect(run.error.contains("focal anchors synth:40:1"))
    #expect(run.error.hasSuffix("or go on all the same with --no-doctor\n"))
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(try train(out, hopeless + ["--no-doctor"]).status == 0)
  }
}
