import Foundation
import Testing

/// What `focal train` makes of a bad end: full disks, closed folders, other trainers, broken losses, SIGKILL.
@Suite(.serialized) struct TrainSurvivalTests {
  private static let settings = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "schedule.epochs=4", "--set", "schedule.batchSize=2", "--set", "evaluation.everyEpochs=2",
    "--set", "precision=float32", "--set", "workers=1", "--set", "threads=1", "--set",
    "checkpoint.everySteps=1", "--quiet",
  ]

  private static func start(_ out: String) -> [String] {
    ["train", "--train", "synth:6:1", "--val", "synth:1:4", "--out", out, "--no-doctor"] + settings
  }

  /// A run that nobody disturbs: twelve steps.
  private struct Whole {
    let temporary: TemporaryFolder
    let final: Data
    let best: Data
  }

  private static let whole = Result {
    let temporary = try TemporaryFolder()
    let run = try FocalProcess(start(temporary.path("run")))
    #expect(run.status == 0, "\(run.error)")
    func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: temporary.path("run/\(name).safetensors")))
    }
    return Whole(temporary: temporary, final: try bytes("final"), best: try bytes("best"))
  }

  private func expectWhole(_ folder: String, _ comment: Comment = "") throws {
    let whole = try Self.whole.get()
    for (name, bytes) in [("final", whole.final), ("best", whole.best)] {
      let found = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).safetensors"))
      let isSame = found == bytes
      #expect(isSame, "\(name) \(comment)")
    }
  }

  /// Runs commands in a mount namespace of their own, where a user may mount.
  private static func inNamespace(_ script: String, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["unshare", "-rm", "sh", "-c", script, "sh"] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// Where the system lets no user mount anything, these tests are left out.
  private static let canMount: Bool = {
    let found = try? inNamespace("mount -t tmpfs tmpfs /mnt", [])
    return found?.status == 0
  }()

  /// The room is enough for one checkpoint and not for two; once there is more, the run goes on to the same weights.
  @Test(.enabled(if: canMount, "mount namespaces are not to be had here"))
  func `a full disk stops a run, spoils nothing, and the run goes on`() throws {
    let temporary = try TemporaryFolder()
    let focal = try #require(FocalProcess.path)
    let script = """
      folder=$1; focal=$2; shift 2
      mount -t tmpfs -o size=16m tmpfs "$folder" || exit 9
      head -c 11500000 /dev/zero > "$folder/filler"
      "$focal" "$@"; echo "first: $?"
      ls "$folder/run/checkpoints"
      rm "$folder/filler"
      "$focal" train --resume "$folder/run" --quiet; echo "second: $?"
      cp "$folder/run/final.safetensors" "$folder/run/best.safetensors" "$folder.out/"
      """
    let folder = temporary.path("disk")
    for name in [folder, folder + ".out"] {
      try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
    }
    let found = try Self.inNamespace(script, [folder, focal] + Self.start("\(folder)/run"))
    #expect(found.output.contains("first: 1\n"), "\(found.output)")
    #expect(found.output.contains("could not be written: "), "\(found.output)")
    #expect(found.output.contains("o space left on"), "\(found.output)")
    #expect(found.output.contains("focal train --resume \(folder)/run"), "\(found.output)")
    #expect(found.output.contains("step-0000000001"), "\(found.output)")
    #expect(!found.output.contains("partial\n"), "\(found.output)")
    #expect(found.output.contains("second: 0\n"), "\(found.output)")
    try expectWhole(folder + ".out")
  }

  @Test(.enabled(if: canMount, "mount namespaces are not to be had here"))
  func `a folder that cannot be written to is told before training begins`() throws {
    let temporary = try TemporaryFolder()
    let focal = try #require(FocalProcess.path)
    let script = """
      folder=$1; focal=$2; shift 2
      mount -t tmpfs -o ro tmpfs "$folder" || exit 9
      "$focal" "$@"; echo "status: $?"
      """
    let folder = temporary.path("disk")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let found = try Self.inNamespace(script, [folder, focal] + Self.start("\(folder)/run"))
    #expect(found.output.contains("status: 1\n"), "\(found.output)")
    #expect(
      found.output.contains("\(folder)/run: the folder cannot be made: read-only file system"),
      "\(found.output)"
    )
  }

  @Test func `a second trainer is turned away while the first is at work`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let first = try RunningFocal(Self.start(folder) + ["--set", "schedule.epochs=500"])
    defer { kill(first.process.processIdentifier, SIGKILL) }
    try waitForCheckpoint(in: folder)
    for arguments in [["train", "--resume", folder], Self.start(folder)] {
      let second = try FocalProcess(arguments)
      #expect(second.status == 1)
      #expect(second.errorLines.count == 1, "\(second.error)")
      #expect(second.error.contains("another process trains in this folder now"), "\(second.error)")
    }
    #expect(first.process.isRunning)
  }

  @Test func `numbers that are none in one picture stop the run, and a replay names the picture`()
    throws
  {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let run = try FocalProcess(Self.start(folder) + ["--rehearse-non-finite", "3"])
    #expect(run.status == 1)
    // What happened and what to do come first, each in a line.
    #expect(run.errorLines[0].hasPrefix("focal: error: \(folder): step "), "\(run.error)")
    #expect(run.errorLines[0].hasSuffix(": the run stopped before it, and its state is saved"))
    #expect(run.errorLines[1].hasPrefix("  see it again with focal train --replay "))
    #expect(run.errorLines.dropFirst().allSatisfy { $0.hasPrefix("  ") }, "\(run.error)")
    #expect(run.error.contains("\n  alone not finite: 3 ("), "\(run.error)")
    let record = try #require(run.error.firstMatch(of: /--replay (\S+\.safetensors)/)?.1)
    let replay = try FocalProcess(["train", "--replay", String(record)])
    #expect(replay.status == 1)
    #expect(replay.output.contains("look at picture 3 ("), "\(replay.output)")
    #expect(
      replay.output.contains("first layer whose output is not finite: backbone.body.conv1\n"),
      "\(replay.output)"
    )
    let json = try FocalProcess(["train", "--replay", String(record), "--json"])
    #expect(try json.json()["isFinite"] as? Bool == false)
    let other = try FocalProcess(["train", "--replay", String(record), "--resume", folder])
    #expect(other.status == 64)

    // Once the picture is mended the run goes on as if nothing had been.
    #expect(try FocalProcess(["train", "--resume", folder, "--quiet"]).status == 0)
    try expectWhole(folder)
  }

  @Test func `with --on-non-finite skip the run goes on and says so`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let run = try FocalProcess(
      Self.start(folder) + ["--rehearse-non-finite", "3", "--on-non-finite", "skip"]
    )
    #expect(run.status == 0, "\(run.error)")
    let warnings = run.errorLines.filter { $0.hasPrefix("focal: warning: step ") }
    #expect(warnings.count == 4, "\(run.error)")
    #expect(warnings.allSatisfy { $0.hasSuffix("the step was passed over") }, "\(run.error)")
    #expect(run.errorLines.count { $0.hasPrefix("  see it again with ") } >= 1, "\(run.error)")
    #expect(run.errorLines.allSatisfy { warnings.contains($0) || $0.hasPrefix("  ") })
  }

  private func waitForCheckpoint(in folder: String) throws {
    for _ in 0..<2000 {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints")) ?? []
      if names.contains(where: { !$0.hasSuffix(".partial") }) { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("no checkpoint came")
  }

  private static let slow = ProcessInfo.processInfo.environment["FOCAL_SLOW_TESTS"] == "1"

  /// Two runs with every `make test`, ten with `make test-slow`; Scripts/kill-and-resume makes a hundred.
  @Test(arguments: 0..<(slow ? 10 : 2))
  func `a run that is killed again and again ends in the same bytes`(seed: Int) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    for _ in 0..<4 {
      let running = try RunningFocal(Self.next(folder))
      let wait = Double.random(in: 0.05...2, using: &generator)
      Thread.sleep(forTimeInterval: wait)
      // Every other kill waits until a checkpoint is half written.
      if kills % 2 == 0 {
        while running.process.isRunning, !Self.isSaving(in: folder) { usleep(200) }
      }
      guard running.process.isRunning else { break }
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.wait()
      kills += 1
    }
    if !FileManager.default.fileExists(atPath: "\(folder)/final.safetensors") {
      let last = try FocalProcess(Self.next(folder))
      #expect(last.status == 0, "\(last.error)")
    }
    try expectWhole(folder, "run \(seed), killed \(kills) times")
    #expect(kills > 0)
  }

  /// What a person would do: go on with the run, or begin again where it came to no checkpoint.
  private static func next(_ folder: String) -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints")) ?? []
    if names.contains(where: { !$0.hasSuffix(".partial") }) {
      return ["train", "--resume", folder, "--quiet"]
    }
    try? FileManager.default.removeItem(atPath: folder)
    return start(folder)
  }

  private static func isSaving(in folder: String) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints")) ?? [])
      .contains { $0.hasSuffix(".partial") }
  }
}
