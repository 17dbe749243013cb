import Torch
import TorchNN

/// One layer of a network: what it is, what it makes of a picture, and what that costs.
public struct LayerDescription: Hashable, Sendable {
  /// The part of the network that it belongs to, as `backbone.body`.
  public let part: String
  /// Its name within the part, as `layer1.0.conv1`.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// What comes out for one picture, each time that it runs: channels, rows, columns.
  ///
  /// A head runs once on each level of the pyramid.
  public let outputs: [[Int]]
  /// Numbers that training changes.
  public let trainable: Int
  /// Parameters that it does not, as of a frozen stage.
  public let frozen: Int
  /// Numbers of the state that are no parameters: running statistics, and all of a frozen norm.
  public let buffers: Int
  /// Products that are added up for one picture; of a convolution alone, biases not counted.
  public let multiplyAdds: Int

  /// What a layer is.
  public enum Kind: Hashable, Sendable {
    /// A convolution of a square kernel.
    case convolution(kernel: Int, stride: Int, groups: Int)
    /// Batch norm: two operations an element when predicting, which are no products of a sum.
    case batchNorm
    /// Group norm: statistics and two operations an element.
    case groupNorm(groups: Int)
    /// A frozen batch norm, folded into the convolution before it: it costs nothing.
    case foldedNorm
    /// A frozen batch norm that is applied.
    case frozenNorm
  }
}

extension RetinaNet {
  /// The layers, in the order of the parts and of a model file's names.
  ///
  /// The network itself runs, on a batch of no pictures: shapes are LibTorch's, and which layers run is what they noted.
  /// - Parameters:
  ///   - width: Width of a picture, in pixels, >= 1.
  ///   - height: Its height.
  /// - Returns: One description a layer.
  /// - Throws: `TorchError` if memory runs out.
  public func layers(width: Int, height: Int) throws -> [LayerDescription] {
    precondition(width > 0 && height > 0, "a picture has pixels: \(width) x \(height)")
    let runs = try LayerTrace.recording {
      try withInferenceMode {
        let none = try Tensor.zeros(shape: [0, 3, height, width]).channelsLast()
        _ = try self(none, mode: .inference)
      }
    }
    let byLayer = Dictionary(grouping: runs, by: \.layer)
    var layers: [LayerDescription] = []
    for member in members {
      guard case .module(let part, let module) = member else { continue }
      for (name, leaf) in module.leaves {
        let runs = byLayer[ObjectIdentifier(leaf)] ?? []
        layers.append(LayerDescription(leaf, name: name, part: part, runs: runs))
      }
    }
    return layers
  }
}

extension LayerDescription {
  init(_ module: any Module, name: String, part: String, runs: [LayerRun]) {
    func count(_ tensors: [NamedTensor], where isCounted: (Tensor) -> Bool) -> Int {
      tensors.reduce(0) { isCounted($1.tensor) ? $0 + $1.tensor.count : $0 }
    }
    self.part = part
    self.name = name
    kind = Kind(module, isRun: !runs.isEmpty)
    outputs = runs.map { Array($0.outputShape.dropFirst()) }
    trainable = count(module.parameters) { $0.requiresGradient }
    frozen = count(module.parameters) { !$0.requiresGradient }
    buffers = count(module.buffers) { _ in true }
    multiplyAdds = runs.reduce(0) { $0 + $1.multiplyAdds }
  }
}

extension LayerDescription.Kind {
  fileprivate init(_ module: any Module, isRun: Bool) {
    switch module {
    case let layer as Conv2d:
      self = .convolution(
        kernel: layer.weight.shape[2],
        stride: layer.stride,
        groups: layer.groups
      )
    case let layer as GroupNorm: self = .groupNorm(groups: layer.groups)
    case is FrozenBatchNorm2d: self = isRun ? .frozenNorm : .foldedNorm
    default: self = .batchNorm
    }
  }

  /// In a few words: `conv 3x3 /2 g32` for a stride of 2 and 32 groups.
  public var text: String {
    switch self {
    case .convolution(let kernel, let stride, let groups):
      "conv \(kernel)x\(kernel)" + (stride > 1 ? " /\(stride)" : "")
        + (groups > 1 ? " g\(groups)" : "")
    case .batchNorm: "batch norm"
    case .groupNorm(let groups): "group norm g\(groups)"
    case .foldedNorm: "folded norm"
    case .frozenNorm: "frozen norm"
    }
  }

  /// Whether it is a convolution.
  public var isConvolution: Bool {
    if case .convolution = self { true } else { false }
  }
}
