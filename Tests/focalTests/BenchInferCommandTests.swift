import BoxGeometry
import DetectionModels
import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct BenchInferCommandTests {
  private static let small = ["bench", "infer", "--threads", "1", "--repetitions", "1"]

  /// A network of every part, small enough for a test, and pictures of noise for it.
  private func files(in folder: TemporaryFolder) throws -> (model: String, images: String) {
    var configuration = RetinaNetConfiguration(.paper, categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .batch, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.input.resize.shortSide = 128
    var generator = SplitMix64(state: 1)
    let model = folder.path("model.safetensors")
    try ModelFile.write(
      try RetinaNet(configuration: configuration, using: &generator),
      to: URL(fileURLWithPath: model)
    )
    let images = folder.path("in.safetensors")
    let values = (0..<2 * 3 * 64 * 96).map { _ in Float(generator.gaussian()) }
    try SafetensorsFile.write(
      [NamedTensor(name: "images", tensor: try Tensor(values, shape: [2, 3, 64, 96]))],
      to: URL(fileURLWithPath: images)
    )
    return (model, images)
  }

  @Test func `every form of a model file says of a file's pictures what the network says`() throws {
    let folder = try TemporaryFolder()
    let (model, images) = try files(in: folder)
    let output = folder.path("out.safetensors")
    let arguments = ["--model", model, "--input", images, "--output", output, "--json", "--quiet"]
    let run = try FocalProcess(Self.small + arguments)
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let json = try run.json()
    let settings = try #require(json["settings"] as? [String: Any])
    #expect(settings["model"] as? String == "model.safetensors")
    #expect(settings["width"] as? Int == 96 && settings["height"] as? Int == 64)
    #expect(settings["batch"] as? Int == 2 && settings["classes"] as? Int == 2)
    let cases = try #require(json["cases"] as? [[String: Any]])
    #expect(cases.compactMap { $0["name"] as? String } == ["plain", "float32", "bfloat16", "int8"])
    let other = folder.path("forward.safetensors")
    let forward = try FocalProcess(
      ["model", "forward", "--model", model, "--input", images, "--output", other, "--quiet"]
    )
    #expect(forward.status == 0, "\(forward.error)")
    let found = try SafetensorsFile(contentsOf: URL(fileURLWithPath: output))
    let expected = try SafetensorsFile(contentsOf: URL(fileURLWithPath: other))
    for kind in ["logits", "deltas"] {
      let values = try expected.tensor(named: kind).floats()
      let greatest = values.map(abs).max() ?? 0
      #expect(greatest > 0)
      for (form, tolerance) in [
        ("plain", 1e-5), ("float32", 1e-4), ("bfloat16", 0.05), ("int8", 0.3),
      ] {
        let tensor = try found.tensor(named: "\(kind)-\(form)")
        #expect(try tensor.shape == expected.tensor(named: kind).shape)
        let difference = zip(try tensor.floats(), values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(
          Double(difference) <= tolerance * Double(greatest),
          "\(kind)-\(form): \(difference)"
        )
      }
    }
  }

  @Test func `real pictures are timed step by step, the network in each form`() throws {
    let folder = try TemporaryFolder()
    let (model, _) = try files(in: folder)
    _ = try FocalProcess(["synth", "--out", folder.path("sample"), "--images", "2", "--quiet"])
    let arguments = ["--model", model, "--images", folder.path("sample/images"), "--quiet"]
    let run = try FocalProcess(Self.small + arguments + ["--precision", "float32", "--json"])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    let cases = try #require(try run.json()["cases"] as? [[String: Any]])
    let names = ["prepare", "post", "network-float32", "detection-float32"]
    #expect(cases.compactMap { $0["name"] as? String } == names)
    let times = cases.compactMap { $0["milliseconds"] as? Double }
    // The whole is preparing, the network and what follows it.
    #expect(times.count == 4 && times[3] > times[0] && times[3] > times[2])
    #expect(cases.allSatisfy { ($0["limitMilliseconds"] as? Double ?? 0) > 0 })
  }

  @Test(arguments: [
    (["--width", "33"], "--width 33: expected a multiple of 32"),
    (["--batch", "0"], "--batch 0: expected 1 to 1024"),
    (["--classes", "1"], "--classes 1: expected 2 to 100000"),
    (["--model", "m", "--classes", "3"], "--model has its own"),
    (["--input", "i", "--batch", "2"], "--input has its own"),
    (["--images", "i"], "--images: needs --model"),
    (["--images", "i", "--model", "m", "--parts"], "--images: is for real pictures alone"),
    (["--precision", "int4"], "int4"),
  ])
  func `a wrong option is named`(arguments: [String], message: String) throws {
    let run = try FocalProcess(["bench", "infer"] + arguments)
    #expect(run.status == 64)
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func `an output that would replace the input is refused`() throws {
    let folder = try TemporaryFolder()
    let (model, images) = try files(in: folder)
    let run = try FocalProcess(
      ["bench", "infer", "--model", model, "--input", images, "--output", images]
    )
    #expect(run.status == 1)
    #expect(run.error.contains("name another file with --output"), "\(run.error)")
  }
}
