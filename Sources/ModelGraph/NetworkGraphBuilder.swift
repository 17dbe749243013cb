import DetectionModels
import Torch
import TorchNN

/// Writes a network's steps down from its own layers: strides, paddings, groups and epsilons are read off them, so they
/// cannot differ from what the network computes with.
struct NetworkGraphBuilder {
  private(set) var graph = NetworkGraph()
  private let modules: [String: any Module]
  private let reversesColors: Bool
  /// Tensors of the model that no step has taken.
  private var unused: Set<String>
  private var known: Set<String> = []

  init(_ model: RetinaNet) {
    var modules: [String: any Module] = [:]
    Self.visit(model, prefix: "") { modules[$0] = $1 }
    self.modules = modules
    reversesColors = model.configuration.input.channelOrder == .bgr
    unused = Set(model.state.map(\.name))
  }

  private static func visit(
    _ module: any Module,
    prefix: String,
    _ body: (String, any Module) -> Void
  ) {
    for case .module(let name, let child) in module.members {
      body(prefix + name, child)
      visit(child, prefix: prefix + name + ".", body)
    }
  }

  func has(_ name: String) -> Bool { modules[name] != nil }

  /// Adds a convolution, and the norm after it where one is named.
  mutating func convolution(
    _ name: String,
    norm: String? = nil,
    of input: String,
    as output: String? = nil
  ) throws -> String {
    guard let layer = modules[name] as? Conv2d else { throw missing(name, "a convolution") }
    let normLayer = try norm.map { name in
      guard let layer = modules[name] else { throw missing(name, "a norm") }
      return layer
    }
    let constants = normLayer.flatMap { BatchNormConstants($0) }
    let folded = FoldedConvolution(
      convolution: layer,
      norm: constants,
      reversesInput: reversesColors && input == NetworkGraph.images
    )
    let weight = try tensor("\(name).weight", shape: layer.weight.shape) { try folded.weight() }
    let bias =
      folded.hasBias
      ? try tensor("\(name).bias", shape: [layer.weight.shape[0]]) { try folded.bias() } : nil
    take(name, of: layer)
    let window = NetworkGraph.ConvolutionWindow(
      side: layer.weight.shape[2],
      stride: layer.stride,
      padding: layer.padding,
      dilation: layer.dilation,
      groups: layer.groups
    )
    let result = output ?? name
    let operation = NetworkGraph.Operation.convolution(weight: weight, bias: bias, window)
    guard let norm, let normLayer, constants == nil else {
      if let norm, let normLayer { take(norm, of: normLayer) }
      return add(operation, [input], as: result)
    }
    let plain = add(operation, [input], as: "\(result).plain")
    return try groupNorm(norm, normLayer, of: plain, result)
  }

  private mutating func groupNorm(
    _ name: String,
    _ layer: any Module,
    of input: String,
    _ output: String
  ) throws -> String {
    guard let layer = layer as? GroupNorm else {
      throw ModelError(
        place: name,
        message: "found a \(type(of: layer)), expected a batch norm or a group norm: no other norm "
          + "is exported"
      )
    }
    let operation = NetworkGraph.Operation.groupNorm(
      scale: try tensor("\(name).weight", shape: layer.weight.shape) { layer.weight },
      shift: try tensor("\(name).bias", shape: layer.bias.shape) { layer.bias },
      groups: layer.groups,
      epsilon: layer.epsilon
    )
    take(name, of: layer)
    return add(operation, [input], as: output)
  }

  /// Adds any other step.
  mutating func add(
    _ operation: NetworkGraph.Operation,
    _ inputs: [String],
    as output: String
  ) -> String {
    graph.steps.append(NetworkGraph.Step(output: output, operation: operation, inputs: inputs))
    return output
  }

  mutating func rectifier(_ input: String) -> String {
    add(.rectifier, [input], as: "\(input).relu")
  }

  mutating func setOutputs(logits: [String], deltas: [String]) {
    (graph.logits, graph.deltas) = (logits, deltas)
  }

  /// - Throws: `ModelError` if the model holds a tensor that no step has taken: the graph would not be it.
  func finished() throws -> NetworkGraph {
    if let name = unused.min() {
      throw ModelError(
        place: name,
        message: "this tensor of the model has no place in the exported graph; use the release of "
          + "focal that trained it"
      )
    }
    return graph
  }

  /// Names a tensor of the graph once.
  private mutating func tensor(
    _ name: String,
    shape: [Int],
    _ make: @escaping () throws -> Tensor
  ) throws -> String {
    if known.insert(name).inserted {
      graph.tensors.append(GraphTensor(name: name, shape: shape, make))
    }
    return name
  }

  private mutating func take(_ name: String, of layer: any Module) {
    for tensor in layer.state { unused.remove("\(name).\(tensor.name)") }
  }

  private func missing(_ name: String, _ expected: String) -> ModelError {
    ModelError(place: name, message: "the model has no such layer, expected \(expected)")
  }
}
