import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct ModelForwardCommandTests {
  /// A network of every part, small enough for a test, with fresh weights.
  private func model(_ dialect: RetinaNetDialect = .paper, norm: BackboneNorm = .batch) throws
    -> RetinaNet
  {
    var configuration = RetinaNetConfiguration(dialect, categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: norm, width: 8)
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    var generator = SplitMix64(state: 1)
    return try RetinaNet(configuration: configuration, using: &generator)
  }

  private func write(_ model: RetinaNet, to folder: TemporaryFolder) throws -> String {
    let path = folder.path("model.safetensors")
    try ModelFile.write(model, to: URL(fileURLWithPath: path))
    return path
  }

  private func write(
    _ tensor: Tensor,
    as name: String = "images",
    to folder: TemporaryFolder
  ) throws -> String {
    let path = folder.path("in-\(UUID().uuidString).safetensors")
    try SafetensorsFile.write(
      [NamedTensor(name: name, tensor: tensor)],
      to: URL(fileURLWithPath: path)
    )
    return path
  }

  /// Pictures of noise.
  private func noise(_ shape: [Int]) throws -> Tensor {
    var generator = SplitMix64(state: 7)
    let values = (0..<shape.reduce(1, *)).map { _ in Float(generator.gaussian()) }
    return try Tensor(values, shape: shape)
  }

  private struct Outcome {
    let file: SafetensorsFile
    let run: FocalProcess

    func floats(_ name: String) throws -> [Float] { try file.tensor(named: name).floats() }
    func shape(_ name: String) -> [Int]? { file.entries.first { $0.name == name }?.shape }
  }

  private func forward(
    _ model: RetinaNet,
    _ images: Tensor,
    _ arguments: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let output = folder.path("out.safetensors")
    let run = try FocalProcess(
      [
        "model", "forward", "--model", try write(model, to: folder), "--input",
        try write(images, to: folder), "--output", output,
      ] + arguments
    )
    try #require(run.status == 0, "\(run.error)", sourceLocation: sourceLocation)
    return Outcome(file: try SafetensorsFile(contentsOf: URL(fileURLWithPath: output)), run: run)
  }

  // MARK: Numbers

  @Test func `without weights the outputs are the last biases, anchor by anchor`() throws {
    let model = try model()
    try withoutGradient {
      for entry in model.parameters { try entry.tensor.zero_() }
      for (name, count) in [
        ("classification_head.cls_logits", 18), ("regression_head.bbox_reg", 36),
      ] {
        let bias = try #require(model.parameters.first { $0.name == "head.\(name).bias" })
        try bias.tensor.copy_(Tensor((0..<count).map(Float.init)))
      }
    }
    let outcome = try forward(model, noise([2, 3, 64, 96]))
    // Cells of 64 × 96: 8·12 + 4·6 + 2·3 + 1·2 + 1·1 = 129, nine anchors each.
    #expect(outcome.shape("logits") == [2, 129 * 9, 2])
    #expect(outcome.shape("deltas") == [2, 129 * 9, 4])
    #expect(outcome.shape("anchors") == [129 * 9, 4])
    let cells = 2 * 129
    #expect(try outcome.floats("logits") == (0..<cells).flatMap { _ in (0..<18).map(Float.init) })
    #expect(try outcome.floats("deltas") == (0..<cells).flatMap { _ in (0..<36).map(Float.init) })
    // The second of P3's first cell: ratio ½, scale 2^⅓ of 32 pixels about the origin, √2 as wide.
    let half = 16 * pow(2, 1.0 / 3) * 2.0.squareRoot()
    let anchor = try outcome.floats("anchors")[4..<8].map(Double.init)
    for (found, expected) in zip(anchor, [-half, -half / 2, half, half / 2]) {
      #expect(abs(found - expected) < 1e-5)
    }
    #expect(outcome.file.metadata == ["precision": "float32"])
  }

  @Test(arguments: RetinaNetDialect.allCases)
  func `the file's network is run as it stands`(dialect: RetinaNetDialect) throws {
    let model = try model(dialect, norm: dialect == .torchvisionV2 ? .batch : .frozen)
    // No side is a multiple of a stride.
    let images = try noise([2, 3, 61, 83])
    let outcome = try forward(model, images)
    let (logits, deltas) = try withInferenceMode {
      let outputs = try model(images.channelsLast(), mode: .inference)
      return (try outputs.logits.floats(), try outputs.deltas.floats())
    }
    for (name, expected) in [("logits", logits), ("deltas", deltas)] {
      let found = try outcome.floats(name)
      try #require(found.count == expected.count)
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(worst <= 1e-5, "\(name): \(worst)")
    }
    let corners = model.anchors(imageWidth: 83, imageHeight: 61)
      .flatMap { [$0.x1, $0.y1, $0.x2, $0.y2] }
    #expect(try outcome.floats("anchors") == corners)
  }

  @Test func `bfloat16 is near float32, and not it`() throws {
    let model = try model(norm: .frozen)
    let images = try noise([1, 3, 64, 64])
    let exact = try forward(model, images).floats("logits")
    let outcome = try forward(model, images, ["--precision", "bfloat16", "--json"])
    let short = try outcome.floats("logits")
    let worst = zip(exact, short).map { abs($0 - $1) }.max() ?? 0
    #expect(worst > 0 && worst < 0.1, "\(worst)")
    let json = try outcome.run.json()
    #expect(json["precision"] as? String == "bfloat16")
    #expect(json["logits"] as? [Int] == [1, exact.count / 2, 2])
    #expect(json["notFinite"] as? Int == 0)
    #expect(outcome.file.metadata == ["precision": "bfloat16"])
  }

  @Test func `no image has no rows, and the smallest has every level`() throws {
    let model = try model()
    let empty = try forward(model, Tensor.zeros(shape: [0, 3, 32, 32]))
    #expect(empty.shape("logits") == [0, (16 + 4 + 1 + 1 + 1) * 9, 2])
    #expect(empty.shape("anchors") == [23 * 9, 4])
    let pixel = try forward(model, noise([1, 3, 1, 1]))
    #expect(pixel.shape("deltas") == [1, 5 * 9, 4])
    #expect(try pixel.floats("logits").allSatisfy(\.isFinite))
  }

  @Test func `outputs that are no numbers are told of`() throws {
    let model = try model()
    let bias = try #require(model.parameters.first { $0.name.hasSuffix("bbox_reg.bias") })
    try withoutGradient { try bias.tensor.fill_(.infinity) }
    let outcome = try forward(model, noise([1, 3, 32, 32]), ["--json"])
    #expect(try outcome.run.json()["notFinite"] as? Int == 23 * 9 * 4)
    #expect(outcome.run.errorLines.count == 1)
    #expect(outcome.run.error.contains("\(23 * 9 * 4) logits and deltas are not finite"))
    #expect(try forward(model, noise([1, 3, 32, 32]), ["--quiet"]).run.error.isEmpty)
  }

  // MARK: Failures

  @Test func `images that cannot be used are named, and nothing is written`() throws {
    let folder = try TemporaryFolder()
    let model = try write(model(), to: folder)
    let output = folder.path("out.safetensors")
    let images = try noise([2, 3, 8, 8])
    func with(_ value: Float, at place: Int) throws -> Tensor {
      var values = try images.floats()
      values[place] = value
      return try Tensor(values, shape: images.shape)
    }
    let cases: [(name: String, tensor: Tensor, part: String)] = [
      ("pictures", images, "is not in the file; found 'pictures'"),
      ("images", try images.to(.float64), "found dtype float64, expected float32"),
      ("images", try images.to(.uint8), "found dtype uint8, expected float32"),
      (
        "images", try images.reshape([6, 8, 8]), "found shape [6, 8, 8], expected [B, 3, H, W]"
      ),
      ("images", try images.reshape([3, 2, 8, 8]), "found shape [3, 2, 8, 8], expected"),
      ("images", try Tensor.zeros(shape: [1, 3, 0, 8]), "at least one pixel"),
      (
        "images", try with(.nan, at: 3 * 64 + 64 + 8 + 3),
        "image 1, channel 1, row 1, column 3: found nan, expected a finite number"
      ),
      (
        "images", try with(-.infinity, at: 0),
        "image 0, channel 0, row 0, column 0: found -inf, expected a finite number"
      ),
    ]
    for (name, tensor, part) in cases {
      let input = try write(tensor, as: name, to: folder)
      try expectFailure(
        ["model", "forward", "--model", model, "--input", input, "--output", output],
        status: 1,
        naming: [input, "tensor 'images': ", part]
      )
    }
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func `images beyond memory are refused before they are read`() throws {
    let folder = try TemporaryFolder()
    let model = try write(model(), to: folder)
    // A file with a hole: 3 · 2^20 · 2^20 values that take no room on the disk.
    let input = folder.path("huge.safetensors")
    let bytes = 12 << 40
    let header =
      #"{"images":{"dtype":"F32","shape":[1,3,1048576,1048576],"data_offsets":[0,\#(bytes)]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var data = Data()
    withUnsafeBytes(of: UInt64(padded.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(padded.utf8))
    try data.write(to: URL(fileURLWithPath: input))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: input))
    try file.truncate(atOffset: UInt64(data.count + bytes))
    try file.close()
    try expectFailure(
      [
        "model", "forward", "--model", model, "--input", input, "--output",
        folder.path("out.safetensors"),
      ],
      status: 1,
      naming: [input, "[1, 3, 1048576, 1048576]", "of memory", "smaller images"]
    )
  }

  @Test func `files in each other's way are refused`() throws {
    let folder = try TemporaryFolder()
    let model = try write(model(), to: folder)
    let input = try write(noise([1, 3, 8, 8]), to: folder)
    let output = folder.path("out.safetensors")
    func arguments(model: String, input: String, output: String) -> [String] {
      ["model", "forward", "--model", model, "--input", input, "--output", output]
    }
    let linked = folder.path("linked.safetensors")
    try FileManager.default.createSymbolicLink(atPath: linked, withDestinationPath: model)
    for target in [input, model, linked] {
      try expectFailure(
        arguments(model: model, input: input, output: target),
        status: 1,
        naming: [target, "is the input or the model itself", "--output"]
      )
    }
    try expectFailure(
      arguments(model: model, input: input, output: folder.path("none/out.safetensors")),
      status: 1,
      naming: ["none/out.safetensors: cannot be written: no such folder"]
    )
    try expectFailure(
      arguments(model: model, input: input, output: folder.url.path),
      status: 1,
      naming: ["cannot be written: it is a folder"]
    )
    try expectFailure(
      arguments(model: model, input: input, output: "/dev/null"),
      status: 1,
      naming: ["/dev/null: cannot be written: it is no regular file"]
    )
    let goal = try folder.write("", to: "goal.safetensors")
    let link = folder.path("link.safetensors")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: goal)
    #expect(try FocalProcess(arguments(model: model, input: input, output: link)).status == 0)
    // The link is still one, and what it leads to is written.
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == goal)
    #expect(try SafetensorsFile(contentsOf: URL(fileURLWithPath: goal)).entries.count == 3)
    try expectFailure(
      arguments(model: input, input: input, output: output),
      status: 1,
      naming: [input, "focal.configuration"]
    )
    try expectFailure(
      arguments(model: model, input: folder.path("absent.safetensors"), output: output),
      status: 1,
      naming: ["absent.safetensors"]
    )
    try expectFailure(
      ["model", "forward", "--model", model],
      status: 64,
      naming: ["--input", "focal model forward --help"]
    )
  }
}
