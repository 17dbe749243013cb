import Foundation
import Testing

@Suite(.serialized) struct ConfigCommandTests {
  @Test(arguments: ["1x", "3x", "small", "finetune"])
  func `a printed recipe can be trained with, and prints the same again`(preset: String) throws {
    let folder = try TemporaryFolder()
    let printed = try FocalProcess(["config", preset])
    #expect(printed.status == 0 && printed.error.isEmpty)
    let file = try folder.write(printed.output, to: "recipe.yaml")
    // The recipe is read before the data, whose absence ends the run.
    try expectFailure(
      [
        "train", "--config", file, "--train", folder.path("absent.json"), "--val", "synth:1:1",
        "--out", folder.path("run"),
      ],
      status: 1,
      naming: [folder.path("absent.json")]
    )
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }

  @Test(arguments: ["1x", "3x", "small", "finetune"])
  func `a recipe as JSON is the one printed as YAML`(preset: String) throws {
    let folder = try TemporaryFolder()
    let settings = ["--set", "augmentation.scaleJitter=[0.8, 1.25]", "--set", "seed=7"]
    let printed = try FocalProcess(["config", preset, "--json", "--quiet"] + settings)
    #expect(printed.status == 0 && printed.error.isEmpty)
    #expect(try printed.json()["seed"] as? Int == 7)
    let file = try folder.write(printed.output, to: "recipe.json")
    // A run of one step writes the recipe that it read, as YAML. Its model is the smallest there is.
    let small = [
      "--set", "model.backbone=resnet18", "--set", "model.width=8", "--set",
      "model.pyramidChannels=16", "--set", "model.headDepth=1", "--set", "schedule.epochs=1",
      "--set", "input={shortSide: 64, longSideCap: 96, trainingShortSides: []}",
      "--set", "schedule.batchSize=1",
    ]
    let out = folder.path("run")
    let run = try FocalProcess(
      ["train", "--config", file, "--train", "synth:1:1", "--val", "synth:1:4", "--out", out]
        + small + ["--quiet"]
    )
    #expect(run.status == 0, "\(run.error)")
    let written = try String(contentsOfFile: "\(out)/recipe.yaml", encoding: .utf8)
    #expect(try FocalProcess(["config", preset] + settings + small).output == written)
  }

  @Test func `quiet changes nothing in what was asked for`() throws {
    for command in [["config", "small"], ["info"], ["info", "--json"]] {
      let (loud, quiet) = (try FocalProcess(command), try FocalProcess(command + ["--quiet"]))
      #expect(quiet.status == 0 && quiet.error.isEmpty)
      #expect(quiet.output == loud.output)
    }
  }

  @Test func `single keys are set in what is printed`() throws {
    let run = try FocalProcess([
      "config", "small", "--set", "schedule.epochs=50", "--set", "anchors.sizes=[8,16,32,64,128]",
    ])
    #expect(run.status == 0)
    #expect(run.output.contains("  epochs: 50 "))
    #expect(run.output.contains("  sizes: [8, 16, 32, 64, 128] "))
  }

  @Test func `a recipe that cannot be used is named with its key`() throws {
    let folder = try TemporaryFolder()
    func arguments(_ file: String) -> [String] {
      ["train", "--config", file, "--train", "synth:1:1", "--val", "synth:1:2", "--out", "run"]
    }
    for (text, parts) in [
      ("schedule:\n  epoch: 3\n", ["line 2: schedule.epoch: no such key", "schedule.epochs?"]),
      ("schedule:\n  epochs: ten\n", ["schedule.epochs: found \"ten\"", "a whole number"]),
      ("schedule:\n  epochs: 0\n", ["schedule.epochs: found 0", "1...100000"]),
      ("schedule: [\n", ["not YAML"]),
      ("- 1\n", ["expected keys with values"]),
    ] {
      let file = try folder.write(text, to: "recipe.yaml")
      try expectFailure(arguments(file), status: 1, naming: [file] + parts, in: folder.url)
    }
    let several = try folder.write("lr: 1\nseed: 2\nimgsz: 3\n", to: "recipe.yaml")
    let run = try FocalProcess(arguments(several), in: folder.url)
    #expect(run.status == 1)
    #expect(
      run.errorLines == [
        "focal: error: \(several): 2 keys cannot be taken:",
        "  line 1: lr: no such key; did you mean optimizer.learningRatePer16Images?",
        "  line 3: imgsz: no such key; did you mean input.shortSide?",
      ]
    )
    let absent = folder.path("absent.yaml")
    try expectFailure(arguments(absent), status: 1, naming: [absent, "cannot be read"])
    try expectFailure(arguments(folder.url.path), status: 1, naming: [folder.url.path])
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
  }
}
