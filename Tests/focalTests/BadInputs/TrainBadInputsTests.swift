import Foundation
import TestSupport
import Testing

/// The pictures of the collection of bad inputs through `focal train` and `focal predict`.
@Suite(.serialized, .requiresSharedData("bad_inputs")) struct TrainBadInputsTests {
  private static let memoryMiB = 1024
  private static let pictures = BadInput.all(in: "images")
  private static let refused = pictures.filter { $0.expect == .refuse }

  /// One epoch of the smallest network that has every part.
  private static let settings = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "schedule.epochs=1", "--set", "schedule.batchSize=8", "--set", "precision=float32", "--set",
    "threads=1", "--set", "workers=1", "--json", "--quiet",
  ]

  private static func train(
    _ inputs: [BadInput],
    in folder: TemporaryFolder,
    onBadData: String
  ) throws -> FocalProcess {
    let data = try BadInputDataset.coco(around: inputs, in: folder)
    return try FocalProcess(
      ["train", "--train", data, "--val", data, "--out", folder.path("run")] + settings
        + ["--set", "onBadData=\(onBadData)"],
      memoryMiB: memoryMiB
    )
  }

  /// A run on all of them.
  private struct Finished {
    let folder: TemporaryFolder
    let run: FocalProcess
    var model: String { folder.path("run/final.safetensors") }
  }

  private static let finished = Result {
    let folder = try TemporaryFolder()
    return Finished(folder: folder, run: try train(pictures, in: folder, onBadData: "skip"))
  }

  @Test func `training leaves out what it cannot read, and names it`() throws {
    let run = try Self.finished.get().run
    #expect(run.status == 0, Comment(rawValue: run.error))
    let skipped = try #require(try run.json()["skipped"] as? [String])
    for input in Self.pictures {
      let isNamed = skipped.contains { $0.contains(input.name) }
      if input.expect == .refuse { #expect(isNamed, Comment(rawValue: input.path)) }
      if input.expect == .accept { #expect(!isNamed, Comment(rawValue: input.path)) }
    }
  }

  @Test(arguments: refused) func `training stops at the first`(input: BadInput) throws {
    let run = try Self.train([input], in: TemporaryFolder(), onBadData: "stop")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    // Here the validation pictures are the training's, of which it warns.
    let errors = run.errorLines.filter { $0.hasPrefix("focal: error: ") }
    #expect(errors.count == 1, Comment(rawValue: run.error))
    #expect(run.error.contains(input.name))
  }

  @Test func `predicting does the rest, and names what it cannot read`() throws {
    let model = try Self.finished.get().model
    let run = try FocalProcess(
      ["predict", "--model", model, "--json", "--quiet"] + Self.pictures.map(\.url.path),
      memoryMiB: Self.memoryMiB
    )
    // A folder among the inputs stands for the pictures in it.
    #expect(run.status == 1)
    #expect(run.error.contains("folder.jpg"))
    let files = Self.pictures.filter { $0.name != "folder.jpg" }
    let rest = try FocalProcess(
      ["predict", "--model", model, "--json", "--quiet"] + files.map(\.url.path),
      memoryMiB: Self.memoryMiB
    )
    #expect(rest.status == 1)
    var named = 0
    for input in files {
      let lines = rest.errorLines.filter { $0.contains("/\(input.name):") }
      #expect(lines.count <= 1, Comment(rawValue: input.path))
      named += lines.count
      if input.expect == .refuse { #expect(lines.count == 1, Comment(rawValue: input.path)) }
      if input.expect == .accept { #expect(lines.isEmpty, Comment(rawValue: input.path)) }
    }
    #expect(try rest.json()["images"] as? Int == files.count - named)
    // One line each, and one that says how many.
    #expect(rest.errorLines.count == named + 1, Comment(rawValue: rest.error))
  }

  @Test(arguments: refused) func `predicting stops at the first`(input: BadInput) throws {
    let model = try Self.finished.get().model
    let sound = SharedData.url("bad_inputs/images/ok.jpg").path
    let run = try FocalProcess(
      ["predict", "--model", model, "--on-bad-data", "stop", "--json", "--quiet", input.url.path]
        + [sound],
      memoryMiB: Self.memoryMiB
    )
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.count == 1, Comment(rawValue: run.error))
    #expect(run.error.contains(input.name))
  }
}
