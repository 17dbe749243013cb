import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import WeightImport

struct TorchvisionImportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func imported(
    _ tensors: [NamedTensor],
    _ options: ImportOptions = ImportOptions()
  ) throws -> (model: RetinaNet, report: WeightReport) {
    let file = try WeightFile(contentsOf: folder.file("w.safetensors", tensors))
    return try TorchvisionImport.model(file, options: options)
  }

  private func fault(
    _ tensors: [NamedTensor],
    _ options: ImportOptions = ImportOptions(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> WeightImportError? {
    #expect(throws: WeightImportError.self, sourceLocation: sourceLocation) {
      _ = try imported(tensors, options)
    }
  }

  /// PyTorch's counters, which only a batch norm that is not frozen has.
  private func counters(_ network: RetinaNet) -> [String] {
    network.state.map(\.name).filter { $0.hasSuffix("running_mean") }
      .map { $0.replacingOccurrences(of: "running_mean", with: "num_batches_tracked") }
  }

  @Test(arguments: [RetinaNetDialect.torchvisionV1, .torchvisionV2])
  func `a state dict makes the network that wrote it`(dialect: RetinaNetDialect) throws {
    let original = try RetinaNet(.tiny(dialect))
    let bytes = try LegacyStateDict.bytes(
      original.state,
      integers: dialect == .torchvisionV2 ? counters(original) : []
    )
    let file = try WeightFile(contentsOf: folder.file("w.pth", bytes))
    let (model, report) = try TorchvisionImport.model(file, options: ImportOptions())
    #expect(model.configuration == original.configuration)
    #expect(try model.outputs(noise()) == original.outputs(noise()))
    #expect(report.loaded == original.state.map(\.name))
    #expect(report.loadedElements == original.state.reduce(0) { $0 + $1.tensor.count })
    #expect(report.skipped.count == (dialect == .torchvisionV2 ? 20 : 0))
    #expect(report.mismatched.isEmpty && report.reinitialized.isEmpty && report.classes == nil)
  }

  @Test func `old names, data parallel, training checkpoints and averages are seen through`() throws
  {
    let original = try RetinaNet(.tiny())
    let old = original.state.map { entry in
      var parts = entry.name.split(separator: ".").map(String.init)
      if parts[0] == "head", parts[2] == "conv" {
        parts[3...4] = ["\(2 * (Int(parts[3]) ?? -1))"]
      } else if parts[2].hasSuffix("_blocks"), parts[3] != "p6", parts[3] != "p7" {
        parts.remove(at: 4)
      }
      return NamedTensor(name: "module." + parts.joined(separator: "."), tensor: entry.tensor)
    }
    #expect(old.contains { $0.name == "module.head.regression_head.conv.6.bias" })
    #expect(old.contains { $0.name == "module.backbone.fpn.inner_blocks.2.weight" })
    let bytes = try LegacyStateDict.bytes(old, inside: ["a", "model"], integers: ["n_averaged"])
    let url = try folder.file("w.pth", bytes)
    for key in [nil, "a.model"] {
      let file = try WeightFile(contentsOf: url, key: key)
      #expect(file.entry == "a.model" && file.otherEntries.isEmpty)
      let (model, report) = try TorchvisionImport.model(file, options: ImportOptions())
      #expect(try model.outputs(noise()) == original.outputs(noise()))
      #expect(report.skipped.map(\.name) == ["n_averaged"])
    }
    let error = #expect(throws: WeightImportError.self) {
      _ = try WeightFile(contentsOf: url, key: "model")
    }
    #expect(error?.description.hasSuffix("expected one of 'a.model'") == true, "\(error as Any)")
  }

  @Test(arguments: ResNetDepth.allCases)
  func `the backbone is told by names and shapes`(depth: ResNetDepth) throws {
    let width = depth == .resnext101x64x4d ? 16 : 8
    let original = try RetinaNet(.tiny(depth: depth, width: width))
    let (model, _) = try imported(original.state)
    #expect(model.configuration == original.configuration)
  }

  @Test func `91 logits are COCO's, whose frozen norms have no epsilon`() throws {
    var configuration = RetinaNetConfiguration.torchvisionV1
    configuration.backbone.depth = .resnet18
    configuration.backbone.width = 8
    configuration.pyramidChannels = 16
    let original = try RetinaNet(configuration)
    let (model, _) = try imported(original.state)
    #expect(model.configuration == configuration)
    #expect(model.configuration.backbone.normEpsilon == 0)
    // The gaps, ten classes of one name, keep their own rows too.
    #expect(try model.outputs(noise()) == original.outputs(noise()))
    #expect(
      model.configuration.categories[0] == "person" && model.configuration.logitsPerAnchor == 91
    )
    #expect(model.configuration.categoryIDs == Array(1...90))
    var options = ImportOptions()
    options.norm = .batch
    #expect(try imported(original.state, options).model.configuration.backbone.normEpsilon == 1e-5)
    options.normEpsilon = 0.25
    options.inputSize = (320, 640)
    let told = try imported(original.state, options).model.configuration
    #expect(told.backbone.norm == .batch && told.backbone.normEpsilon == 0.25)
    #expect(told.input.resize.shortSide == 320 && told.input.resize.longSideCap == 640)
  }

  @Test func `the number of names says whether there is a background`() throws {
    let state = try RetinaNet(.tiny()).state
    var options = ImportOptions()
    options.categories = ["a", "b", "c"].map { .init(name: $0) }
    let three = try imported(state, options).model.configuration
    #expect(three.classLayout == .backgroundFirst && three.categories == ["a", "b", "c"])
    options.categories = (1...4).map { .init(name: "n\($0)", id: $0 * 10) }
    let four = try imported(state, options).model.configuration
    #expect(four.classLayout == .contiguous && four.categoryIDs == [10, 20, 30, 40])
    options.categories = [.init(name: "a"), .init(name: "b")]
    let error = fault(state, options)
    #expect(error?.code == .unfitCategories)
    #expect(error?.message.contains("found 4 logits an anchor for 2 categories") == true)
    options.categories = nil
    options.dialect = .paper
    let paper = try imported(state, options).model.configuration
    #expect(paper.classLayout == .contiguous && paper.logitsPerAnchor == 4)
    // What shapes tell is not the dialect's to say.
    #expect(paper.extraLevelInput == .p5 && paper.anchors.rounding == .exact)
  }

  // MARK: - Classes

  @Test func `rows of classes that stay are kept, others begin at the prior`() throws {
    let original = try RetinaNet(.tiny())
    var options = ImportOptions()
    options.categories = ["cat", "dog", "cow"].map { .init(name: $0) }
    options.classes = ["cow", "owl", "cat"].map { .init(name: $0) }
    let (model, report) = try imported(original.state, options)
    #expect(model.configuration.categories == ["cow", "owl", "cat"])
    #expect(report.classes?.kept == ["cow", "cat"] && report.classes?.new == ["owl"])
    #expect(report.classes?.dropped == ["dog"])
    #expect(report.reinitialized.map(\.name).allSatisfy { $0.contains("cls_logits") })
    #expect(report.reinitialized.count == 2 && report.mismatched.isEmpty)
    let name = "head.classification_head.cls_logits"
    for (part, size) in [(".weight", 16 * 9), (".bias", 1)] {
      let (new, old) = (
        try model.tensor(name + part).floats(), try original.tensor(name + part).floats()
      )
      func row(_ values: [Float], _ anchor: Int, _ logit: Int) -> [Float] {
        let start = (anchor * 4 + logit) * size
        return Array(values[start..<(start + size)])
      }
      for anchor in 0..<9 {
        for (logit, source) in [0: 0, 1: 3, 3: 1] {
          #expect(row(new, anchor, logit) == row(old, anchor, source), "\(part) \(anchor) \(logit)")
        }
        let fresh = row(new, anchor, 2)
        if size == 1 {
          #expect(abs(fresh[0] + 4.595_12) < 1e-4)
        } else {
          let deviation = (fresh.reduce(0) { $0 + $1 * $1 } / Float(size)).squareRoot()
          #expect(deviation > 0.007 && deviation < 0.013)
        }
      }
    }
    // The rest is the file's, and another seed changes the new rows alone.
    let rest = model.state.filter { !$0.name.hasPrefix(name) }
    for entry in rest { #expect(try entry.tensor.floats() == original.tensor(entry.name).floats()) }
    options.seed = 1
    let other = try imported(original.state, options).model
    #expect(try other.tensor(name + ".weight").floats() != model.tensor(name + ".weight").floats())
    #expect(try other.tensor(name + ".bias").floats() == model.tensor(name + ".bias").floats())
  }

  @Test func `a number of classes makes all of them new`() throws {
    let original = try RetinaNet(.tiny())
    var options = ImportOptions()
    options.classes = (1...2).map { .init(name: "class\($0)") }
    options.classesAreNew = true
    let (model, report) = try imported(original.state, options)
    #expect(report.classes?.kept == [] && report.classes?.new == ["class1", "class2"])
    #expect(report.classes?.dropped == ["class1", "class2", "class3"])
    let bias = try model.tensor("head.classification_head.cls_logits.bias").floats()
    let old = try original.tensor("head.classification_head.cls_logits.bias").floats()
    // Three logits an anchor: the background's stays.
    #expect((0..<9).allSatisfy { bias[$0 * 3] == old[$0 * 4] })
    #expect((0..<9).allSatisfy { abs(bias[$0 * 3 + 1] + 4.595_12) < 1e-4 })
  }

  // MARK: - What is refused

  @Test func `a tensor that is missing, unknown or of another shape is named`() throws {
    let state = try RetinaNet(.tiny()).state
    let lacking = state.filter { $0.name != "backbone.fpn.layer_blocks.1.0.bias" }
    #expect(
      fault(lacking)?.message.contains("backbone.fpn.layer_blocks.1.0.bias is missing") == true
    )
    let more = state + [NamedTensor(name: "head.mask.weight", tensor: try Tensor.ones(shape: [1]))]
    #expect(fault(more)?.message.contains("'head.mask.weight' is unknown") == true)
    let name = "backbone.body.layer2.0.bn1.bias"
    let other = state.map {
      $0.name == name ? NamedTensor(name: name, tensor: $0.tensor.detachedHalf()) : $0
    }
    #expect(fault(other)?.message.contains("\(name) is [8], expected [16]") == true)
    let few = state.filter { $0.name.hasPrefix("backbone.body.layer4") == false }
    #expect(fault(few)?.message.contains("found a ResNet of 2, 2, 2, 0 basic blocks") == true)
  }

  @Test func `values that nothing can be computed with are refused`() throws {
    func state(_ name: String, _ value: Double) throws -> [NamedTensor] {
      let network = try RetinaNet(.tiny())
      try withoutGradient { try network.tensor(name).fill_(value) }
      return network.state
    }
    let weight = "backbone.fpn.extra_blocks.p7.weight"
    for value in [Double.nan, .infinity, -.infinity] {
      let error = fault(try state(weight, value))
      #expect(error?.code == .unusableValues && error?.place == "'\(weight)'")
    }
    let variance = "backbone.body.bn1.running_var"
    #expect(fault(try state(variance, -1))?.message.contains("a variance of -1.0") == true)
    #expect(throws: Never.self) { try imported(state(variance, 0)) }
    var options = ImportOptions()
    options.normEpsilon = 0
    #expect(fault(try state(variance, 0), options)?.message.contains("--norm-epsilon 1e-5") == true)
    let integers = try RetinaNet(.tiny()).state.map {
      $0.name == weight ? NamedTensor(name: weight, tensor: try $0.tensor.to(.int32)) : $0
    }
    #expect(fault(integers)?.message.contains("of the type int32") == true)
  }

  @Test func `other anchors and other norms than torchvision's are refused`() throws {
    var configuration = RetinaNetConfiguration.tiny()
    configuration.anchors.scales = [1]
    #expect(
      fault(try RetinaNet(configuration).state)?.message.contains("found 3 anchors a cell") == true
    )
    configuration = .tiny()
    configuration.backbone.norm = .group
    #expect(
      fault(try RetinaNet(configuration).state)?.message.contains("without running statistics")
        == true
    )
  }

  @Test(arguments: [
    (["backbone.bottom_up.res2.0.conv1.weight"], "detectron2"),
    (["bbox_head.retina_cls.weight", "backbone.conv1.weight"], "mmdetection"),
    (["model.0.conv.weight", "model.0.bn.weight", "model.1.conv.weight"], "YOLO"),
    (["rpn.head.cls_logits.bias", "roi_heads.box_head.fc6.weight"], "Faster R-CNN"),
    (["conv1.weight", "layer1.0.conv1.weight", "fc.bias"], "focal train --backbone-weights"),
    (
      [
        "backbone.body.conv1.weight", "head.classification_head.cls_logits.weight",
        "head.regression_head.bbox_reg.weight", "head.regression_head.bbox_ctrness.weight",
      ], "torchvision's FCOS"
    ),
    (["something", "else"], "'else', 'something'"),
    ([], "found no tensors"),
  ])
  func `tensors of another network are told by their names`(
    names: [String],
    part: String
  ) throws {
    let tensors = try names.map {
      NamedTensor(name: $0, tensor: try Tensor.ones(shape: [1, 1, 1, 1]))
    }
    let error = fault(tensors)
    #expect(
      error?.code == .foreignNetwork && error?.message.contains(part) == true,
      "\(error as Any)"
    )
    #expect(error?.message.contains("expected") == true)
  }

  @Test func `a model of focal needs no import`() throws {
    let url = folder.url.appendingPathComponent("own.safetensors")
    try ModelFile.write(RetinaNet(.tiny()), to: url)
    let error = #expect(throws: WeightImportError.self) {
      _ = try TorchvisionImport.model(WeightFile(contentsOf: url), options: ImportOptions())
    }
    #expect(error?.message.contains("a model of focal already") == true)
  }
}

extension Tensor {
  /// The first half of a vector.
  fileprivate func detachedHalf() -> Tensor {
    (try? detach().narrow(dim: 0, start: 0, length: count / 2).contiguous()) ?? self
  }
}
