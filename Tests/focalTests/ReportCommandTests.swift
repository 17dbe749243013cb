import Foundation
import Testing

/// The page and the events of a run, from the command line.
@Suite(.serialized) struct ReportCommandTests {
  private static let settings = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "schedule.epochs=2", "--set", "schedule.batchSize=1", "--set", "evaluation.everyEpochs=1",
    "--set", "precision=float32", "--set", "workers=1", "--set", "threads=1",
  ]

  private static func start(_ out: String) -> [String] {
    // Of two pictures the doctor has much to say.
    ["train", "--train", "synth:2:1", "--val", "synth:1:4", "--out", out, "--no-doctor"] + settings
  }

  private func page(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `a run leaves its page, and the folder alone gives it again`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let run = try FocalProcess(Self.start(folder) + ["--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let written = try page("\(folder)/report.html")
    for part in [
      ">Complete</span>", "step 4 of 4", "Validation after epoch 2.", "id=\"pictures\"",
      "id=\"curves\"", "id=\"lens\"", "Learning rate", "Gradient norm", "seed: 0",
      "focal train --train synth:2:1", "<img",
    ] {
      #expect(written.contains(part), "\(part)")
    }
    #expect(!written.contains("location.reload()"))
    try FileManager.default.removeItem(atPath: "\(folder)/report.html")
    let again = try FocalProcess(["report", folder])
    #expect(again.status == 0 && again.output == "report: \(folder)/report.html\n")
    let made = try page("\(folder)/report.html")
    for part in [">Complete</span>", "step 4 of 4", "id=\"pictures\"", "id=\"curves\"", "<img"] {
      #expect(made.contains(part), "\(part)")
    }
    // How a run ended is kept, with its reason.
    let other = temporary.path("other.html")
    let facts = URL(fileURLWithPath: "\(folder)/run.json")
    let ended = try String(contentsOf: facts, encoding: .utf8)
    #expect(ended.contains("\"kind\" : \"complete\""))
    let failed = ended.replacingOccurrences(
      of: "\"kind\" : \"complete\"",
      with: "\"kind\" : \"failed\", \"reason\" : \"the moon was full\""
    )
    try Data(failed.utf8).write(to: facts)
    #expect(try FocalProcess(["report", folder, "--output", other]).status == 0)
    #expect(try page(other).contains("the moon was full"))
    // As a process that was killed leaves it.
    try Data(ended.replacingOccurrences(of: "\"ending\"", with: "\"none\"").utf8).write(to: facts)
    try FileManager.default.removeItem(atPath: "\(folder)/final.safetensors")
    #expect(try FocalProcess(["report", folder, "--output", other]).status == 0)
    let interrupted = try page(other)
    #expect(interrupted.contains(">Interrupted</span>"))
    #expect(interrupted.contains("focal train --resume \(folder)"))
  }

  @Test func `a page or events that cannot be written are told once and end nothing`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    #expect(try FocalProcess(Self.start(folder) + ["--quiet"]).status == 0)
    for name in ["report.html", "tensorboard", "final.safetensors"] {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    try FileManager.default.createDirectory(
      atPath: "\(folder)/report.html/in the way",
      withIntermediateDirectories: true
    )
    _ = try temporary.write("", to: "run/tensorboard")
    let run = try FocalProcess(["train", "--resume", folder, "--quiet"])
    #expect(run.status == 0, "\(run.error)")
    #expect(run.errorLines.count == 2, "\(run.error)")
    #expect(run.error.contains("\(folder)/tensorboard: cannot write TensorBoard's events"))
    #expect(run.error.contains("\(folder)/report.html: cannot write the report"))
    #expect(run.errorLines.allSatisfy { $0.hasPrefix("focal: warning: ") })
    #expect(FileManager.default.fileExists(atPath: "\(folder)/final.safetensors"))
  }

  @Test func `what is no run is named`() throws {
    let temporary = try TemporaryFolder()
    try expectFailure(
      ["report", temporary.path("absent")],
      status: 1,
      naming: ["absent/recipe.yaml", "name the folder of a training run"]
    )
    _ = try temporary.write("epochs: [", to: "recipe.yaml")
    try expectFailure(["report", temporary.url.path], status: 1, naming: ["recipe.yaml"])
    _ = try temporary.write("seed: 1\n", to: "recipe.yaml")
    _ = try temporary.write("nonsense\n", to: "metrics.jsonl")
    try expectFailure(["report", temporary.url.path], status: 1, naming: ["metrics.jsonl: line 1"])
    // One good line makes a page, which says what it lacks.
    let step = #"{"step":1,"kind":"step","epoch":1,"loss":1.5}"#
    _ = try temporary.write("nonsense\n\(step)\nmore\n", to: "metrics.jsonl")
    let run = try FocalProcess(["report", temporary.url.path])
    #expect(run.status == 0)
    #expect(run.errorLines.count == 1, "\(run.error)")
    #expect(run.error.hasPrefix("focal: warning: "))
    #expect(run.error.contains("metrics.jsonl: line 1: "))
    #expect(run.error.contains("; left out of the page, and 1 more"))
  }
}
