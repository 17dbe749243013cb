package import DetectionModels

/// Which residual network a set of tensors is, told by their names and shapes.
package struct RecognizedBackbone: Hashable, Sendable {
  package let depth: ResNetDepth
  /// Channels of the stem.
  package let width: Int
  /// Whether its norms have running statistics, as batch norm has and group norm has not.
  package let hasStatistics: Bool

  /// - Parameters:
  ///   - tensors: The tensors by the names of torchvision's ResNet: `conv1.weight`, `layer1.0.conv1.weight`, …
  ///   - place: What their names begin with in the file, for messages.
  ///   - file: The file, for messages.
  /// - Throws: ``WeightImportError`` if they are none, or one that is not built here.
  init(_ tensors: [String: WeightFile.Entry], place: String, in file: WeightFile) throws {
    func shape(_ name: String) throws -> [Int] {
      guard let entry = tensors[name] else {
        throw file.fault(.unfit, place + name, "it is missing; expected the tensors of a ResNet")
      }
      guard entry.shape.count == 4, entry.shape.allSatisfy({ $0 > 0 }) else {
        throw file.fault(
          .unfit,
          place + name,
          "found shape \(entry.shape), expected the four sides of a convolution"
        )
      }
      return entry.shape
    }
    let stem = try shape("conv1.weight")
    guard stem[1...] == [3, 7, 7], (8...512).contains(stem[0]) else {
      throw file.fault(
        .unsupportedNetwork,
        place + "conv1.weight",
        "found shape \(stem), expected [64, 3, 7, 7], the stem of torchvision's ResNets"
      )
    }
    let blocks = (1...4).map { stage in
      (0..<100).first { tensors["layer\(stage).\($0).conv1.weight"] == nil } ?? 100
    }
    let isBottleneck = tensors["layer1.0.conv3.weight"] != nil
    let first = try shape(isBottleneck ? "layer1.0.conv2.weight" : "layer1.0.conv1.weight")
    let (inner, groups) = (first[0], isBottleneck ? max(1, first[0] / first[1]) : 1)
    let found = ResNetDepth.allCases.first { depth in
      depth.blocks == blocks && depth.isBottleneck == isBottleneck && depth.groups == groups
        && inner * 64 == stem[0] * depth.channelsPerGroup * depth.groups
    }
    guard let found else {
      let kind = isBottleneck ? "bottlenecks" : "basic blocks"
      throw file.fault(
        .unsupportedNetwork,
        place,
        "found a ResNet of \(blocks.map(String.init).joined(separator: ", ")) \(kind) whose first has \(inner) "
          + "channels in \(groups) \(groups == 1 ? "group" : "groups") over a stem of \(stem[0]); expected weights of one "
          + "of "
          + ResNetDepth.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    (depth, width) = (found, stem[0])
    hasStatistics = tensors["bn1.running_mean"] != nil
  }
}
