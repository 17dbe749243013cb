import ModelGraph

/// A network and its post-processing as TorchScript source: plain tensor operations, none of torchvision's.
struct TorchScriptSource {
  /// The methods.
  let text: String

  init(_ graph: NetworkGraph, _ rules: DetectionRules) {
    text = Self.network(graph) + TorchScriptDetection(rules).text
  }

  /// The attribute that holds a tensor: `head_conv_0_0_weight`.
  static func attribute(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// The attribute that holds a level's anchors.
  static func anchors(_ level: DetectionRules.Level) -> String { "anchors_\(level.name)" }

  private static func network(_ graph: NetworkGraph) -> String {
    var variables = [NetworkGraph.images: "images"]
    var lines: [String] = []
    for (index, step) in graph.steps.enumerated() {
      let inputs = step.inputs.map { variables[$0] ?? "" }
      let variable = "v\(index)"
      variables[step.output] = variable
      lines.append("    \(variable) = \(expression(step.operation, inputs))\n")
    }
    let logits = graph.logits.map { variables[$0] ?? "" }.joined(separator: ", ")
    let deltas = graph.deltas.map { variables[$0] ?? "" }.joined(separator: ", ")
    return """
      def network(self, images: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
      \(lines.joined())    return ([\(logits)], [\(deltas)])

      """
  }

  private static func expression(
    _ operation: NetworkGraph.Operation,
    _ inputs: [String]
  ) -> String {
    switch operation {
    case .convolution(let weight, let bias, let window):
      let bias = bias.map { "self.\(attribute($0))" } ?? "None"
      return "torch.conv2d(\(inputs[0]), self.\(attribute(weight)), \(bias), "
        + "\(pair(window.stride)), \(pair(window.padding)), \(pair(window.dilation)), \(window.groups))"
    case .rectifier: return "torch.relu(\(inputs[0]))"
    case .maxPool(let side, let stride, let padding):
      return "torch.max_pool2d(\(inputs[0]), \(pair(side)), \(pair(stride)), \(pair(padding)))"
    case .sum: return "torch.add(\(inputs[0]), \(inputs[1]))"
    case .upsampling:
      return "torch.upsample_nearest2d(\(inputs[0]), [\(inputs[1]).size(2), \(inputs[1]).size(3)])"
    case .groupNorm(let scale, let shift, let groups, let epsilon):
      return "torch.group_norm(\(inputs[0]), \(groups), self.\(attribute(scale)), "
        + "self.\(attribute(shift)), \(epsilon))"
    }
  }

  private static func pair(_ value: Int) -> String { "[\(value), \(value)]" }
}
