import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

/// Runs that start from weights, with the smallest network that has every part.
@Suite(.serialized) struct TrainWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let data = ["train", "--train", "synth:2:1", "--val", "synth:1:4"]
  private static let settings = [
    "--preset", "small", "--set", "model.width=8", "--set", "model.pyramidChannels=16", "--set",
    "model.headDepth=1", "--set", "input={shortSide: 64, longSideCap: 96}", "--set",
    "schedule.epochs=1", "--set", "schedule.batchSize=2", "--set", "precision=float32", "--set",
    "workers=1",
  ]

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func tensor(_ name: String, of file: String) throws -> [Float] {
    try SafetensorsFile(contentsOf: URL(fileURLWithPath: path(file))).tensor(named: name).floats()
  }

  private func report(_ run: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("\(run)/weights.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// An eighth of ResNet-18 in torchvision's names, under a prefix.
  private func weights(_ name: String, isBackbone: Bool) throws -> RetinaNet {
    var configuration = RetinaNetConfiguration(.torchvisionV1, categories: ["a", "b"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .frozen, width: 8)
    configuration.backbone.trainableStages = 2
    configuration.pyramidChannels = 16
    configuration.input.resize = ResizeRule(shortSide: 64, longSideCap: 96)
    var generator = SplitMix64(state: 5)
    let network = try RetinaNet(configuration: configuration, using: &generator)
    let url = URL(fileURLWithPath: path(name))
    guard isBackbone else {
      try ModelFile.write(network, to: url)
      return network
    }
    let prefix = "backbone.body."
    try SafetensorsFile.write(
      network.state.filter { $0.name.hasPrefix(prefix) }
        .map { NamedTensor(name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor) },
      to: url
    )
    return network
  }

  @Test
  func `a frozen backbone has the file's weights to the end, and a resumed run needs no file`()
    throws
  {
    let network = try weights("r.safetensors", isBackbone: true)
    let run = try FocalProcess(
      Self.data + ["--out", path("run"), "--backbone-weights", path("r.safetensors")]
        + Self.settings + [
          "--set", "model.norm=frozen", "--set", "model.trainableStages=2", "--set",
          "schedule.epochs=2", "--json", "--no-doctor",
        ]
    )
    #expect(run.status == 0, "\(run.error)")
    #expect(run.error.contains("loaded 100 tensors"), "\(run.error)")
    #expect(!run.error.contains("warning"), "\(run.error)")
    for (name, isTrained) in [
      ("conv1.weight", false), ("bn1.running_mean", false), ("layer2.0.conv1.weight", false),
      ("layer2.0.bn1.weight", false), ("layer3.0.conv1.weight", true),
      ("layer4.1.bn2.weight", false),
    ] {
      let name = "backbone.body.\(name)"
      let before = try #require(network.state.first { $0.name == name }).tensor.floats()
      #expect(try (tensor(name, of: "run/final.safetensors") == before) == !isTrained, "\(name)")
    }
    #expect((try report("run")["loaded"] as? [String])?.count == 100)
    // As if it had been stopped after its first epoch.
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: path("run/checkpoints"))
    let last = try #require(checkpoints.max())
    #expect(checkpoints.count == 2)
    try FileManager.default.removeItem(atPath: path("run/checkpoints/\(last)"))
    try FileManager.default.removeItem(atPath: path("r.safetensors"))
    let final = URL(fileURLWithPath: path("run/final.safetensors"))
    let expected = try Data(contentsOf: final)
    try FileManager.default.removeItem(at: final)
    let resumed = try FocalProcess(["train", "--resume", path("run"), "--quiet"])
    #expect(resumed.status == 0 && resumed.error.isEmpty, "\(resumed.error)")
    let isSame = try Data(contentsOf: final) == expected
    #expect(isSame)
  }

  @Test func `a run from a model takes over what it is, and keeps rows by name`() throws {
    _ = try weights("m.safetensors", isBackbone: false)
    let run = try FocalProcess(
      Self.data + [
        "--out", path("run"), "--weights", path("m.safetensors"), "--set", "schedule.epochs=1",
        "--set", "schedule.batchSize=2", "--set", "precision=float32", "--set",
        "input.longSideCap=128",
      ]
    )
    #expect(run.status == 0, "\(run.error)")
    #expect(run.error.contains("dialect torchvision-v1 but for: "), "\(run.error)")
    #expect(run.error.contains("model.trainableStages 2, not 3"))
    let found = try ModelFile.configuration(of: URL(fileURLWithPath: path("run/final.safetensors")))
    let source = try ModelFile.configuration(of: URL(fileURLWithPath: path("m.safetensors")))
    #expect(found.backbone == source.backbone && found.anchors == source.anchors)
    #expect(found.classLayout == .backgroundFirst && found.extraLevelInput == .p5)
    #expect(found.input.resize.shortSide == 64 && found.input.resize.longSideCap == 128)
    let classes = try #require(try report("run")["classes"] as? [String: [String]])
    #expect(classes["kept"] == [] && classes["dropped"] == ["a", "b"])
    #expect(classes["new"] == found.categories)
    // Its own classes again: nothing begins anew.
    let again = try FocalProcess(
      Self.data + [
        "--out", path("again"), "--weights", path("run/final.safetensors"), "--set",
        "schedule.epochs=1", "--set", "schedule.batchSize=2", "--set", "precision=float32",
        "--quiet", "--no-doctor",
      ]
    )
    #expect(again.status == 0 && again.error.isEmpty, "\(again.error)")
    #expect((try report("again")["reinitialized"] as? [Any])?.isEmpty == true)
  }

  @Test func `weights that do not fit end the run before its folder is made`() throws {
    _ = try weights("m.safetensors", isBackbone: false)
    let start = Self.data + ["--out", path("run")]
    try expectFailure(
      start + ["--weights", path("m.safetensors"), "--set", "model.backbone=resnet34"],
      status: 1,
      naming: [path("m.safetensors"), "found resnet18 of width 8", "model.backbone=resnet18"]
    )
    try expectFailure(
      start + ["--backbone-weights", path("m.safetensors")],
      status: 1,
      naming: ["expected the recipe's resnet50 of width 64", "model.width=8"]
    )
    try expectFailure(start + ["--weights", path("none.pth")], status: 1, naming: ["none.pth"])
    try expectFailure(
      start + ["--weights", "a", "--backbone-weights", "b"],
      status: 64,
      naming: ["leave one of them out"]
    )
    try expectFailure(
      ["train", "--resume", path("run"), "--weights", path("m.safetensors")],
      status: 64,
      naming: ["--resume goes on with a run as it was begun", "--weights"]
    )
    #expect(!FileManager.default.fileExists(atPath: path("run")))
  }

  @Test func `frozen parts without weights are warned of`() throws {
    let run = try FocalProcess(
      Self.data + ["--out", path("run"), "--quiet"] + Self.settings + [
        "--set", "model.norm=frozen",
      ]
    )
    #expect(run.status == 0)
    let told = run.errorLines.filter { $0.contains("keeps random weights as they are") }
    #expect(told.count == 1, "\(run.error)")
    #expect(told.first?.hasPrefix("focal: warning: model.norm frozen keeps") == true)
  }
}
