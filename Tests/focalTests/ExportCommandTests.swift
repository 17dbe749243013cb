import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct ExportCommandTests {
  private let folder: TemporaryFolder
  private let model: String

  /// A model whose scores are spread over 0...1, and two pictures.
  init() throws {
    folder = try TemporaryFolder()
    let synth = try FocalProcess(["synth", "--out", folder.url.path, "--images", "2", "--quiet"])
    try #require(synth.status == 0)
    model = folder.path("model.safetensors")
    var configuration = RetinaNetConfiguration(categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.head.priorProbability = 0.5
    configuration.detection.scoreThreshold = 0.6
    configuration.detection.detectionsPerImage = 10_000
    configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 128)
    var generator = SplitMix64(state: 1)
    let network = try RetinaNet(configuration: configuration, using: &generator)
    let head = try #require(network.parameters.first { $0.name.hasSuffix("cls_logits.weight") })
    try withoutGradient {
      let values = (0..<head.tensor.count).map { _ in Float(generator.gaussian()) }
      try head.tensor.copy_(Tensor(values, shape: head.tensor.shape))
    }
    try ModelFile.write(network, to: URL(fileURLWithPath: model))
  }

  private func export(_ format: String, _ more: [String] = []) throws -> FocalProcess {
    let out = folder.path("out.\(format)")
    return try FocalProcess(
      ["export", "--model", model, "--format", format, "--out", out, "--quiet"] + more
    )
  }

  private func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.path(name))
  }

  @Test func `a file is written and told`() throws {
    for format in ["onnx", "torchscript"] {
      let run = try export(format)
      #expect(run.status == 0 && run.error.isEmpty)
      let line = /.*out\.(onnx|torchscript): (onnx|torchscript), \d+\.\d MB\n/
      #expect(run.output.wholeMatch(of: line) != nil, "\(run.output)")
      #expect(isThere("out.\(format)"))
    }
  }

  @Test func `TorchScript is compared with the model on pictures`() throws {
    let text = try export("torchscript", ["--verify", folder.path("images")])
    #expect(text.status == 0 && text.error.isEmpty, "\(text.error)")
    #expect(text.output.contains("\n2 pictures, "), "\(text.output)")
    #expect(text.output.contains("largest difference: boxes "))
    let run = try export("torchscript", ["--json", "--verify", folder.path("images")])
    let object = try run.json()
    #expect(object["format"] as? String == "torchscript")
    #expect((object["bytes"] as? Int ?? 0) > 100_000)
    let figures = try #require(object["verification"] as? [String: Any])
    #expect(figures["pictures"] as? Int == 2 && figures["unreadable"] as? Int == 0)
    #expect((figures["detections"] as? Int ?? 0) > 4, "the comparison is of something")
    #expect(figures["mismatched"] as? Int == 0 && figures["holds"] as? Bool == true)
    #expect((figures["largestBoxDifference"] as? Double ?? 1) < 0.5)
    #expect((figures["largestScoreDifference"] as? Double ?? 1) < 0.001)
    #expect((figures["runner"] as? String)?.hasPrefix("LibTorch ") == true)
  }

  @Test func `a comparison that was asked for and cannot be made is a failure`() throws {
    let library = folder.path("libonnxruntime.so")
    let missing = try export(
      "onnx",
      ["--verify", folder.path("images"), "--onnxruntime", library]
    )
    #expect(missing.status == 1 && isThere("out.onnx"))
    #expect(missing.errorLines.count == 1 && missing.error.contains(library), "\(missing.error)")
    _ = try folder.write("no library", to: "libonnxruntime.so")
    let text = try export("onnx", ["--verify", folder.path("images"), "--onnxruntime", library])
    #expect(text.status == 1 && text.errorLines.count == 1 && text.error.contains(library))
    // Where a runtime is at hand, this one finds it and compares.
    let sought = try export("onnx", ["--verify", folder.path("images")])
    if sought.status == 0 {
      #expect(sought.output.contains("by ONNX Runtime 1."))
    } else {
      #expect(sought.errorLines.count == 1)
      #expect(sought.error.contains("is written, but not verified"), "\(sought.error)")
      #expect(sought.error.contains("pip install onnxruntime"))
    }
  }

  @Test func `a picture that cannot be read is told, the rest is compared`() throws {
    let broken = try folder.write("no picture", to: "images/000001b.jpg")
    let run = try export("torchscript", ["--json", "--verify", folder.path("images")])
    #expect(run.status == 1 && run.errorLines.count == 2, "\(run.error)")
    #expect(run.errorLines.first?.contains(broken) == true)
    #expect(run.errorLines.last?.contains("1 of 3 pictures could not be read") == true)
    let figures = try #require(try run.json()["verification"] as? [String: Any])
    #expect(figures["pictures"] as? Int == 2 && figures["unreadable"] as? Int == 1)
    let alone = try export("torchscript", ["--verify", broken])
    #expect(alone.status == 1 && alone.errorLines.count == 1 && alone.error.contains(broken))
  }

  @Test func `what cannot be exported or written is named`() throws {
    func expect(_ model: String, _ out: String, _ parts: [String], verify: [String] = []) throws {
      try expectFailure(
        ["export", "--model", model, "--format", "onnx", "--out", out] + verify,
        status: 1,
        naming: parts
      )
    }
    let out = folder.path("out.onnx")
    let text = try folder.write("no model", to: "text.safetensors")
    try expect(text, out, [text])
    try expect(folder.path("absent.safetensors"), out, ["absent.safetensors"])
    #expect(!isThere("out.onnx"))
    try expect(model, model, [model, "is a picture or the model"])
    let picture = folder.path("images/000001.jpg")
    try expect(model, picture, [picture, "is a picture"], verify: ["--verify", picture])
    try expect(model, folder.path("images"), ["images", "it is a folder"])
    try expect(model, folder.path("none/out.onnx"), ["none", "no such folder"])
    let empty = folder.path("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    try expect(model, out, [empty, "holds no"], verify: ["--verify", empty])
    let absent = folder.path("absent")
    try expect(model, out, [absent, "no such file"], verify: ["--verify", absent])
    #expect(!isThere("out.onnx"))
  }

  @Test func `a command line that makes no sense is wrong usage`() throws {
    let start = ["export", "--model", model, "--out", folder.path("out")]
    try expectFailure(start + ["--format", "caffe"], status: 64, naming: ["caffe", "torchscript"])
    try expectFailure(start, status: 64, naming: ["--format"])
    try expectFailure(
      start + ["--format", "onnx", "--onnxruntime", "lib"],
      status: 64,
      naming: ["--onnxruntime", "--verify"]
    )
  }

  /// The link stays one, and what it leads to becomes the export.
  @Test func `an export goes through a link`() throws {
    let target = try folder.write("old", to: "target.onnx")
    let link = folder.path("out.onnx")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try export("onnx").status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try Data(contentsOf: URL(fileURLWithPath: target)).count > 100_000)
  }
}
