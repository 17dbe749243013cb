import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

struct ModelFileTests {
  private func bytes(_ model: RetinaNet) throws -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for entry in model.state {
      result[entry.name] = try entry.tensor.contiguous().bytesOfElements()
    }
    return result
  }

  @Test(arguments: [BackboneNorm.batch, .group])
  func `a model comes back bit for bit, its configuration with it`(norm: BackboneNorm) throws {
    let folder = try TemporaryFolder()
    var configuration = RetinaNetConfiguration.tiny(categories: ["a \"b\"", "日本"])
    configuration.backbone.norm = norm
    configuration.categoryIDs = [44, 3]
    configuration.detection.scoreThreshold = 0.3
    let model = try RetinaNet(configuration, seed: 9)
    // Running statistics that are not those of a fresh model.
    _ = try model(noise(width: 64, height: 64), mode: .training)
    let file = folder.file("model.safetensors")
    try ModelFile.write(model, to: file)

    let read = try ModelFile.model(contentsOf: file)
    #expect(read.configuration == configuration)
    #expect(try bytes(read) == bytes(model))
    #expect(try ModelFile.configuration(of: file) == configuration)

    let again = folder.file("again.safetensors")
    try ModelFile.write(read, to: again)
    #expect(try Data(contentsOf: again) == Data(contentsOf: file))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == ["again.safetensors", "model.safetensors"]
    )
  }

  @Test func `thresholds can be given in place of the file's own`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("model.safetensors")
    try ModelFile.write(RetinaNet(.tiny()), to: file)
    var detection = DetectionConfiguration()
    detection.scoreThreshold = 0.9
    let model = try ModelFile.model(contentsOf: file, detection: detection)
    #expect(model.configuration.detection == detection)
  }

  @Test func `a copy takes the place of a file at once`() throws {
    let folder = try TemporaryFolder()
    let (old, new) = (folder.file("old"), folder.file("new"))
    try Data("old".utf8).write(to: old)
    try Data("new".utf8).write(to: new)
    try ModelFile.replace(old, withCopyOf: new)
    #expect(try Data(contentsOf: old) == Data("new".utf8))
    try ModelFile.replace(folder.file("third"), withCopyOf: new)
    #expect(try Data(contentsOf: folder.file("third")) == Data("new".utf8))
  }

  @Test func `a copy that fails leaves the file and nothing beside it`() throws {
    let folder = try TemporaryFolder()
    let old = folder.file("old")
    try Data("old".utf8).write(to: old)
    #expect(throws: (any Error).self) {
      try ModelFile.replace(old, withCopyOf: folder.file("absent"))
    }
    let place = folder.file("folder")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    #expect(throws: ModelError.self) { try ModelFile.replace(place, withCopyOf: old) }
    #expect(try Data(contentsOf: old) == Data("old".utf8))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == ["folder", "old"]
    )
  }

  // MARK: - Files that are no models

  /// Reads a file that must be refused; the message names it and is what is returned.
  private func refusal(
    _ file: URL,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    var messages: [String] = []
    do {
      _ = try ModelFile.model(contentsOf: file)
      Issue.record("the file was read", sourceLocation: sourceLocation)
    } catch {
      messages.append("\(error)")
      #expect(error is ModelError || error is SafetensorsError, sourceLocation: sourceLocation)
    }
    let message = messages.first ?? ""
    #expect(message.hasPrefix(file.path), "\(message)", sourceLocation: sourceLocation)
    #expect(!message.contains("\n"), "\(message)", sourceLocation: sourceLocation)
    return message
  }

  private func written(
    _ folder: TemporaryFolder,
    _ tensors: [NamedTensor]? = nil,
    _ change: (inout [String: String]) -> Void
  ) throws -> URL {
    let model = try RetinaNet(.tiny())
    let file = folder.file("model.safetensors")
    try ModelFile.write(model, to: file)
    var metadata = try SafetensorsFile(contentsOf: file).metadata
    change(&metadata)
    try SafetensorsFile.write(tensors ?? model.state, metadata: metadata, to: file)
    return file
  }

  @Test func `weights of another program are refused with what is missing`() throws {
    let folder = try TemporaryFolder()
    let file = try written(folder) { $0 = ["format": "pt"] }
    #expect(refusal(file).contains("found no focal.configuration in the metadata"))
  }

  @Test func `a file of an unknown version is refused`() throws {
    let folder = try TemporaryFolder()
    let file = try written(folder) { $0["focal.version"] = "2" }
    #expect(refusal(file).contains("found focal.version 2, expected 1"))
  }

  @Test func `a configuration that cannot be read, or makes no sense, is refused`() throws {
    let folder = try TemporaryFolder()
    for (old, new, expected) in [
      ("{", "", "cannot be read"),
      (
        "\"resnet18\"", "\"resnet19\"",
        "backbone.depth: found \"resnet19\", expected one of resnet18, resnet34"
      ),
      (
        "\"normalizer\":\"batch-foreground\"", "\"normalizer\":\"none\"",
        "loss.normalizer: found \"none\", expected one of batch-foreground, batch-foreground-and"
      ),
      ("\"width\":8", "\"width\":\"8\"", "backbone.width: found \"8\", expected a whole number"),
      ("\"width\":8", "\"width\":8.5", "found a fraction or a number out of range"),
      (",\"pyramidChannels\":16", "", "pyramidChannels: is missing, expected a value"),
      ("[\"cat\",\"dog\"]", "[\"cat\",7]", "categories[1]: found 7, expected text in quotes"),
      ("\"multiple\":32", "\"multiple\":33", "input.resize.multiple: found 33, expected"),
      ("\"multiple\":32", "\"multiple\":0", "input.resize.multiple: expected a number of pixels"),
      ("\"pyramidChannels\":16", "\"pyramidChannels\":-16", "pyramidChannels: found -16"),
      ("\"categoryIDs\":[1,2],", "", "categoryIDs"),
      ("\"candidatesPerLevel\":1000", "\"candidatesPerLevel\":-1", "candidatesPerLevel: found -1"),
      ("[\"cat\",\"dog\"]", "[]", "categories"),
    ] {
      let file = try written(folder) { metadata in
        let text = metadata["focal.configuration"] ?? ""
        #expect(text.contains(old))
        metadata["focal.configuration"] = text.replacingOccurrences(of: old, with: new)
      }
      let message = refusal(file)
      #expect(message.contains(expected), "\(message)")
    }
  }

  @Test(arguments: [
    ("\"pyramidChannels\":16", "\"pyramidChannels\":2048"), ("\"width\":8", "\"width\":512"),
    ("\"resnet18\"", "\"resnet101\""),
  ])
  func `a network that is larger than its file is not begun`(old: String, new: String) throws {
    let folder = try TemporaryFolder()
    let file = try written(folder) { metadata in
      let text = metadata["focal.configuration"] ?? ""
      #expect(text.contains(old))
      metadata["focal.configuration"] = text.replacingOccurrences(of: old, with: new)
    }
    let message = refusal(file)
    #expect(message.contains("weights, expected many more for"), "\(message)")
  }

  @Test func `tensors of another shape, missing or unknown ones are refused by name`() throws {
    let folder = try TemporaryFolder()
    var wider = RetinaNetConfiguration.tiny()
    wider.pyramidChannels = 24
    let other = try RetinaNet(wider).state
    let shapes = refusal(try written(folder, other) { _ in })
    #expect(shapes.contains("backbone.fpn.inner_blocks.0.0.weight is [24, 16, 1, 1]"), "\(shapes)")

    let all = try RetinaNet(.tiny()).state
    let missing = refusal(try written(folder, Array(all.dropFirst())) { _ in })
    #expect(missing.contains("missing: backbone.body.conv1.weight"), "\(missing)")

    let stranger = NamedTensor(name: "stranger", tensor: try Tensor.zeros(shape: [1]))
    let extra = refusal(try written(folder, all + [stranger]) { _ in })
    #expect(extra.contains("unexpected: stranger"), "\(extra)")
  }

  @Test func `a file cut short anywhere is refused`() throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: written(folder) { _ in })
    for length in [0, 1, 7, 8, 9, 100, 5000, whole.count / 2, whole.count - 1] {
      let file = folder.file("cut-\(length).safetensors")
      try whole.prefix(length).write(to: file)
      _ = refusal(file)
    }
    let file = folder.file("long.safetensors")
    try (whole + Data([0])).write(to: file)
    _ = refusal(file)
  }

  @Test func `something else than a safetensors file is refused`() throws {
    let folder = try TemporaryFolder()
    let text = folder.file("text.safetensors")
    try Data(String(repeating: "this is no model\n", count: 100).utf8).write(to: text)
    _ = refusal(text)
    _ = refusal(folder.file("absent.safetensors"))
    _ = refusal(folder.url)
  }
}

extension Tensor {
  /// The elements as they lie in memory.
  fileprivate func bytesOfElements() throws -> [UInt8] {
    try withUnsafeBytes { Array($0) }
  }
}
