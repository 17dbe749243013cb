package import DetectionModels
import BoxGeometry
import Torch
import TorchNN

extension RetinaNet {
  /// Stops training the parts that patterns name.
  ///
  /// - Parameter patterns: Names of parameters or parts, with `*` for any letters.
  /// - Throws: ``TrainingError`` for a pattern that names nothing, or where nothing is left to train; `TorchError`
  ///   if LibTorch refuses.
  package func freeze(matching patterns: [String]) throws {
    let all = parameters
    for text in patterns {
      let named = all.filter { ParameterPattern(text).matches($0.name) }
      if named.isEmpty { throw Self.unknown(text, among: all.map(\.name)) }
      for parameter in named { try parameter.tensor.setRequiresGradient(false) }
    }
    guard !patterns.isEmpty, !all.contains(where: { $0.tensor.requiresGradient }) else { return }
    throw TrainingError(
      code: .unusableRecipe,
      message:
        "model.freeze: found \(patterns.joined(separator: ", ")), which freezes every parameter; expected "
        + "some that are trained"
    )
  }

  /// Keeps the statistics of every batch norm none of whose parameters is trained, as they are for good.
  package func fixStatisticsOfFrozenParts() throws {
    for case let norm as BatchNorm2d in leaves.map(\.module)
    where norm.parameters.allSatisfy({ !$0.tensor.requiresGradient }) {
      norm.usesFixedStatistics = true
    }
  }

  private static func unknown(_ pattern: String, among names: [String]) -> TrainingError {
    // Every part that holds parameters, and the parameters.
    var parts: Set<String> = []
    for name in names {
      var words = name.split(separator: ".")
      while !words.isEmpty {
        parts.insert(words.joined(separator: "."))
        words.removeLast()
      }
    }
    let plain = pattern.filter { $0 != "*" }
    let nearest = NearestName.suggestion(for: plain, among: parts.sorted())
    return TrainingError(
      code: .unusableRecipe,
      message: "model.freeze: found \(pattern), which names no parameter"
        + (nearest.map { "; did you mean \($0)?" }
          ?? "; expected names as in backbone.body.layer1, backbone.fpn, head.regression_head")
    )
  }
}

extension TrainingRecipe {
  /// Says early what a network of the recipe would say late.
  ///
  /// - Throws: ``TrainingError`` for a pattern of `model.freeze` that names nothing.
  func checkFreezing() throws {
    guard !model.freeze.isEmpty else { return }
    try leastNetwork().freeze(matching: model.freeze)
  }

  /// A network of the recipe's layers with as few channels as there can be: it has the names and the shape of the whole.
  ///
  /// - Returns: The network; its backbone's width and its pyramid's channels are in its configuration.
  /// - Throws: `ModelError` if the recipe makes no network; `TorchError` if memory runs out.
  package func leastNetwork() throws -> RetinaNet {
    var least = configuration(categories: ["object"], categoryIDs: [1])
    least.backbone.width = max(8, 64 / max(1, least.backbone.depth.channelsPerGroup))
    least.pyramidChannels = 4
    if least.fault != nil { least = configuration(categories: ["object"], categoryIDs: [1]) }
    var generator = SplitMix64(state: 0)
    return try RetinaNet(configuration: least, using: &generator)
  }
}
