import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import WeightImport

struct StartingWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func model(_ configuration: RetinaNetConfiguration, seed: UInt64) throws -> URL {
    let url = folder.url.appendingPathComponent("\(UUID().uuidString).safetensors")
    try ModelFile.write(RetinaNet(configuration, seed: seed), to: url)
    return url
  }

  /// A fresh network, as a run begins with.
  private func fresh(_ configuration: RetinaNetConfiguration) throws -> RetinaNet {
    var generator = SplitMix64(state: 99)
    return try RetinaNet(configuration: configuration, using: &generator)
  }

  private func values(_ network: RetinaNet) throws -> [String: [Float]] {
    try Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, try $0.tensor.floats()) })
  }

  /// torchvision's names for a classification network: those of a backbone, and a last layer.
  private func classifier(_ network: RetinaNet) throws -> [NamedTensor] {
    let prefix = "backbone.body."
    return network.state.filter { $0.name.hasPrefix(prefix) }
      .map { NamedTensor(name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor) }
      + [NamedTensor(name: "fc.weight", tensor: try Tensor.ones(shape: [10, 64]))]
  }

  @Test func `classification weights become the backbone and nothing else`() throws {
    let source = try RetinaNet(.tiny())
    let bytes = try LegacyStateDict.bytes(
      classifier(source),
      inside: ["state_dict"],
      integers: ["bn1.num_batches_tracked"]
    )
    let weights = try StartingWeights(contentsOf: folder.file("r.pth", bytes), part: .backbone)
    #expect(weights.configuration == nil)
    let network = try fresh(.tiny())
    let before = try values(network)
    let report = try weights.load(into: network)
    let (after, expected) = (try values(network), try values(source))
    for name in after.keys {
      #expect(
        after[name] == (name.hasPrefix("backbone.body.") ? expected : before)[name],
        "\(name)"
      )
    }
    #expect(report.loaded == network.state.map(\.name).filter { $0.hasPrefix("backbone.body.") })
    #expect(report.reinitialized.count == network.state.count - report.loaded.count)
    #expect(report.skipped.map(\.name) == ["bn1.num_batches_tracked", "fc.weight"])
    #expect(report.entry == "state_dict" && report.mismatched.isEmpty)
  }

  @Test func `the backbone of a whole network does too`() throws {
    let source = try RetinaNet(.tiny(.torchvisionV2))
    for url in [
      try model(.tiny(.torchvisionV2), seed: 1), try folder.file("w.safetensors", source.state),
    ] {
      let network = try fresh(.tiny())
      let report = try StartingWeights(contentsOf: url, part: .backbone).load(into: network)
      #expect(
        try values(network)["backbone.body.conv1.weight"]
          == values(source)["backbone.body.conv1.weight"]
      )
      #expect(report.skipped.count == source.state.count - report.loaded.count)
    }
  }

  @Test func `a whole network is taken over, rows by the names of classes`() throws {
    let old = RetinaNetConfiguration.tiny(categories: ["cat", "dog", "cow"])
    var new = RetinaNetConfiguration.tiny(categories: ["cow", "owl"])
    // The background's logit goes with its layout.
    new.classLayout = .contiguous
    let weights = try StartingWeights(contentsOf: model(old, seed: 1), part: .network)
    #expect(weights.configuration == old)
    let network = try fresh(new)
    let before = try values(network)
    let report = try weights.load(into: network)
    let (after, source) = (try values(network), try values(RetinaNet(old)))
    let head = "head.classification_head.cls_logits.bias"
    for anchor in 0..<9 {
      #expect(after[head]?[anchor * 2] == source[head]?[anchor * 4 + 3])
      #expect(after[head]?[anchor * 2 + 1] == before[head]?[anchor * 2 + 1])
    }
    for name in after.keys where !name.contains("cls_logits") {
      #expect(after[name] == source[name], "\(name)")
    }
    #expect(report.classes == .init(kept: ["cow"], new: ["owl"], dropped: ["cat", "dog"]))
    #expect(report.reinitialized.count == 2 && report.loaded.count == network.state.count)
  }

  @Test func `the same classes keep the whole head`() throws {
    let configuration = RetinaNetConfiguration.tiny()
    let network = try fresh(configuration)
    let report = try StartingWeights(contentsOf: model(configuration, seed: 1), part: .network)
      .load(into: network)
    #expect(try values(network) == values(RetinaNet(configuration)))
    #expect(report.reinitialized.isEmpty && report.skipped.isEmpty && report.classes == nil)
  }

  @Test func `what has another shape or is not there starts afresh and is listed`() throws {
    var wide = RetinaNetConfiguration.tiny()
    wide.pyramidChannels = 32
    wide.head.depth = 2
    let network = try fresh(.tiny())
    let before = try values(network)
    let report = try StartingWeights(contentsOf: model(wide, seed: 1), part: .network)
      .load(into: network)
    let towers = ["classification", "regression"].flatMap { head in
      [2, 3].flatMap { index in
        ["weight", "bias"].map { "head.\(head)_head.conv.\(index).0.\($0)" }
      }
    }
    #expect(report.reinitialized.map(\.name) == towers)
    let mismatched = Set(report.mismatched.map(\.name))
    #expect(mismatched.contains("head.classification_head.cls_logits.weight"))
    #expect(mismatched.contains("backbone.fpn.extra_blocks.p6.weight"))
    let after = try values(network)
    for name in mismatched.union(towers) { #expect(after[name] == before[name], "\(name)") }
    let accounted = mismatched.count + report.reinitialized.count + report.loaded.count
    #expect(accounted == network.state.count)
  }

  // MARK: - What is refused

  private func fault(
    _ url: URL,
    _ part: StartingWeights.Part,
    for configuration: RetinaNetConfiguration = .tiny(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> WeightImportError? {
    #expect(throws: WeightImportError.self, sourceLocation: sourceLocation) {
      _ = try StartingWeights(contentsOf: url, part: part).load(into: fresh(configuration))
    }
  }

  @Test func `another backbone is refused, and the keys are named`() throws {
    let url = try model(.tiny(depth: .resnet34), seed: 1)
    for part in [StartingWeights.Part.network, .backbone] {
      let message = fault(url, part)?.message ?? ""
      #expect(message.contains("found resnet34 of width 8, expected the recipe's resnet18"))
      #expect(message.contains("set model.backbone=resnet34"))
    }
    #expect(
      fault(try model(.tiny(width: 16), seed: 1), .backbone)?.message.contains("width 16") == true
    )
    var grouped = RetinaNetConfiguration.tiny()
    grouped.backbone.norm = .group
    let message = fault(try model(grouped, seed: 1), .network)?.message ?? ""
    #expect(message.contains("without running statistics") && message.contains("to group"))
  }

  @Test func `a backbone that is not whole is refused`() throws {
    let tensors = try classifier(RetinaNet(.tiny()))
    let lacking = tensors.filter { $0.name != "layer3.1.bn2.running_var" }
    let error = fault(try folder.file("a.safetensors", lacking), .backbone)
    #expect(error?.place == "'layer3.1.bn2.running_var'")
    let none = try folder.file("b.safetensors", [tensors[tensors.count - 1]])
    #expect(
      fault(none, .backbone)?.message.contains("expected those of torchvision's ResNet") == true
    )
    #expect(fault(try folder.file("c.safetensors", tensors), .network)?.code == .foreignNetwork)
    let zero = tensors.map { entry in
      entry.name == "bn1.running_var"
        ? NamedTensor(name: entry.name, tensor: (try? Tensor.zeros(shape: [8])) ?? entry.tensor)
        : entry
    }
    var exact = RetinaNetConfiguration.tiny()
    exact.backbone.normEpsilon = 0
    let url = try folder.file("d.safetensors", zero)
    #expect(fault(url, .backbone, for: exact)?.code == .unusableValues)
  }
}
