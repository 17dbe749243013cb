import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct QuantizeCommandTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = folder.path("model.safetensors")
    var configuration = RetinaNetConfiguration(categories: ["star", "ring", "arrow", "cross"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 128)
    var generator = SplitMix64(state: 1)
    try ModelFile.write(
      RetinaNet(configuration: configuration, using: &generator),
      to: URL(fileURLWithPath: model)
    )
  }

  private func quantize(_ more: [String] = [], data: String = "synth:3:1") throws -> FocalProcess {
    try FocalProcess(
      ["quantize", "--model", model, "--data", data, "--out", folder.path("out.safetensors")] + more
    )
  }

  @Test func `a model with its ranges is written, both precisions are told`() throws {
    let run = try quantize(["--val", "synth:2:7", "--pictures", "2", "--seed", "4", "--quiet"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    for text in [
      "scored on synth:2:7\n", "AP75", "\nfloat32 ", "\nint8 ", "\ndifference ",
      "minmax over 2 pictures of synth:3:1, seed 4\n", "31 of 31 layers in int8\n", "written: ",
    ] {
      #expect(run.output.contains(text), "\(text) in \(run.output)")
    }
    let out = URL(fileURLWithPath: folder.path("out.safetensors"))
    let calibration = try #require(try ModelFile.calibration(of: out))
    #expect(calibration.kept.isEmpty && calibration.ranges.count > 30)
    #expect(calibration.origin == "minmax over 2 pictures, seed 4")
    // The same weights.
    let (old, new) = try (
      ModelFile.model(contentsOf: URL(fileURLWithPath: model)), ModelFile.model(contentsOf: out)
    )
    #expect(old.configuration == new.configuration)
    for (old, new) in zip(old.state, new.state) {
      #expect(try old.name == new.name && old.tensor.floats() == new.tensor.floats())
    }
    // Other commands go on reading it.
    let eval = try FocalProcess([
      "eval", "--model", out.path, "--data", "synth:2:7", "--quiet", "--precision", "float32",
    ])
    #expect(eval.status == 0, "\(eval.error)")
  }

  @Test func `the same command writes the same bytes, another seed others`() throws {
    let out = URL(fileURLWithPath: folder.path("out.safetensors"))
    var files: [Data] = []
    for seed in ["1", "1", "2"] {
      let run = try quantize(["--method", "mse", "--pictures", "1", "--seed", seed, "--quiet"])
      #expect(run.status == 0, "\(run.error)")
      files.append(try Data(contentsOf: out))
    }
    #expect(files[0] == files[1] && files[1] != files[2])
  }

  @Test func `JSON is one object`() throws {
    let run = try quantize(["--json"])
    #expect(run.status == 0, "\(run.error)")
    let object = try run.json()
    #expect(object["loss"] as? Double == 0)
    #expect(object["layers"] as? Int == 31 && object["kept"] as? [String] == [])
    #expect(object["pictures"] as? Int == 3 && object["method"] as? String == "minmax")
    for precision in ["float32", "int8"] {
      let figures = try #require(object[precision] as? [String: Double])
      #expect(
        Set(figures.keys) == ["AP", "AP50", "AP75", "APs", "APm", "APl", "millisecondsPerPicture"]
      )
    }
    #expect(object["val"] as? String == "synth:3:1")
  }

  @Test(arguments: [
    (["--pictures", "0"], "--pictures 0: expected 1 to"),
    (["--max-loss", "2"], "--max-loss 2.0: expected 0 to 1"),
    (["--max-loss", "nan"], "--max-loss nan: expected 0 to 1"),
    (["--method", "best"], "best"), (["--threads", "0"], "--threads 0"),
    (["--seed", "-1"], "seed"),
  ])
  func `wrong usage is told, status 64`(arguments: [String], expected: String) throws {
    let run = try quantize(arguments)
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(run.errorLines.count == 1 && run.error.contains(expected), "\(run.error)")
  }

  @Test func `what cannot be used is told in one line, nothing is written`() throws {
    let other = folder.path("other.json")
    let empty = #"{"images":[],"annotations":[],"categories":[]}"#
    try Data(empty.utf8).write(to: URL(fileURLWithPath: other))
    for (run, expected) in [
      (try quantize(["--quiet"], data: "absent.json"), "absent.json"),
      (try quantize(["--quiet", "--val", other, "--images", folder.url.path]), "no object"),
      (try quantize(["--quiet", "--out", model]), "is the model itself"),
      (try quantize(["--quiet", "--out", folder.path("no/where")]), "cannot be written"),
    ] {
      #expect(run.status == 1 && run.output.isEmpty, "\(run.output)")
      #expect(run.errorLines.count == 1 && run.error.contains(expected), "\(run.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.safetensors")))
  }
}
