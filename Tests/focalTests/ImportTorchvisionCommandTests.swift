import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct ImportTorchvisionCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  /// Weights of torchvision's names, of an eighth of ResNet-18 and so many logits an anchor.
  private func weights(logits: Int = 4) throws -> String {
    var configuration = RetinaNetConfiguration(
      .torchvisionV1,
      categories: (1..<logits).map { "class\($0)" }
    )
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .frozen, width: 8)
    configuration.pyramidChannels = 16
    var generator = SplitMix64(state: 3)
    let network = try RetinaNet(configuration: configuration, using: &generator)
    let file = path("weights.safetensors")
    try SafetensorsFile.write(network.state, to: URL(fileURLWithPath: file))
    return file
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func `weights become a model that predicts`() throws {
    let run = try FocalProcess([
      "import", "torchvision", weights(), "--out", path("m.safetensors"), "--categories",
      "cat,dog,cow", "--input-size", "64,96",
    ])
    #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    #expect(run.output.contains("3 classes, pictures of 64 to 96 pixels, norm epsilon 1e-05"))
    #expect(run.output.contains("loaded 136 tensors"), "\(run.output)")
    let configuration = try ModelFile.configuration(of: URL(fileURLWithPath: path("m.safetensors")))
    #expect(configuration.categories == ["cat", "dog", "cow"])
    _ = try FocalProcess(["synth", "--out", path("d"), "--images", "1", "--seed", "1", "--quiet"])
    let picture = try #require(
      FileManager.default.enumerator(atPath: path("d"))?.allObjects.compactMap { $0 as? String }
        .first { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") }
    )
    let predicted = try FocalProcess([
      "predict", "--model", path("m.safetensors"), path("d/\(picture)"), "--json", "--quiet",
    ])
    #expect(predicted.status == 0, "\(predicted.error)")
    #expect(try predicted.json()["detections"] != nil)
  }

  @Test func `the JSON lists every tensor`() throws {
    let json = try FocalProcess([
      "import", "torchvision", weights(), "--out", path("m.safetensors"), "--classes",
      "class2,new", "--json",
    ]).json()
    let loaded = try #require(json["loaded"] as? [String])
    #expect(loaded.count == 136 && loaded.contains("backbone.body.conv1.weight"))
    #expect((json["reinitialized"] as? [[String: Any]])?.count == 2)
    #expect((json["skipped"] as? [Any])?.isEmpty == true)
    #expect((json["mismatched"] as? [Any])?.isEmpty == true)
    let classes = try #require(json["classes"] as? [String: [String]])
    #expect(classes["kept"] == ["class2"] && classes["new"] == ["new"])
    #expect(classes["dropped"] == ["class1", "class3"])
    #expect(
      (json["configuration"] as? [String: Any])?["categories"] as? [String] == ["class2", "new"]
    )
  }

  @Test func `names come from files too`() throws {
    let weights = try weights()
    for (name, text) in [
      ("n.txt", "cat\n\n dog \ncow\n"), ("n.json", "[\"cat\", \"dog\", \"cow\"]"),
      (
        "coco.json",
        "{\"categories\": [{\"id\": 4, \"name\": \"cat\"}, {\"id\": 2, \"name\": \"dog\"}, "
          + "{\"id\": 9, \"name\": \"cow\"}]}"
      ),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
      let run = try FocalProcess([
        "import", "torchvision", weights, "--out", path("m.safetensors"), "--categories",
        path(name),
      ])
      #expect(run.status == 0, "\(run.error)")
      let found = try ModelFile.configuration(of: URL(fileURLWithPath: path("m.safetensors")))
      #expect(found.categories == ["cat", "dog", "cow"])
      #expect(found.categoryIDs == (name == "coco.json" ? [4, 2, 9] : [1, 2, 3]))
    }
  }

  @Test func `a failed import leaves nothing behind and destroys nothing`() throws {
    let before = path("m.safetensors")
    try Data("precious".utf8).write(to: URL(fileURLWithPath: before))
    let good = try Data(contentsOf: URL(fileURLWithPath: weights()))
    let broken = path("broken.safetensors")
    try good.dropLast(1000).write(to: URL(fileURLWithPath: broken))
    let names = try names()
    try expectFailure(
      ["import", "torchvision", broken, "--out", before],
      status: 1,
      naming: [broken, "bytes"]
    )
    try expectFailure(
      ["import", "torchvision", weights(), "--out", before, "--categories", "a"],
      status: 1,
      naming: ["found 4 logits an anchor for 1 categories"]
    )
    #expect(try self.names() == names)
    #expect(try String(contentsOfFile: before, encoding: .utf8) == "precious")
  }

  @Test func `a file that is none, and options that make no sense, are told in one line`() throws {
    let weights = try weights()
    let out = path("m.safetensors")
    for (bytes, part) in [
      ([], "an empty file"), (Array("<html>".utf8), "HTML"),
      ([0x08, 0x07, 0x12, 0x07] + Array("pytorch".utf8), "an ONNX file"),
      ([0x80, 0x04, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x94, 0x2E, 0, 0], "detectron2 publish"),
      ([0x80, 0x02, 0x7D, 0x71, 0x00] + [UInt8](repeating: 0x2E, count: 20), "(.pkl)"),
      ([0x89] + Array("HDF\r\n".utf8), "HDF5"),
    ] as [([UInt8], String)] {
      let file = path("foreign")
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      try expectFailure(
        ["import", "torchvision", file, "--out", out],
        status: 1,
        naming: [file, part, "expected"]
      )
    }
    let base = ["import", "torchvision", weights, "--out"]
    try expectFailure(base + [weights], status: 1, naming: ["is the weights' own file"])
    try expectFailure(base + ["/nowhere/m"], status: 1, naming: ["no such folder"])
    try expectFailure(base + [out, "--key", "a"], status: 1, naming: ["leave out --key"])
    try expectFailure(base + [out, "--norm", "group"], status: 64, naming: ["--norm", "frozen"])
    try expectFailure(base + [out, "--dialect", "x"], status: 64, naming: ["torchvision-v2"])
    try expectFailure(base + [out, "--norm-epsilon", "1"], status: 64, naming: ["below 1"])
    try expectFailure(base + [out, "--input-size", "800"], status: 64, naming: ["--input-size"])
    try expectFailure(base + [out, "--classes", "0"], status: 64, naming: ["expected 1..."])
    try expectFailure(
      base + [out, "--classes", "a,,b"],
      status: 64,
      naming: ["none of them empty"]
    )
    try expectFailure(base + [out, "--classes", "a,a"], status: 64, naming: ["'a'", "twice"])
    try expectFailure(base + [out, "--classes", "no.json"], status: 1, naming: ["no.json"])
    try expectFailure(["import", "caffe"], status: 64, naming: ["expected one of torchvision"])
  }
}
