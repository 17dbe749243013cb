import BoxGeometry
package import DetectionModels
package import Foundation
import Torch
import TorchNN

/// The weights that a training starts from: a whole network, or a backbone alone.
package struct StartingWeights {
  /// How much of the network they are.
  package enum Part: Hashable, Sendable {
    /// All of it: a model of focal's, or torchvision's RetinaNet.
    case network
    /// The backbone: torchvision's classification weights, or the backbone of a network.
    case backbone
  }

  /// What a whole network says of itself, or its tensors' names and shapes do; `nil` for a backbone.
  package let configuration: RetinaNetConfiguration?
  private let file: WeightFile
  private let part: Part
  private let backbone: RecognizedBackbone
  /// What the names of the backbone's tensors begin with in the file.
  private let prefix: String

  private static let body = "backbone.body."

  /// Opens a file and tells what it holds.
  ///
  /// - Parameters:
  ///   - url: The file: a PyTorch checkpoint or safetensors.
  ///   - part: What of it is wanted.
  /// - Throws: ``WeightImportError``, `TorchCheckpointError`, `SafetensorsError` or `ModelError`, each naming the file,
  ///   what was found and what was expected.
  package init(contentsOf url: URL, part: Part) throws {
    file = try WeightFile(contentsOf: url)
    self.part = part
    if part == .network {
      configuration =
        try file.configuration
        ?? RecognizedDetector(file).configuration(ImportOptions(), in: file)
    } else {
      configuration = nil
      try Self.checkIsBackbone(file)
    }
    prefix = file.tensors[Self.body + "conv1.weight"] == nil ? "" : Self.body
    backbone = try RecognizedBackbone(file.part(prefix), place: prefix, in: file)
  }

  private static func checkIsBackbone(_ file: WeightFile) throws {
    guard file.tensors["conv1.weight"] == nil, file.tensors[body + "conv1.weight"] == nil else {
      return
    }
    let names = file.tensors.keys.sorted()
    let whose = ForeignNetwork.likeness(of: names).map { " (probably of \($0))" } ?? ""
    throw file.fault(
      .foreignNetwork,
      "",
      "found \(names.isEmpty ? "no tensors" : "the tensors \(listed(names))\(whose)"), expected those of torchvision's "
        + "ResNet, as conv1.weight and layer1.0.conv1.weight, or of a network over one, as backbone.body.conv1.weight"
    )
  }

  /// Refuses a network whose backbone is another.
  ///
  /// - Parameter configuration: The network that is to be trained.
  /// - Throws: ``WeightImportError`` naming both, and the keys of the recipe.
  package func check(_ configuration: RetinaNetConfiguration) throws {
    let wanted = configuration.backbone
    guard backbone.depth == wanted.depth, backbone.width == wanted.width else {
      throw file.fault(
        .unfit,
        "",
        "found \(backbone.depth.rawValue) of width \(backbone.width), expected the recipe's "
          + "\(wanted.depth.rawValue) of width \(wanted.width); set model.backbone=\(backbone.depth.rawValue) and "
          + "model.width=\(backbone.width), or give other weights"
      )
    }
    guard backbone.hasStatistics == (wanted.norm != .group) else {
      throw file.fault(
        .unfit,
        "",
        "found norms \(backbone.hasStatistics ? "with" : "without") running statistics, expected those of the recipe's "
          + "model.norm \(wanted.norm.rawValue); set it to \(backbone.hasStatistics ? "frozen or batch" : "group")"
      )
    }
  }

  /// Gives a network the weights.
  ///
  /// The backbone has to be there entirely. Of the rest, what the file lacks or has in another shape keeps its fresh
  /// weights; rows of the class head are kept for classes of the same name.
  /// - Parameter model: A fresh network.
  /// - Returns: What became of each tensor.
  /// - Throws: ``WeightImportError`` if the backbones differ or a tensor holds what nothing can be computed with; errors
  ///   of reading; `TorchError` if memory runs out.
  package func load(into model: RetinaNet) throws -> WeightReport {
    try check(model.configuration)
    var loading = WeightLoading(file, network: words)
    for target in model.state {
      if target.name.hasPrefix(Self.body) {
        let name = prefix + target.name.dropFirst(Self.body.count)
        try loadBackbone(file.tensors[name], named: name, into: target, &loading)
        try TorchvisionImport.checkVariance(target, model.configuration, file)
      } else if part == .network {
        try loadRest(into: target, of: model.configuration, &loading)
      } else {
        loading.report.reinitialized.append(
          .init(name: target.name, reason: "not a part of the backbone")
        )
      }
    }
    loading.finish()
    return loading.report
  }

  private var words: String {
    if let configuration { return TorchvisionImport.words(for: configuration) }
    let whole = prefix.isEmpty ? "a backbone" : "the backbone of a network"
    return
      "\(whole), \(backbone.depth.rawValue)\(backbone.width == 64 ? "" : " of width \(backbone.width)")"
  }

  private func loadBackbone(
    _ entry: WeightFile.Entry?,
    named name: String,
    into target: NamedTensor,
    _ loading: inout WeightLoading
  ) throws {
    guard let entry else {
      throw file.fault(
        .unfit,
        name,
        "it is missing; expected all tensors of \(backbone.depth.rawValue)"
      )
    }
    guard entry.shape == target.tensor.shape else {
      throw file.fault(
        .unfit,
        entry.nameInFile,
        "found shape \(entry.shape), expected \(target.tensor.shape)"
      )
    }
    try loading.load(entry, into: target)
  }

  private func loadRest(
    into target: NamedTensor,
    of new: RetinaNetConfiguration,
    _ loading: inout WeightLoading
  ) throws {
    guard let entry = file.tensors[target.name], let old = configuration else {
      loading.report.reinitialized.append(.init(name: target.name, reason: "the file lacks it"))
      return
    }
    let isClassHead = target.name.hasPrefix(RecognizedDetector.classLogits)
    var expected = target.tensor.shape
    if isClassHead { expected[0] = old.anchors.anchorsPerCell * old.logitsPerAnchor }
    guard entry.shape == expected, old.anchors.anchorsPerCell == new.anchors.anchorsPerCell else {
      loading.report.mismatched.append(
        .init(name: target.name, expected: target.tensor.shape, found: entry.shape)
      )
      return
    }
    let rows = ClassRows(from: old, to: new)
    guard isClassHead, !rows.isIdentity else { return try loading.load(entry, into: target) }
    try loading.load(entry, rows: rows, into: target, prior: new.head.priorProbability)
    loading.report.classes = rows.classes
  }
}
