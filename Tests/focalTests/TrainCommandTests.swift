import Foundation
import Testing

/// From `focal train` to `focal eval` and `focal predict` with the smallest network that has every part.
@Suite(.serialized) struct TrainCommandTests {
  private static let settings = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "schedule.epochs=6", "--set", "schedule.batchSize=1", "--set", "evaluation.everyEpochs=6",
    "--set", "precision=float32", "--set", "workers=1", "--set", "checkpoint.everySteps=1",
  ]

  private static func start(_ out: String) -> [String] {
    // Of two pictures and twelve steps the doctor has much to say.
    ["train", "--train", "synth:2:1", "--val", "synth:1:4", "--out", out, "--no-doctor"] + settings
  }

  /// A finished run that the tests share.
  private struct Finished {
    let temporary: TemporaryFolder
    let run: FocalProcess
    var folder: String { temporary.path("run") }
    var model: String { temporary.path("run/final.safetensors") }
  }

  private static let finished = Result {
    let temporary = try TemporaryFolder()
    let run = try FocalProcess(start(temporary.path("run")) + ["--json", "--quiet"])
    return Finished(temporary: temporary, run: run)
  }

  @Test func `a run leaves its files and prints one object`() throws {
    let finished = try Self.finished.get()
    #expect(finished.run.status == 0)
    #expect(finished.run.error.isEmpty)
    let figures = try finished.run.json()
    #expect(figures["complete"] as? Bool == true)
    #expect(figures["steps"] as? Int == 12)
    #expect((figures["skipped"] as? [String])?.isEmpty == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: finished.folder).sorted() == [
        ".lock", "best.safetensors", "checkpoints", "data.json", "final.safetensors",
        "last.safetensors", "metrics.jsonl", "recipe.yaml", "report.html", "run.json",
        "tensorboard",
        "validation.json",
      ]
    )
    let lines = try String(contentsOfFile: "\(finished.folder)/metrics.jsonl", encoding: .utf8)
    #expect(lines.split(separator: "\n").count == 13)
  }

  @Test func `the recipe in the folder is the one that was asked for`() throws {
    let finished = try Self.finished.get()
    let written = try String(contentsOfFile: "\(finished.folder)/recipe.yaml", encoding: .utf8)
    let settings = Array(Self.settings.dropFirst(2))
    #expect(try FocalProcess(["config", "small"] + settings).output == written)
  }

  @Test func `a folder with a run in it is left alone`() throws {
    let finished = try Self.finished.get()
    let before = try Data(contentsOf: URL(fileURLWithPath: finished.model))
    try expectFailure(
      Self.start(finished.folder) + ["--quiet"],
      status: 1,
      naming: [finished.folder, "--resume"]
    )
    let isSame = try Data(contentsOf: URL(fileURLWithPath: finished.model)) == before
    #expect(isSame)
  }

  /// The first Ctrl-C saves and stops; --resume goes on as if nothing had been.
  @Test func `an interrupted run is resumed to the same bytes`() throws {
    let finished = try Self.finished.get()
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let running = try RunningFocal(Self.start(folder))
    let metrics = URL(fileURLWithPath: "\(folder)/metrics.jsonl")
    while running.process.isRunning, (try? Data(contentsOf: metrics))?.isEmpty ?? true {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.process.interrupt()
    let stopped = try running.wait()
    #expect(stopped.status == 130)
    #expect(stopped.output.isEmpty)
    #expect(stopped.error.contains("\nfocal: stopping after this step; again to end at once\n"))
    #expect(stopped.error.contains("stopped after"), "\(stopped.error)")
    #expect(stopped.error.contains("go on with: focal train --resume \(folder)"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/final.safetensors"))
    // From another folder: the run knows its data.
    let resumed = try FocalProcess(["train", "--resume", folder, "--quiet"])
    #expect(resumed.status == 0 && resumed.error.isEmpty && resumed.output.isEmpty)
    let isSame =
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/final.safetensors"))
      == Data(contentsOf: URL(fileURLWithPath: finished.model))
    #expect(isSame)
  }

  /// The finished run in a folder of the test's own.
  private func copy(into temporary: TemporaryFolder) throws -> String {
    let folder = temporary.path("copy")
    try FileManager.default.copyItem(atPath: Self.finished.get().folder, toPath: folder)
    return folder
  }

  @Test func `a run that is complete already says so, and how to train longer`() throws {
    let temporary = try TemporaryFolder()
    let folder = try copy(into: temporary)
    let final = URL(fileURLWithPath: "\(folder)/final.safetensors")
    let before = try Data(contentsOf: final)
    let resumed = try FocalProcess(["train", "--resume", folder])
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(resumed.error.contains("the run was complete already since 20"), "\(resumed.error)")
    #expect(
      resumed.error.contains(
        " UTC, after 12 steps: nothing was trained; its weights: \(final.path)\n"
      )
    )
    #expect(
      resumed.error.contains(
        "--weights \(final.path) --config \(folder)/recipe.yaml --set schedule.epochs=N --out RUN\n"
      )
    )
    #expect(!resumed.error.contains("done after"))
    let isSame = try Data(contentsOf: final) == before
    #expect(isSame)
    let again = try FocalProcess(["train", "--resume", folder, "--quiet", "--json"])
    #expect(again.status == 0 && again.error.isEmpty)
    #expect(try again.json()["wasComplete"] as? Bool == true)
    #expect(try Self.finished.get().run.json()["wasComplete"] as? Bool == false)
  }

  @Test func `a run goes on where the record of its processes cannot be written`() throws {
    let temporary = try TemporaryFolder()
    let folder = try copy(into: temporary)
    let record = "\(folder)/run.json"
    try FileManager.default.removeItem(atPath: record)
    try FileManager.default.createDirectory(atPath: record, withIntermediateDirectories: false)
    let resumed = try FocalProcess(["train", "--resume", folder, "--quiet"])
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(
      resumed.errorLines == [
        "focal: warning: \(record): cannot be written: it is a folder; training goes on without a record of this process"
      ]
    )
  }

  @Test func `a damaged log is told by its line, kept, and stops neither run nor page`() throws {
    let temporary = try TemporaryFolder()
    let folder = try copy(into: temporary)
    let log = "\(folder)/metrics.jsonl"
    var lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    lines[2] = "{\"step\":3,\"lo"
    try (lines.joined(separator: "\n") + "\n").write(toFile: log, atomically: true, encoding: .utf8)
    let before = try Data(contentsOf: URL(fileURLWithPath: log))
    let resumed = try FocalProcess(["train", "--resume", folder, "--quiet"])
    #expect(resumed.status == 0 && resumed.errorLines.count == 1, "\(resumed.error)")
    #expect(resumed.error.hasPrefix("focal: warning: \(log): line 3: "), "\(resumed.error)")
    let isKept = try Data(contentsOf: URL(fileURLWithPath: log)) == before
    #expect(isKept)
    #expect(try FocalProcess(["report", folder]).status == 0)
  }

  @Test func `a log that was emptied is told, and stops neither run nor page`() throws {
    let temporary = try TemporaryFolder()
    let folder = try copy(into: temporary)
    let log = "\(folder)/metrics.jsonl"
    try Data().write(to: URL(fileURLWithPath: log))
    let resumed = try FocalProcess(["train", "--resume", folder, "--quiet"])
    #expect(resumed.status == 0 && resumed.errorLines.count == 1, "\(resumed.error)")
    #expect(
      resumed.error.hasPrefix("focal: warning: \(log): the lines of steps 1 to 12 are missing"),
      "\(resumed.error)"
    )
    #expect(try FocalProcess(["report", folder]).status == 0)
  }

  @Test func `Ctrl-C is heard while the validation pictures are scored`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.path("run")
    let running = try RunningFocal(
      ["train", "--train", "synth:1:1", "--val", "synth:12:4", "--out", folder] + Self.settings
        + ["--set", "schedule.epochs=1", "--set", "checkpoint.everySteps=0"]
    )
    // Written when the scoring begins.
    let last = "\(folder)/last.safetensors"
    while running.process.isRunning, !FileManager.default.fileExists(atPath: last) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.process.interrupt()
    let stopped = try running.wait()
    #expect(stopped.status == 130, "\(stopped.error)")
    #expect(stopped.error.contains("go on with: focal train --resume \(folder)"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/best.safetensors"))
    let resumed = try FocalProcess(["train", "--resume", folder, "--quiet", "--json"])
    #expect(resumed.status == 0 && resumed.error.isEmpty)
    let figures = try resumed.json()
    #expect(figures["complete"] as? Bool == true && figures["steps"] as? Int == 1)
    #expect(figures["bestEpoch"] as? Int == 1)
  }

  @Test func `a model is scored with one object on standard output`() throws {
    let finished = try Self.finished.get()
    let run = try FocalProcess([
      "eval", "--model", finished.model, "--data", "synth:1:4", "--json", "--quiet",
    ])
    #expect(run.status == 0 && run.error.isEmpty)
    let figures = try run.json()
    #expect(figures["images"] as? Int == 1)
    // What the run itself said of its end, on the same picture with the same weights.
    let trained = try #require(try finished.run.json()["bestAP"] as? Double)
    #expect(figures["AP"] as? Double == trained)
  }

  @Test func `data that cannot be used ends train and eval by name`() throws {
    let finished = try Self.finished.get()
    let folder = try TemporaryFolder()
    let absent = folder.path("absent.json")
    let coco = try folder.write(
      """
      {"images": [{"id": 1, "file_name": "no.png", "width": 8, "height": 8}],
       "categories": [{"id": 1, "name": "x"}], "annotations": []}
      """,
      to: "coco.json"
    )
    let keyless = try folder.write(
      "{\"images\": [{\"id\": 1}], \"categories\": [], \"annotations\": []}",
      to: "keyless.json"
    )
    for (data, parts) in [
      (absent, [absent]), ("synth:0:1", ["synth:0:1"]), ("synth:x:1", ["synth:x:1"]),
      (folder.url.path, [folder.url.path]), (keyless, [keyless, "images[0]", "file_name"]),
      (coco, ["no.png"]),
    ] {
      try expectFailure(
        ["eval", "--model", finished.model, "--data", data],
        status: 1,
        naming: parts
      )
      try expectFailure(
        [
          "train", "--train", data, "--val", "synth:1:1", "--out", folder.path("run"),
          "--on-bad-data", "stop",
        ],
        status: 1,
        naming: parts
      )
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test func `a folder without a run cannot be resumed`() throws {
    let folder = try TemporaryFolder()
    try expectFailure(
      ["train", "--resume", folder.url.path],
      status: 1,
      naming: [folder.url.path, "no run to resume"]
    )
    _ = try folder.write(
      "{\"train\": \"synth:1:1\", \"validation\": \"synth:1:2\"}",
      to: "data.json"
    )
    try expectFailure(
      ["train", "--resume", folder.url.path],
      status: 1,
      naming: [folder.path("recipe.yaml")]
    )
  }

  // MARK: - predict

  @Test func `one broken file among pictures is told, the rest is done`() throws {
    let finished = try Self.finished.get()
    let folder = try TemporaryFolder()
    let synth = try FocalProcess(["synth", "--out", folder.url.path, "--images", "2", "--quiet"])
    #expect(synth.status == 0)
    let broken = try folder.write("this is no picture", to: "images/000001b.jpg")
    _ = try folder.write("left out", to: "images/notes.txt")
    let run = try FocalProcess([
      "predict", "--model", finished.model, folder.path("images"), "--score", "0", "--json",
      "--detections", folder.path("found.json"), "--draw", folder.path("drawn"), "--quiet",
    ])
    #expect(run.status == 1)
    #expect(run.errorLines.count == 2)
    #expect(run.errorLines[0].hasPrefix("focal: error: \(broken): "), "\(run.error)")
    #expect(run.errorLines[1].contains("1 of 3 pictures could not be read"), "\(run.error)")
    let summary = try run.json()
    #expect(summary["images"] as? Int == 2)
    let rows = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: folder.path("found.json")))
      ) as? [[String: Any]]
    )
    // The places in the list of files: the broken one keeps its own.
    #expect(Set(rows.compactMap { $0["image_id"] as? Int }) == [1, 3])
    #expect((summary["detections"] as? [Any])?.count == rows.count)
    for row in rows {
      #expect((row["bbox"] as? [Double])?.count == 4)
      #expect((1...4).contains(row["category_id"] as? Int ?? 0))
      #expect((0...1).contains(row["score"] as? Double ?? -1))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("drawn")).sorted()
        == ["000001.jpg", "000002.jpg"]
    )
  }

  @Test func `a picture is found in text, by file and by pattern alike`() throws {
    let finished = try Self.finished.get()
    let folder = try TemporaryFolder()
    _ = try FocalProcess(["synth", "--out", folder.url.path, "--images", "1", "--quiet"])
    let picture = folder.path("images/000001.jpg")
    for (input, name) in [
      (picture, picture), (folder.path("images/*.jpg"), picture),
      ("images/000001.jpg", "images/000001.jpg"), ("images/*.jpg", "images/000001.jpg"),
      ("images", "images/000001.jpg"), ("images/", "images/000001.jpg"),
    ] {
      let run = try FocalProcess(
        ["predict", "--model", finished.model, input, "--score", "1", "--quiet"],
        in: folder.url
      )
      #expect(run.status == 0 && run.error.isEmpty)
      #expect(run.output == "\(name): nothing\n")
    }
    let results = try FocalProcess(
      [
        "predict", "--model", finished.model, "images", "--score", "0", "--quiet", "--detections",
        "found.json",
      ],
      in: folder.url
    )
    #expect(results.status == 0 && results.error.isEmpty)
    let rows = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: folder.path("found.json")))
      ) as? [[String: Any]]
    )
    #expect(Set(rows.compactMap { $0["file_name"] as? String }) == ["images/000001.jpg"])
  }

  @Test func `no drawing takes the place of a picture`() throws {
    let finished = try Self.finished.get()
    let folder = try TemporaryFolder()
    _ = try FocalProcess(["synth", "--out", folder.url.path, "--images", "2", "--quiet"])
    let picture = folder.path("images/000002.jpg")
    let before = try Data(contentsOf: URL(fileURLWithPath: picture))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"),
      withDestinationPath: folder.path("images")
    )
    for target in ["images", "images/../images/", "link"] {
      try expectFailure(
        ["predict", "--model", finished.model, picture, "--draw", folder.path(target), "--quiet"],
        status: 1,
        naming: ["000002.jpg", "--draw"]
      )
    }
    let isSame = try Data(contentsOf: URL(fileURLWithPath: picture)) == before
    #expect(isSame)
  }

  @Test func `training goes on where standard error cannot be written`() throws {
    let temporary = try TemporaryFolder()
    let run = try FocalProcess(
      Self.start(temporary.path("run")) + ["--json", "--set", "schedule.epochs=1"],
      redirection: "2>/dev/full"
    )
    #expect(run.status == 0)
    #expect(try run.json()["complete"] as? Bool == true)
  }

  @Test func `an input that cannot be used is named`() throws {
    let finished = try Self.finished.get()
    let folder = try TemporaryFolder()
    let text = try folder.write("this is no picture", to: "text.png")
    let absent = folder.path("absent.png")
    func arguments(_ input: String) -> [String] {
      ["predict", "--model", finished.model, input, "--quiet"]
    }
    try expectFailure(arguments(text), status: 1, naming: [text])
    try expectFailure(arguments(absent), status: 1, naming: [absent, "no such file"])
    try expectFailure(arguments("two\nlines.png"), status: 1, naming: ["two lines.png"])
    try expectFailure(arguments(folder.path("*.jpeg")), status: 1, naming: ["no file matches"])
    try FileManager.default.removeItem(atPath: text)
    try expectFailure(arguments(folder.url.path), status: 1, naming: [folder.url.path, ".png"])
    let model = folder.path("absent.safetensors")
    let image = try #require(
      try? FocalProcess(["synth", "--out", folder.url.path, "--images", "1", "--quiet"])
    )
    #expect(image.status == 0)
    try expectFailure(
      ["predict", "--model", model, folder.path("images")],
      status: 1,
      naming: [model]
    )
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.path("images/000001.jpg")))
    for (path, part) in [
      ("images/000001.jpg", "is a picture or the model"), ("images", "it is a folder"),
    ] {
      try expectFailure(
        arguments(folder.path("images")) + ["--detections", folder.path(path)],
        status: 1,
        naming: [folder.path(path), part]
      )
    }
    let isSame =
      try Data(contentsOf: URL(fileURLWithPath: folder.path("images/000001.jpg"))) == before
    #expect(isSame)
    try expectFailure(
      arguments(folder.path("images")) + ["--draw", folder.path("images/000001.jpg/drawn")],
      status: 1,
      naming: ["000001.jpg is a file"]
    )
    let unwritable = folder.path("absent/found.json")
    try expectFailure(
      arguments(folder.path("images")) + ["--detections", unwritable],
      status: 1,
      naming: [unwritable, "cannot be written"]
    )
  }
}
