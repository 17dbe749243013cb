import BoxGeometry
package import DetectionModels
import Torch
import TorchNN

/// A RetinaNet out of a state dict of torchvision's.
package enum TorchvisionImport {
  /// Builds the network that a file holds the weights of.
  ///
  /// Architecture, number of classes, norms and P6 are told by names and shapes, the rest by `options`. Every tensor
  /// of the network has to be in the file, and every one of the file in the network.
  /// - Parameters:
  ///   - file: The weights.
  ///   - options: What shapes do not tell, and what the heads are cut to.
  /// - Returns: The network, and what became of each tensor.
  /// - Throws: ``WeightImportError`` naming what was found and what was expected; errors of reading; `TorchError` if
  ///   memory runs out.
  package static func model(
    _ file: WeightFile,
    options: ImportOptions
  ) throws -> (model: RetinaNet, report: WeightReport) {
    if file.configuration != nil {
      throw WeightImportError(
        .foreignNetwork,
        file: file.path,
        "this is a model of focal already; predict with it as it is, or fine-tune it: focal train --weights "
          + file.path
      )
    }
    let detector = try RecognizedDetector(file)
    let source = try detector.configuration(options, in: file)
    try checkSize(of: file, source)
    var configuration = source
    if let classes = options.classes {
      configuration.categories = classes.map(\.name)
      configuration.categoryIDs = classes.ids
      if let fault = configuration.fault { throw file.fault(.unfitCategories, "", fault) }
    }
    var generator = SplitMix64(mixing: options.seed, 0x696D_706F_7274)
    let model = try RetinaNet(configuration: configuration, using: &generator)
    try checkTensors(of: file, model, source: source)
    var loading = WeightLoading(file, network: words(for: source))
    let rows = ClassRows(from: source, to: configuration, areNew: options.classesAreNew)
    for target in model.state {
      guard let entry = file.tensors[target.name] else { continue }
      if !rows.isIdentity, target.name.hasPrefix(RecognizedDetector.classLogits) {
        try loading.load(
          entry,
          rows: rows,
          into: target,
          prior: configuration.head.priorProbability
        )
      } else {
        try loading.load(entry, into: target)
      }
      try checkVariance(target, configuration, file)
    }
    loading.finish()
    if options.classes != nil { loading.report.classes = rows.classes }
    return (model, loading.report)
  }

  /// Refuses, before memory is taken for it, a network larger than the file.
  private static func checkSize(
    of file: WeightFile,
    _ configuration: RetinaNetConfiguration
  ) throws {
    let found = file.tensors.values.reduce(0.0) { sum, entry in
      sum + entry.shape.reduce(1.0) { $0 * Double($1) }
    }
    guard found < configuration.leastWeightCount else { return }
    throw file.fault(
      .unfit,
      "",
      "found \(Int(found)) weights, expected many more for \(words(for: configuration)): tensors are missing or of "
        + "other shapes"
    )
  }

  private static func checkTensors(
    of file: WeightFile,
    _ model: RetinaNet,
    source: RetinaNetConfiguration
  ) throws {
    let anchors = source.anchors.anchorsPerCell
    var faults: [String] = []
    let state = model.state
    for target in state {
      guard let entry = file.tensors[target.name] else {
        faults.append("\(target.name) is missing")
        continue
      }
      var expected = target.tensor.shape
      if target.name.hasPrefix(RecognizedDetector.classLogits) {
        expected[0] = anchors * source.logitsPerAnchor
      }
      if entry.shape != expected {
        faults.append("\(entry.nameInFile) is \(entry.shape), expected \(expected)")
      }
    }
    let known = Set(state.map(\.name))
    for name in file.tensors.keys.sorted() where !known.contains(name) {
      faults.append("\(quoted(file.tensors[name]?.nameInFile ?? name)) is unknown")
    }
    guard !faults.isEmpty else { return }
    throw file.fault(
      .unfit,
      "",
      "the tensors are not those of \(words(for: source)): \(faults.prefix(3).joined(separator: "; "))"
        + (faults.count > 3 ? " and \(faults.count - 3) more" : "")
    )
  }

  /// A variance below 0, or of 0 where no epsilon is added, makes every output infinite or none.
  static func checkVariance(
    _ target: NamedTensor,
    _ configuration: RetinaNetConfiguration,
    _ file: WeightFile
  ) throws {
    guard target.name.hasSuffix(".running_var") else { return }
    let least = try target.tensor.floats().min() ?? 1
    let epsilon = configuration.backbone.normEpsilon
    guard least < 0 || (least == 0 && epsilon == 0) else { return }
    throw file.fault(
      .unusableValues,
      target.name,
      "found a variance of \(least) with an epsilon of \(epsilon), expected variances above 0"
        + (least == 0 ? "; trained with another epsilon? say --norm-epsilon 1e-5" : "")
    )
  }

  /// A network in a few words.
  static func words(for configuration: RetinaNetConfiguration) -> String {
    let backbone = configuration.backbone
    let width = backbone.width == 64 ? "" : " of width \(backbone.width)"
    return
      "a RetinaNet on \(backbone.depth.rawValue)\(width), \(backbone.norm.rawValue) norm, P6 from "
      + "\(configuration.extraLevelInput.rawValue.uppercased()), heads "
      + (configuration.head.norm == .group ? "with" : "without")
      + " norms, \(configuration.logitsPerAnchor) logits an anchor"
  }
}
