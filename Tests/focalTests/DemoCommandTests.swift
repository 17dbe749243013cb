import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.serialized) struct DemoCommandTests {
  /// The smallest demo, one step of either loss; the tests share it.
  private struct Finished {
    let temporary: TemporaryFolder
    let run: FocalProcess
    let page: String
    let figures: Figures
    var folder: String { temporary.path("demo") }
  }

  /// What a demo prints.
  private struct Figures: Decodable {
    struct Run: Decodable {
      let name: String
      let AP: Double
      let AP50: Double
    }
    let report: String
    let runs: [Run]
  }

  private static let finished = Result {
    let temporary = try TemporaryFolder()
    let run = try FocalProcess(arguments(temporary) + ["--quiet"])
    try #require(run.status == 0, "\(run.error)")
    let page = try String(contentsOfFile: temporary.path("demo/report.html"), encoding: .utf8)
    let figures = try JSONDecoder().decode(Figures.self, from: Data(run.output.utf8))
    return Finished(temporary: temporary, run: run, page: page, figures: figures)
  }

  private static func arguments(_ temporary: TemporaryFolder) -> [String] {
    ["demo", "--out", temporary.path("demo"), "--train-images", "8", "--epochs", "1", "--json"]
  }

  @Test func `a demo leaves data, two runs and a page, and prints one object`() throws {
    let demo = try Self.finished.get()
    #expect(demo.run.error.isEmpty)
    #expect(try demo.run.json().keys.sorted() == ["report", "runs"])
    #expect(demo.figures.report == "\(demo.folder)/report.html")
    #expect(demo.figures.runs.map(\.name) == ["focal", "cross-entropy"])
    #expect(try names(in: demo.folder) == ["data", "report.html", "runs"])
    #expect(try names(in: "\(demo.folder)/data") == ["held-out", "train", "validation"])
    for run in ["focal", "cross-entropy"] {
      let files = try names(in: "\(demo.folder)/runs/\(run)")
      for file in ["best.safetensors", "final.safetensors", "recipe.yaml"] {
        #expect(files.contains(file), "\(run): \(files)")
      }
      let metrics = try String(
        contentsOfFile: "\(demo.folder)/runs/\(run)/metrics.jsonl",
        encoding: .utf8
      )
      #expect(metrics.split(separator: "\n").count == 2)
    }
  }

  @Test func `the runs differ in the loss and the prior alone`() throws {
    let demo = try Self.finished.get()
    let recipes = try ["focal", "cross-entropy"].map {
      try String(contentsOfFile: "\(demo.folder)/runs/\($0)/recipe.yaml", encoding: .utf8)
        .split(separator: "\n")
    }
    let differing = zip(recipes[0], recipes[1]).filter { $0 != $1 }
      .compactMap { $0.0.split(separator: ":").first?.trimmingCharacters(in: .whitespaces) }
    #expect(differing == ["priorProbability", "kind", "alpha"])
  }

  @Test func `the page shows both runs, their figures and the pictures`() throws {
    let demo = try Self.finished.get()
    #expect(demo.page.contains("on 8 rendered pictures of small objects"))
    #expect(demo.page.contains("scored on 8 pictures it has not seen."))
    #expect(demo.page.contains("focal loss, prior initialisation"))
    #expect(demo.page.contains("plain cross entropy, default initialisation"))
    #expect(demo.page.contains("the first 8 of the held-out set"))
    #expect(demo.page.contains("--train-images 8 --epochs 1</code>"))
    // Each picture as it was annotated and as either run sees it.
    #expect(demo.page.components(separatedBy: "<div class=\"item\"").count == 1 + 8)
    #expect(demo.page.components(separatedBy: "data:image/jpeg;base64,").count == 1 + 3 * 8)
    for run in demo.figures.runs {
      for (name, value) in [("AP", run.AP), ("AP50", run.AP50)] {
        #expect((0...1).contains(value))
        let cell = "data-label=\"\(name)\"><span>\(String(format: "%.3f", value))</span>"
        #expect(demo.page.contains(cell), "\(run.name): \(name) \(value)")
      }
      // With three digits, the one figure that one step sets apart.
      let loss = try finalLoss(of: run.name, in: demo.folder)
      let digits = loss < 10 ? 2 : loss < 100 ? 1 : 0
      let cell = "data-label=\"Loss\"><span>\(String(format: "%.\(digits)f", loss))</span>"
      #expect(demo.page.contains(cell), "\(run.name): loss \(loss)")
    }
    #expect(!demo.page.contains(">nan"))
  }

  @Test func `the figures are those of eval on the held-out pictures`() throws {
    let demo = try Self.finished.get()
    for run in demo.figures.runs {
      let eval = try FocalProcess([
        "eval", "--model", "\(demo.folder)/runs/\(run.name)/best.safetensors", "--data",
        "\(demo.folder)/data/held-out/annotations.json", "--json", "--quiet",
      ])
      #expect(eval.status == 0, "\(eval.error)")
      let figures = try eval.json()
      #expect(figures["AP"] as? Double == run.AP)
      #expect(figures["AP50"] as? Double == run.AP50)
    }
  }

  @Test func `a demo over an older one starts afresh`() throws {
    let temporary = try TemporaryFolder()
    for name in ["runs/cross-entropy/checkpoints/step-0000000001", "data/train/images"] {
      try FileManager.default.createDirectory(
        atPath: temporary.path("demo/\(name)"),
        withIntermediateDirectories: true
      )
    }
    _ = try temporary.write("old", to: "demo/report.html")
    let run = try FocalProcess(Self.arguments(temporary) + ["--focal-only"])
    #expect(run.status == 0, "\(run.error)")
    #expect(try #require(try run.json()["runs"] as? [Any]).count == 1)
    #expect(try names(in: temporary.path("demo/runs")) == ["focal"])
    let page = try String(contentsOfFile: temporary.path("demo/report.html"), encoding: .utf8)
    #expect(page.contains("focal loss, prior initialisation"))
    #expect(!page.contains("cross entropy") && !page.contains("Both runs"))
  }

  @Test func `a demo under way is not swept away by a second`() throws {
    let temporary = try TemporaryFolder()
    let run = temporary.path("demo/runs/focal")
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    let descriptor = open("\(run)/.lock", O_RDWR | O_CREAT, 0o644)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    try expectFailure(
      Self.arguments(temporary),
      status: 1,
      naming: [temporary.path("demo"), "another demo trains in this folder now", "--out"]
    )
    #expect(FileManager.default.fileExists(atPath: "\(run)/.lock"))
  }

  @Test(arguments: ["7", "100001", "-8", "many"])
  func `numbers of pictures that no demo can have are refused`(count: String) throws {
    try expectFailure(
      ["demo", "--train-images", count],
      status: 64,
      naming: ["--train-images", count]
    )
  }

  @Test func `Ctrl-C is heard while the pictures are rendered`() throws {
    let folder = try TemporaryFolder()
    let running = try RunningFocal(["demo", "--out", folder.path("demo")])
    let data = folder.path("demo/data")
    while running.process.isRunning, !FileManager.default.fileExists(atPath: data) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    running.process.interrupt()
    let stopped = try running.wait()
    #expect(stopped.status == 130)
    #expect(stopped.output.isEmpty)
    #expect(
      stopped.errorLines == [
        "focal: stopping after this step; again to end at once", "focal: error: stopped",
      ],
      "\(stopped.error)"
    )
    // What was half rendered is gone.
    #expect(try names(in: data).isEmpty)
  }

  @Test func `a folder that is something else is left alone`() throws {
    let folder = try TemporaryFolder()
    let mine = try folder.write("mine", to: "thesis.txt")
    try expectFailure(
      ["demo", "--out", folder.url.path],
      status: 1,
      naming: [folder.url.path, "thesis.txt", "--out"]
    )
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
  }

  private func finalLoss(of run: String, in folder: String) throws -> Double {
    let text = try String(contentsOfFile: "\(folder)/runs/\(run)/metrics.jsonl", encoding: .utf8)
    let loss = text.matches(of: /"loss":([0-9.]+)/).last?.1
    return try #require(Double(loss ?? ""))
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
}
