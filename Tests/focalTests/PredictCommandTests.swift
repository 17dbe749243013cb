import BoxGeometry
import DetectionModels
import DetectionPrediction
import Foundation
import Raster
import Testing
import Torch
import TorchNN

/// What `focal predict` takes, gives and writes, with a network that sees a dog in every cell.
struct PredictCommandTests {
  /// A model file and three pictures in two folders.
  private final class Scene: Sendable {
    let folder: TemporaryFolder
    var model: String { folder.path("m.safetensors") }

    init() throws {
      folder = try TemporaryFolder()
      let synth = try FocalProcess(["synth", "--out", folder.url.path, "--images", "2", "--quiet"])
      try #require(synth.status == 0)
      var configuration = RetinaNetConfiguration(categories: ["cat", "dog"], categoryIDs: [4, 9])
      configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
      configuration.pyramidChannels = 16
      configuration.head.depth = 1
      configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 96)
      configuration.detection.detectionsPerImage = 10
      var generator = SplitMix64(state: 1)
      let network = try RetinaNet(configuration: configuration, using: &generator)
      let named = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0.tensor) })
      let anchors = configuration.anchors.anchorsPerCell
      // Scores of about 0.88 for dogs and 0.27 for cats, a little otherwise for every picture.
      let bias = (0..<anchors * 2).map { $0 % 2 == 1 ? Float(2) : -1 }
      try withoutGradient {
        try #require(named["head.classification_head.cls_logits.bias"])
          .copy_(Tensor(bias, shape: [bias.count]))
      }
      try ModelFile.write(network, to: URL(fileURLWithPath: folder.path("m.safetensors")))
      let manager = FileManager.default
      try manager.createDirectory(
        atPath: folder.path("images/deep"),
        withIntermediateDirectories: true
      )
      try manager.copyItem(
        atPath: folder.path("images/000001.jpg"),
        toPath: folder.path("images/deep/000001.jpg")
      )
    }

    func predict(_ arguments: [String], redirection: String? = nil) throws -> FocalProcess {
      try FocalProcess(
        ["predict", "--model", model, "--precision", "float32", "--quiet"] + arguments,
        in: folder.url,
        redirection: redirection
      )
    }

    /// The lines of `--jsonl -`, each an object.
    func lines(_ arguments: [String], redirection: String? = nil) throws -> [[String: Any]] {
      let run = try predict(arguments + ["--jsonl", "-"], redirection: redirection)
      #expect(run.status == 0 && run.error.isEmpty, Comment(rawValue: run.error))
      return try run.output.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }
  }

  private static let scene = Result { try Scene() }

  private func detections(_ line: [String: Any]) -> [[String: Any]] {
    line["detections"] as? [[String: Any]] ?? []
  }

  private func scores(_ line: [String: Any]) -> [Double] {
    detections(line).compactMap { $0["score"] as? Double }
  }

  @Test func `pictures come from folders in folders, lists and standard input alike`() throws {
    let scene = try Self.scene.get()
    #expect(try scene.lines(["images"]).count == 2)
    let all = try scene.lines(["images", "--recursive"])
    #expect(
      all.map { $0["file_name"] as? String }
        == ["images/000001.jpg", "images/000002.jpg", "images/deep/000001.jpg"]
    )
    #expect(scores(all[0]) == scores(all[2]) && scores(all[0]).count == 10)
    let names = ["images/000002.jpg", "images/deep/000001.jpg"]
    let byLines = try scene.folder.write(names.joined(separator: "\r\n") + "\n\n", to: "a.txt")
    let byZeros = try scene.folder.write(names.joined(separator: "\0"), to: "b.txt")
    for arguments in [["--list", byLines], ["--list", byZeros]] {
      let listed = try scene.lines(arguments)
      #expect(listed.map { $0["file_name"] as? String } == names)
      #expect(listed.map(scores) == [scores(all[1]), scores(all[2])])
    }
    let piped = try scene.lines(["--list", "-"], redirection: "<'\(byLines)'")
    #expect(piped.map(scores) == [scores(all[1]), scores(all[2])])
    let single = try scene.lines(["-"], redirection: "<images/000001.jpg")
    #expect(single.map(scores) == [scores(all[0])])
    #expect(single[0]["file_name"] as? String == "-")
  }

  @Test func `what cannot be had from a list or standard input is told`() throws {
    let scene = try Self.scene.get()
    let empty = try scene.folder.write("\n\n", to: "empty.txt")
    let start = ["predict", "--model", scene.model, "--quiet"]
    try expectFailure(start + ["--list", empty], status: 1, naming: [empty, "names no picture"])
    try expectFailure(start + ["--list", "/no/list"], status: 1, naming: ["/no/list", "no such"])
    try expectFailure(start + ["-"], status: 1, naming: ["standard input", "empty"])
    let missing = try scene.folder.write("images/none.jpg\nimages/000001.jpg\n", to: "c.txt")
    let run = try scene.predict(["--list", missing, "--jsonl", "-"])
    #expect(run.status == 1)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("{\"error\":"))
    #expect(run.errorLines.count == 2 && run.errorLines[0].contains("images/none.jpg"))
  }

  @Test func `threads change nothing, batches next to nothing`() throws {
    let scene = try Self.scene.get()
    let inputs = ["images", "--recursive", "images", "images/000002.jpg"]
    let one = try scene.predict(inputs + ["--jsonl", "-", "--workers", "1"]).output
    #expect(one.split(separator: "\n").count == 7)
    #expect(try scene.predict(inputs + ["--jsonl", "-", "--workers", "4"]).output == one)
    let alone = try scene.lines(inputs)
    let batched = try scene.lines(inputs + ["--batch", "4"])
    #expect(batched.count == alone.count)
    for (a, b) in zip(alone, batched) {
      #expect(a["file_name"] as? String == b["file_name"] as? String)
      #expect(scores(a).count == scores(b).count)
      // Sums of other orders: some units in the last place of single precision.
      for (x, y) in zip(scores(a), scores(b)) { #expect(abs(x - y) < 1e-5) }
    }
  }

  @Test func `tables, texts and results tell the same`() throws {
    let scene = try Self.scene.get()
    let run = try scene.predict([
      "images", "--recursive", "--csv", "t.csv", "--yolo", "labels", "--detections", "r.json",
      "--jsonl", "l.jsonl",
    ])
    #expect(run.status == 0 && run.error.isEmpty && run.output.isEmpty)
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: scene.folder.path(name), encoding: .utf8)
    }
    let rows = try text("t.csv").split(separator: "\n")
    #expect(rows.count == 31)
    #expect(rows[30].hasPrefix("3,images/deep/000001.jpg,9,dog,0."))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scene.folder.path("labels")).sorted()
        == ["000001-2.txt", "000001.txt", "000002.txt", "classes.txt"]
    )
    #expect(try text("labels/classes.txt") == "cat\ndog\n")
    let labels = try text("labels/000002.txt").split(separator: "\n")
    #expect(labels.count == 10)
    for label in labels {
      let fields = label.split(separator: " ").compactMap { Double($0) }
      #expect(fields.count == 6 && fields[0] == 1)
      #expect(fields.dropFirst().allSatisfy { (0...1).contains($0) })
    }
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(text("r.json").utf8)) as? [[String: Any]]
    )
    #expect(results.count == 30 && results.allSatisfy { $0["category_id"] as? Int == 9 })
    #expect(try text("l.jsonl").split(separator: "\n").count == 3)
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.folder.url.path)
    #expect(!left.contains { $0.hasPrefix(".partial") })
  }

  @Test func `where the work fails, no file is half there and none is lost`() throws {
    let scene = try Self.scene.get()
    let folder = try TemporaryFolder()
    let broken = try folder.write("no picture", to: "x.jpg")
    let kept = try folder.write("old", to: "old.csv")
    let run = try scene.predict([
      "images", broken, "--on-bad-data", "stop", "--csv", kept, "--detections",
      folder.path("new.json"), "--json",
    ])
    #expect(run.status == 1 && run.output.isEmpty && run.errorLines.count == 1)
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "old")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == ["old.csv", "x.jpg"]
    )
    for (option, path, part) in [
      ("--csv", "images/000001.jpg", "--csv"), ("--jsonl", "images", "it is a folder"),
      ("--csv", "no/t.csv", "no such folder"), ("--yolo", "m.safetensors/d", "is a file"),
    ] {
      let refused = try scene.predict(["images", option, path])
      #expect(refused.status == 1 && refused.error.contains(part), Comment(rawValue: refused.error))
    }
    let twice = try scene.predict(["images", "--csv", "u.csv", "--jsonl", "u.csv"])
    #expect(twice.status == 1 && twice.error.contains("name two files"))
  }

  @Test func `categories, limit and overlap are as asked for`() throws {
    let scene = try Self.scene.get()
    let picture = ["images/000001.jpg", "--score", "0.1"]
    let cats = try scene.lines(picture + ["--classes", "cat"])
    // Dogs score more and would have used up the limit of ten.
    #expect(detections(cats[0]).count == 10)
    #expect(detections(cats[0]).allSatisfy { $0["category"] as? String == "cat" })
    #expect(try scene.lines(picture + ["--classes", "4"]).map(scores) == cats.map(scores))
    #expect(try detections(scene.lines(picture + ["--limit", "3"])[0]).count == 3)
    let all = try detections(scene.lines(picture + ["--limit", "100000", "--iou", "1"])[0])
    let fewer = try detections(scene.lines(picture + ["--limit", "100000"])[0])
    let agnostic = try detections(
      scene.lines(picture + ["--limit", "100000", "--class-agnostic"])[0]
    )
    #expect(all.count > fewer.count && fewer.count > agnostic.count && agnostic.count > 0)
    let unknown = try scene.predict(picture + ["--classes", "dgo"])
    #expect(unknown.status == 64 && unknown.errorLines.count == 1)
    #expect(unknown.error.contains("'dgo'") && unknown.error.contains("did you mean dog?"))
  }

  @Test func `more looks find what one look finds, in its place`() throws {
    let scene = try Self.scene.get()
    let picture = ["images/000001.jpg", "--limit", "1000", "--iou", "0.3"]
    let one = try scene.lines(picture)
    for looks in [
      ["--flip"], ["--scales", "48,64"], ["--tile", "64", "--flip"], ["--tile", "auto"],
    ] {
      let found = try scene.lines(picture + looks)
      #expect(!detections(found[0]).isEmpty)
      let (width, height) = (one[0]["width"] as? Double ?? 0, one[0]["height"] as? Double ?? 0)
      for detection in detections(found[0]) {
        let box = detection["bbox"] as? [Double] ?? []
        try #require(box.count == 4)
        #expect(box[0] >= 0 && box[0] + box[2] <= width + 0.01)
        #expect(box[1] >= 0 && box[1] + box[3] <= height + 0.01)
      }
    }
    #expect(try scene.lines(picture + ["--tile", "65536"]).map(scores) == one.map(scores))
  }

  @Test func `a stop by Ctrl-C leaves what is done in whole files`() throws {
    let scene = try Self.scene.get()
    let folder = try TemporaryFolder()
    let list = try folder.write(
      String(repeating: "images/000001.jpg\n", count: 100_000),
      to: "list.txt"
    )
    let running = try RunningFocal(
      ["predict", "--model", scene.model, "--list", list, "--detections", folder.path("r.json")],
      in: scene.folder.url
    )
    while try running.errorSoFar().isEmpty, running.process.isRunning {
      // Once it is at work the file is begun beside its place.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      if names.contains(where: { $0.hasPrefix(".partial") }) { break }
      usleep(20_000)
    }
    usleep(500_000)
    running.process.interrupt()
    let run = try running.wait()
    #expect(run.status == 130, Comment(rawValue: run.error))
    #expect(run.error.contains("of 100000 pictures are done and written"))
    let rows = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: folder.path("r.json")))
      ) as? [Any]
    )
    #expect(rows.count % 10 == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == ["list.txt", "r.json"]
    )
  }

  @Test func `without ffmpeg a video is refused in one line`() throws {
    let scene = try Self.scene.get()
    let run = try scene.predict(
      ["--video", "none.mp4", "--jsonl", "-"],
      redirection: "</dev/null"
    )
    #expect(run.status == 1 && run.errorLines.count == 1)
    let isHere = (try? FFmpeg()) != nil
    #expect(run.error.contains(isHere ? "none.mp4: no such file" : "apt install ffmpeg"))
  }

  @Test(.enabled(if: (try? FFmpeg()) != nil, "ffmpeg is not installed"))
  func `a video becomes a drawn one, with frames and seconds in the table`() throws {
    let scene = try Self.scene.get()
    let ffmpeg = try FFmpeg()
    let source = URL(fileURLWithPath: scene.folder.path("in.mp4"))
    let writer = FrameWriter(source, rate: FrameRate(numerator: 5, denominator: 1), by: ffmpeg)
    let picture = RasterImage(width: 96, height: 64, red: 90, green: 120, blue: 40)
    for _ in 0..<11 { try writer.write(picture) }
    try writer.finish()
    let run = try scene.predict([
      "--video", "in.mp4", "--draw", "out.mp4", "--csv", "v.csv", "--every", "5", "--jsonl", "-",
    ])
    #expect(run.status == 0 && run.error.isEmpty, Comment(rawValue: run.error))
    let lines = try run.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(lines.map { $0["frame"] as? Int } == [0, 5, 10])
    #expect(lines.map { $0["time"] as? Double } == [0, 1, 2])
    let table = try String(contentsOfFile: scene.folder.path("v.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 31)
    #expect(table.contains("\n10,2,9,dog,"))
    let facts = try ffmpeg.facts(of: URL(fileURLWithPath: scene.folder.path("out.mp4")))
    #expect(facts.frames == 3 && facts.rate.perSecond == 1)
    #expect(facts.width == 96 && facts.height == 64)
    for (draw, part) in [("in.mp4", "is the video itself"), ("out", "its ending")] {
      let refused = try scene.predict(["--video", "in.mp4", "--draw", draw])
      #expect(refused.status == 1 && refused.error.contains(part), Comment(rawValue: refused.error))
    }
    let text = try scene.folder.write("no video", to: "text.mp4")
    let refused = try scene.predict(["--video", text])
    #expect(refused.status == 1 && refused.errorLines.count == 1)
    #expect(refused.error.contains("text.mp4: cannot be read as a video"))
  }
}
